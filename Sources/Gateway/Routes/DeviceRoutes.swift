import Hummingbird
import Patrol
import Store
import Wire

extension Gateway {
    var deviceRoutes: [Route] {
        [
            Route(.post, "/v1/devices/enrol", .anybody, isAct: false, handle: Gateway.enrol),
            Route(.get, "/v1/devices", .permission(.lockDevices), handle: Gateway.devices),
            Route(.post, "/v1/devices", .permission(.manageDevices), handle: Gateway.postDevice),
            Route(.post, "/v1/devices/{id}/code", .permission(.manageDevices), handle: Gateway.renewCode),
            Route(.post, "/v1/devices/{id}/lock", .permission(.lockDevices), handle: Gateway.lock),
            Route(.post, "/v1/devices/{id}/lost", .permission(.lockDevices), handle: Gateway.markLost),
            Route(.post, "/v1/devices/{id}/unlock", .permission(.manageDevices), handle: Gateway.unlock),
        ]
    }

    /// Takes the key that proves itself with this request, for whoever holds the code.
    @Sendable private func enrol(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try requireJSON(request)
        let sent = try decodeExactly(Enrolment.self, from: try await collectSmall(request))
        guard let proof = try proof(request, token: nil) else { throw Refusal.proofRequired }
        let enrolled = try await enrolled(sent, proof, request, context)
        return try jsonResponse(enrolled, status: .created)
    }

    /// Takes the key of a proof for whoever was invited.
    func enrolled(
        _ sent: Enrolment, _ proof: KeyProof, _ request: Request, _ context: PatrolContext
    ) async throws -> Enrolled {
        if sent.password != nil { return try await enrolFirst(sent, proof, request, context) }
        let invitation = try invitation(of: sent)
        let shown = ShownDevice(key: proof.key, handheld: sent.handheld, model: sent.model, app: sent.app)
        let result = try await store.acting(act(request, context)).enrol(shown, by: invitation, at: now())
        switch result {
        case .enrolled(let device, let person, let name):
            return Enrolled(device: device, person: .init(id: person, name: name), gatewayKeys: gatewayKeys)
        case .refused:
            strangers.count("enrolment-refused")
            throw Refusal.enrolmentRefused
        case .taken: throw DeviceRefusal.taken
        }
    }

    /// The first security administrator's account and device, by the code that stands for both.
    private func enrolFirst(
        _ sent: Enrolment, _ proof: KeyProof, _ request: Request, _ context: PatrolContext
    ) async throws -> Enrolled {
        var defects =
            (sent.name ?? "").defects(at: "/name", upTo: 200) + sent.handheld.defects(at: "/handheld", upTo: 128)
        let login = sent.login ?? ""
        if !isLogin(login) {
            defects.append(
                Defect(
                    "/login", "bad-login", zh: "应为 2–64 个小写字母、数字、点、横线或下划线",
                    en: "must be 2–64 of a–z, 0–9, dot, dash, underscore"))
        }
        let password = sent.password ?? ""
        defects += settings.passwordRules.defects(of: password, words: [login, sent.name ?? ""]).map {
            Defect("/password", $0)
        }
        guard defects.isEmpty, let code = sent.code else { throw Defects(defects) }
        // Nobody makes us hash who has no code.
        guard try await store.isFirstAdministratorCode(hash: OneTimeCode.hash(of: code), at: now()) else {
            strangers.count("enrolment-refused")
            throw Refusal.enrolmentRefused
        }
        let hash = try await passwordPool.run(forKnown: false) { try Passwords.hash(password) }
        var generator = SystemRandomNumberGenerator()
        let entry = PersonEntry(
            id: PasswordMaker.personID(using: &generator), login: login, name: sent.name ?? login, passwordHash: hash,
            roles: [], duties: [])
        let device = EnrolmentSecret.deviceID()
        let shown = ShownDevice(key: proof.key, handheld: sent.handheld, model: sent.model, app: sent.app)
        context.concern.add([entry.id, device])
        let isDone = try await store.acting(act(request, context)).redeemFirstAdministrator(
            codeHash: OneTimeCode.hash(of: code), entry: entry, device: device, shown: shown, at: now())
        guard isDone else {
            strangers.count("enrolment-refused")
            throw Refusal.enrolmentRefused
        }
        return Enrolled(device: device, person: .init(id: entry.id, name: entry.name), gatewayKeys: gatewayKeys)
    }

    private func invitation(of sent: Enrolment) throws -> Invitation {
        var defects: [Defect] = []
        defects += sent.handheld.defects(at: "/handheld", upTo: 128)
        defects +=
            (sent.model ?? "-").defects(at: "/model", upTo: 128) + (sent.app ?? "-").defects(at: "/app", upTo: 128)
        let isByCode = sent.code != nil && sent.digits == nil
        let isByDigits = sent.code == nil && sent.login != nil && sent.digits != nil
        if !isByCode, !isByDigits {
            defects.append(
                Defect("/code", "missing", zh: "请给出登记码，或账号与八位数字", en: "give the code, or the login and the digits"))
        }
        guard defects.isEmpty else { throw Defects(defects) }
        if let code = sent.code { return .code(hash: OneTimeCode.hash(of: code)) }
        return .digits(sent.digits ?? "", login: sent.login ?? "")
    }

    /// The devices of those who work in an area.
    @Sendable private func devices(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        try query.finish()
        guard let area else { throw Refusal.notFound }
        try await requireArea(area, .lockDevices, actor, from: today())
        guard let path = try await store.path(of: area, on: today()) else { throw Refusal.notFound }
        var lines: [DeviceLine] = []
        for device in try await store.devices() {
            let areas = try await areas(of: device.person)
            if areas.contains(where: { path.contains($0) }) { lines.append(DeviceLine(device)) }
        }
        return try jsonResponse(Page(items: lines, next: nil))
    }

    @Sendable private func postDevice(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let sent = try await body(NewDevice.self, of: request, context)
        let defects = sent.label.defects(at: "/label", upTo: 80)
        guard defects.isEmpty else { throw Defects(defects) }
        try await requireCharge(of: sent.person, .manageDevices, context)
        let id = Secrets.id("D")
        let secret = EnrolmentSecret(at: now())
        context.concern.add([id])
        try await store.register(device: id, label: sent.label, for: sent.person, code: secret.code(for: id), at: now())
        return try jsonResponse(secret.shown(for: id, origin: ownOrigin, key: gatewayKeys.first), status: .created)
    }

    @Sendable private func renewCode(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let device = try await charged(.manageDevices, context)
        let secret = EnrolmentSecret(at: now())
        guard try await store.renew(secret.code(for: device.id), device: device.id, at: now()) else {
            throw Refusal.notFound
        }
        actors.forget(person: device.person)
        return try jsonResponse(secret.shown(for: device.id, origin: ownOrigin, key: gatewayKeys.first))
    }

    @Sendable private func lock(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try await set(.locked, .lockDevices, context)
    }

    @Sendable private func markLost(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try await set(.lost, .lockDevices, context)
    }

    @Sendable private func unlock(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try await set(.active, .manageDevices, context)
    }

    private func set(_ state: DeviceState, _ permission: Permission, _ context: PatrolContext) async throws -> Response
    {
        let device = try await charged(permission, context)
        // Whoever locks the device in their hand shuts themselves out.
        guard device.id != context.actor?.session?.device else { throw AccountRefusal.ownAccount }
        guard try await store.set(state, device: device.id, at: now()) else {
            throw DeviceRefusal.notPossible(state: device.state)
        }
        actors.forget(person: device.person)
        return Response(status: .noContent)
    }

    /// How a handheld is told to call us.
    private var ownOrigin: String { origins.first?.description ?? "" }

    /// The device that a path names, if its person is in the caller's charge.
    private func charged(_ permission: Permission, _ context: PatrolContext) async throws -> DeviceEntry {
        guard let device = try await store.device(try context.parameters.require("id")) else {
            throw Refusal.notFound
        }
        try await requireCharge(of: device.person, permission, context)
        return device
    }

    /// Somebody all of whose areas the caller has this permission in; 404 for everybody else, as for nobody.
    func requireCharge(of person: String, _ permission: Permission, _ context: PatrolContext) async throws {
        let actor = try context.requireActor()
        let areas = try await areas(of: person)
        let today = today()
        guard !areas.isEmpty, areas.allSatisfy({ permits(actor.assignments, permission, in: $0, on: today) }) else {
            throw Refusal.notFound
        }
    }

    /// Where somebody has a role or a duty, or had one and has none now.
    private func areas(of person: String) async throws -> [PathKey] {
        let all = try await store.actor(person: person, on: today())?.assignments ?? []
        let present = all.filter { $0.to.map { today() < $0 } ?? true }
        return (present.isEmpty ? all : present).map(\.area)
    }
}

/// What is asked of a device does not fit its state.
enum DeviceRefusal: Error, Equatable {
    case taken
    case notPossible(state: DeviceState)
}

extension DeviceRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .taken:
            ConflictProblem(
                "device-taken", zh: ("设备已登记", "该密钥或设备编号已属于另一台设备；请在终端上重新生成密钥，或请管理员核对"),
                en: (
                    "Already enrolled",
                    "The key or the handheld's name is another device's; make a new key on it, or ask the administrator"
                ))
        case .notPossible(let state):
            ConflictProblem(
                "device-state", zh: ("设备状态不允许", "设备目前为 \(state.rawValue)；遗失的设备须重新发登记码"),
                en: ("Not in this state", "The device is \(state.rawValue) now; one that was lost needs a new code"))
        }
    }
}

extension String {
    /// What is wrong with a short text that people or devices give.
    func defects(at pointer: String, upTo length: Int) -> [Defect] {
        guard !isEmpty, unicodeScalars.count <= length, !unicodeScalars.contains(where: { $0.value < 32 }) else {
            return [
                Defect(
                    pointer, "bad-text", zh: "应为 1–\(length) 个字符，不含控制字符",
                    en: "must be 1–\(length) characters without control characters")
            ]
        }
        return []
    }
}

extension DeviceLine {
    init(_ device: DeviceEntry) {
        self.init(
            id: device.id, label: device.label, state: device.state.rawValue,
            person: .init(id: device.person, name: device.personName), handheld: device.handheld, model: device.model,
            app: device.app, thumbprint: device.thumbprint, recordedAt: device.recordedAt.rfc3339,
            enrolledAt: device.enrolledAt?.rfc3339, usedAt: device.usedAt?.rfc3339)
    }
}
