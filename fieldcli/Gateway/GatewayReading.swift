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
        switch answer.status {
        case 401 where problem?.code != "wrong-credentials":
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
}
