import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct DemoDataCommand: GatewayCommand, TakesNoWords {
    static let configuration = CommandConfiguration(
        commandName: "demo-data",
        abstract: "在空数据库中建立示范县（湖州市南浔区） · Fill an empty database with a demonstration county",
        discussion: """
            10 towns, 12 stations, 60 grids, 1,800 places, 240 key persons, 80 grid workers and the offices above them. \
            The same seed gives the same county; passwords are random in every run.
            """)

    @Option(help: ArgumentHelp("种子 · Seed of the county", valueName: "N")) var seed: UInt64 = 1
    @Option(
        help: ArgumentHelp("账号与口令写入此新文件（0600），否则只显示一次 · New file for the accounts", valueName: "FILE"))
    var accounts: String?
    @Option(
        help: ArgumentHelp(
            "网关地址：另为每个账号登记一台终端，登记码写在 enrolment 列，24 小时内有效 · Address of the gateway: a device for each account, its code in the column enrolment",
            valueName: "URL"))
    var gateway: String?

    @OptionGroup var words: UnknownWords

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.migrated(context).store
        let workers = context.settings.gateway.passwordWorkers
        let month = Month(containing: context.today)
        let county = try await demoCounty(in: store, seed: seed, month: month)
        var generator = SystemRandomNumberGenerator()
        let people = county.accounts(seed: seed, from: month.first).map { NewAccount($0, using: &generator) }
        let devices = gateway.map { origin in people.map { DemoDevice(of: $0, origin: origin, at: context.now()) } }
        let list = accountList(people, devices)
        let isKept = try await keepingPasswords(in: accounts, text: list) {
            let entries = try await hashed(people, workers: workers, mustChange: false, hash: argon2id)
            try await write(county, entries, to: store, month: month, at: context.now())
            for device in devices ?? [] {
                try await store.register(
                    device: device.id, label: "示范终端", for: device.person, code: device.code, at: context.now())
            }
        }
        if !isKept { context.console.out(list) }
        context.console.warn(
            Message(
                zh: "已建立 \(county.towns.count) 个镇街、\(county.stations.count) 个站、\(county.grids.count) 个网格、"
                    + "\(county.places.count) 个场所、\(county.keyPersons.count) 名重点人员、\(people.count) 个账号。",
                en: "Made \(county.towns.count) towns, \(county.stations.count) stations, \(county.grids.count) grids, "
                    + "\(county.places.count) places, \(county.keyPersons.count) key persons, \(people.count) accounts."
            ))
    }
}

/// - Throws: `CommandFailure` if the store has areas already; the demonstration must not mix with real data.
func demoCounty(in store: PatrolStore, seed: UInt64, month: Month) async throws -> DemoCounty {
    let number = try await store.nextAreaNumber()
    guard number == 1 else {
        throw CommandFailure(
            .usage, zh: "数据库里已有区域，不能再写入示范数据。请用 --data 指定一个新文件夹。",
            en: "The database has areas already and takes no demonstration data. Name a new folder with --data.")
    }
    return DemoCounty(seed: seed, areasFrom: ImportTable.defaultFrom, from: month.first, firstNumber: number)
}

/// By the same functions as imports use, and opens the month's ledger.
func write(
    _ county: DemoCounty, _ people: [PersonEntry], to store: PatrolStore, month: Month, at now: Instant
) async throws {
    try await store.add(county.areas, at: now)
    try await store.add(county.places, at: now)
    try await store.add(people, at: now)
    let owner = people.first { $0.login == "listowner" }?.id ?? "demo"
    try await store.record(county.list, by: owner, today: store.zone.day(of: now), at: now)
    try await store.add(county.keyPersons, at: now)
    try await store.open(month, at: now)
}

/// A device that waits for its key.
struct DemoDevice {
    let id = EnrolmentSecret.deviceID()
    let person: String
    let code: EnrolmentCode
    /// For a QR code.
    let text: String

    init(of account: NewAccount, origin: String, at now: Instant) {
        let secret = EnrolmentSecret(at: now)
        person = account.id
        code = secret.code(for: id)
        text = secret.shown(for: id, origin: origin, key: nil).text
    }
}

/// What is handed out, as CSV.
func accountList(_ people: [NewAccount], _ devices: [DemoDevice]? = nil) -> String {
    let rows = people.enumerated().map { index, account in
        let role = account.draft.roles.first?.role.rawValue ?? ""
        return csvLine(
            [account.draft.login, account.password, role, account.draft.areaCode, account.draft.name]
                + (devices.map { [$0[index].text] } ?? []))
    }
    return (["name,password,role,area,display_name" + (devices == nil ? "" : ",enrolment")] + rows).joined(
        separator: "\n") + "\n"
}
