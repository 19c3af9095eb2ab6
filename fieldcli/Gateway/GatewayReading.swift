import Wire

extension GatewayClient {
    /// Asks for a value that a command cannot do without.
    /// - Throws: `Failure` with what to do next.
    func value<Value: Decodable>(
        _ type: Value.Type, _ path: String, _ query: [(name: String, value: String?)] = []
    ) async throws -> Value {
        try Self.value(type, in: await get(path, query))
    }

    static func value<Value: Decodable>(_ type: Value.Type, in exchange: Exchange) throws -> Value {
        let answer = try self.answer(exchange)
        guard answer.status == 200, let decoded = try? decode(type, from: answer.body) else {
            throw Failure(answer: answer)
        }
        return decoded.value
    }

    static func answer(_ exchange: Exchange) throws -> Answer {
        switch exchange {
        case .answer(let answer): return answer
        case .unreachable(let reason):
            throw Failure(
                .unavailable, "unreachable", zh: "连不上网关（\(reason)）。请检查网络和网关地址；记录不受影响，有网络时再试。",
                en:
                    "The gateway cannot be reached (\(reason)). Check network and address; records are safe, try again later."
            )
        }
    }

    /// Every item of a paged list.
    func all<Item>(_ type: Item.Type, _ path: String, _ query: [(name: String, value: String?)]) async throws -> [Item]
    where Item: Codable & Equatable & Sendable {
        var items: [Item] = []
        var cursor: String?
        repeat {
            let page = try await value(Page<Item>.self, path, query + [("cursor", cursor)])
            items += page.items
            cursor = page.next
        } while cursor != nil
        return items
    }
}

extension Failure {
    /// What an answer that is no success means for the command, in the gateway's own words where it gave any.
    init(answer: Answer) {
        let problem = answer.problem
        let words = problem.map { [$0.title, $0.detail].compactMap { $0 }.joined(separator: ": ") }
        if (401...403).contains(answer.status), let problem, let advice = Self.advice(problem.code) {
            self.init(.notPermitted, problem.code, zh: advice.zh, en: advice.en)
            return
        }
        switch answer.status {
        case 401 where !["wrong-credentials", "invalid-proof", "use-nonce"].contains(problem?.code):
            self.init(
                .notPermitted, problem?.code ?? "unauthorized", zh: "登录已失效。请重新登录：fieldcli login 用户名；待发箱里的记录不受影响。",
                en: "The session has ended. Log in again: fieldcli login NAME. Records in the outbox are safe.")
        case 401, 403:
            self.init(
                .notPermitted, problem?.code ?? "forbidden", zh: words ?? "没有权限。请与站里联系。",
                en: words ?? "Not permitted. Ask your station.")
        case 404:
            self.init(
                .noInput, problem?.code ?? "not-found", zh: words ?? "网关没有这项内容。",
                en: words ?? "The gateway has no such thing.")
        case 409 where problem?.code == "device-taken":
            self.init(.notPermitted, "device-taken", zh: words ?? "", en: words ?? "")
        case 429, 500...:
            let seconds = answer.retryAfter.map { $0.components.seconds }
            self.init(
                .temporaryFailure, problem?.code ?? "gateway-trouble",
                zh: (words ?? "网关暂时不可用（\(answer.status)）。") + "请在 \(seconds ?? 60) 秒后再试。",
                en: (words ?? "The gateway is in trouble (\(answer.status)).") + " Try again in \(seconds ?? 60) s.")
            retryAfter = answer.retryAfter
        case 400..<500 where problem != nil:
            self.init(.dataRefused, problem?.code ?? "refused", zh: words ?? "", en: words ?? "")
            defects = problem?.defects ?? []
        default:
            self.init(
                .unavailable, "strange-answer",
                zh: "得到的不是网关的应答（\(answer.status)），可能是上网认证页面。请先完成网络认证或检查网关地址。",
                en: "That was no answer of the gateway (\(answer.status)), perhaps a network's login page. "
                    + "Finish that first or check the address.")
        }
    }

    /// What to do about a refusal that is about the device, the program or the password; nil for other codes.
    static func advice(_ code: String) -> Text? {
        switch code {
        case "device-locked": Seal(reason: .locked).failure.message
        case "device-lost": Seal(reason: .lost).failure.message
        case "device-of-another":
            Text(
                zh: "本机登记在另一账号名下。请用自己的终端，或请管理员把本机改登记到您名下。",
                en: "This device belongs to another account. Use your own, or ask an administrator to enrol it for you."
            )
        case "client-too-old":
            Text(
                zh: "本程序（fieldcli \(programVersion)）版本过旧，网关不再接受。请更新后再试；待发箱里的记录不受影响。",
                en: "The gateway takes this program (fieldcli \(programVersion)) no more. Update it, then try again; "
                    + "records in the outbox are safe.")
        case "password-expired", "password-must-change":
            Text(
                zh: "密码须先更改，请执行：fieldcli password，然后再试；待发箱里的记录不受影响。",
                en: "The password must be changed first. Run fieldcli password, then try again; "
                    + "records in the outbox are safe.")
        case "proof-required":
            Text(
                zh: "网关只接受已登记的终端。请向管理员要注册码，执行 fieldcli enroll，然后再登录。",
                en: "The gateway wants an enrolled device. Ask an administrator for a code, run fieldcli enroll, "
                    + "then log in.")
        case "enrolment-refused":
            Text(
                zh: "注册码不对、已用过或已过期。若上次注册没有得到应答，请先试 fieldcli login；否则请向管理员要新的注册码。",
                en: "The code is wrong, used or expired. If an earlier try got no answer, try fieldcli login first; "
                    + "otherwise ask an administrator for a new one.")
        default: nil
        }
    }
}
