import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct DeviceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "终端：登记、锁定、遗失 · Devices: enrolment, lock, loss",
        subcommands: [
            DeviceAddCommand.self, DeviceCodeCommand.self, DeviceListCommand.self, DeviceLockCommand.self,
            DeviceUnlockCommand.self, DeviceLostCommand.self,
        ])
}

struct DeviceAddCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "为某账号登记一台设备，显示一次性登记码 · Register a device and show its code once")

    @Argument(help: "登录名 · Login of its account") var login: String
    @Argument(help: "设备名称或资产编号 · What the device is called") var label: String
    @Option(help: ArgumentHelp("网关地址，写入登记码 · Address of the gateway, for the code", valueName: "URL"))
    var gateway: String

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let person = try await person(login, in: store)
        let secret = EnrolmentSecret(at: context.now())
        let device = EnrolmentSecret.deviceID()
        try await store.describing("\(device) \(person)").register(
            device: device, label: label, for: person, code: secret.code(for: device), at: context.now())
        secret.show(device, gateway, context)
    }
}

struct DeviceCodeCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "code", abstract: "重新发登记码，旧密钥作废 · A new code; the old key ends")

    @Argument(help: "设备编号 D… · The device") var device: String
    @Option(help: ArgumentHelp("网关地址，写入登记码 · Address of the gateway, for the code", valueName: "URL"))
    var gateway: String

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let secret = EnrolmentSecret(at: context.now())
        guard try await store.describing(device).renew(secret.code(for: device), device: device, at: context.now())
        else { throw CommandFailure.noDevice(device) }
        secret.show(device, gateway, context)
    }
}

struct DeviceListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "全部设备：状态、账号、最近登录 · Every device")

    func run(_ context: CommandContext) async throws {
        for device in try await OpenedStore.current(context).store.devices() {
            context.console.out(
                "\(device.id) \(device.state.rawValue) \(device.personName) \(device.label) "
                    + "\(device.usedAt?.rfc3339 ?? "-") \(device.thumbprint ?? "-")")
        }
    }
}

struct DeviceLockCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "锁定：一切请求被拒，设备上的记录保留 · Lock; records stay on it")
    @Argument(help: "设备编号 D… · The device") var device: String
    func run(_ context: CommandContext) async throws { try await set(.locked, device, context) }
}

struct DeviceUnlockCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "unlock", abstract: "解锁 · Unlock")
    @Argument(help: "设备编号 D… · The device") var device: String
    func run(_ context: CommandContext) async throws { try await set(.active, device, context) }
}

struct DeviceLostCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "lost", abstract: "登记为遗失：密钥作废，终端清除密钥与名册 · Mark as lost; the handheld wipes its key")
    @Argument(help: "设备编号 D… · The device") var device: String
    func run(_ context: CommandContext) async throws { try await set(.lost, device, context) }
}

private func set(_ state: DeviceState, _ device: String, _ context: CommandContext) async throws {
    let store = try await OpenedStore.current(context).store
    guard try await store.describing(device).set(state, device: device, at: context.now()) else {
        throw CommandFailure.noDevice(device)
    }
    context.console.say(Message(zh: "\(device)：\(state.rawValue)。", en: "\(device): \(state.rawValue)."))
}

/// Whose login this is.
func person(_ login: String, in store: PatrolStore) async throws -> String {
    guard let credentials = try await store.credentials(login: login) else {
        throw CommandFailure(
            .usage, zh: "没有可用的账号“\(login)”。", en: "There is no account “\(login)” that could be used.")
    }
    return credentials.person
}

extension EnrolmentSecret {
    fileprivate func show(_ device: String, _ gateway: String, _ context: CommandContext) {
        let shown = shown(for: device, origin: gateway, key: nil)
        context.console.say(
            Message(
                zh: """
                    设备 \(device)。登记码只显示这一次：
                    二维码文字（24 小时内有效）：\(shown.text)
                    或账号加数字（10 分钟内、5 次以内）：\(shown.digits)
                    """,
                en: """
                    Device \(device). The code is shown this once:
                    as QR text, for 24 hours: \(shown.text)
                    or as digits with the account, for 10 minutes and 5 tries: \(shown.digits)
                    """))
    }
}

extension CommandFailure {
    fileprivate static func noDevice(_ device: String) -> CommandFailure {
        CommandFailure(
            .usage, zh: "没有设备 \(device)，或其状态不允许；patrol-gateway device list 列出全部。",
            en: "There is no device \(device), or its state does not allow this; see `patrol-gateway device list`.")
    }
}
