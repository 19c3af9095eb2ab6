import Foundation
import Synchronization
import Wire

/// In whose name requests go out and by which key they are proved. Shared by everything that speaks in one run, and kept
/// on the medium for the next one.
final class Access: Sendable {
    private struct State {
        var session: SavedSession?
        /// The newest that the gateway gave.
        var nonce: String?
    }

    let key: DeviceKey?
    /// Where session, nonce and seal are kept; nil for nowhere.
    private let home: Home?
    private let keys: KeyStore?
    private let state: Mutex<State>

    private static let nonceFile = "nonce.json"

    /// - Parameters:
    ///   - key: proves every request; nil on a device that is not enrolled.
    ///   - keys: wiped when the gateway says that the device is lost.
    init(_ session: SavedSession? = nil, key: DeviceKey? = nil, home: Home? = nil, keys: KeyStore? = nil) {
        self.key = key
        self.home = home
        self.keys = keys
        let kept = key == nil ? nil : try? home?.load(String.self, Self.nonceFile)
        let nonce = kept.flatMap { $0 }.flatMap { Self.isNonce($0) ? $0 : nil }
        state = Mutex(State(session: session?.hasEnded == true ? nil : session, nonce: nonce))
    }

    /// The session that stands; nil when nobody is logged in or it has ended.
    var session: SavedSession? { state.withLock { $0.session } }

    /// The fields that authorize one request.
    /// - Parameter withToken: without it the device speaks for itself.
    func fields(_ method: String, _ url: String, seconds: Int64, withToken: Bool) throws -> [(String, String)] {
        let (session, nonce) = state.withLock { ($0.session?.session, $0.nonce) }
        let token = withToken ? session?.token : nil
        var fields: [(String, String)] = []
        if let token {
            fields.append(("Authorization", "\(session?.tokenType == "DPoP" ? "DPoP" : "Bearer") \(token)"))
        }
        if let key {
            let proof = DeviceProof(method: method, url: url, seconds: seconds, nonce: nonce, token: token)
            fields.append(("DPoP", try proof.signed(by: key)))
        }
        return fields
    }

    /// Takes note of what an answer says of the device itself.
    func hear(_ answer: Answer) {
        let nonce = answer.headers["dpop-nonce"].flatMap { Self.isNonce($0) ? $0 : nil }
        if let nonce { state.withLock { $0.nonce = nonce } }
        guard let home, let keys else { return }
        do {
            if let code = answer.problem?.code, answer.status == 403, let reason = Seal.Reason(problem: code) {
                try Seal(reason: reason).close(home, keys)
                if reason == .lost { state.withLock { $0.session = nil } }
            } else if (200..<300).contains(answer.status), nonce != nil, try Seal.load(from: home) != nil {
                // Only the gateway knows of nonces: a login page of some network breaks no seal.
                try Seal.open(home)
            }
        } catch {
            // The next command finds the seal and goes on from there.
        }
    }

    /// Strangers answer too, such as a network's login page: what no gateway would send is not sent to one.
    private static func isNonce(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count) && text.utf8.allSatisfy { (33...126).contains($0) && $0 != 34 && $0 != 92 }
    }

    /// For the next run; without it that costs one more round trip.
    func keepNonce() {
        guard let home, let nonce = state.withLock({ $0.nonce }) else { return }
        if (try? home.load(String.self, Self.nonceFile)) ?? nil != nonce { try? home.save(nonce, Self.nonceFile) }
    }

    // MARK: Renewing the tokens

    enum Renewal: Sendable {
        case renewed
        /// Nobody is logged in any more.
        case over
        /// Whether there will be new tokens is not known: no answer, or one about something else.
        case failed(Exchange)
    }

    /// Tries within the minute in which the gateway gives the same pair to whoever missed its answer.
    private static let tries = 3

    /// Takes the next pair of tokens, written down before it is used.
    /// - Parameters:
    ///   - refused: the token that is of no use any more.
    ///   - ask: sends `POST /v1/token`, and gives up after 15 s.
    func renew(_ refused: String, _ ask: (TokenRefresh) async -> Exchange) async -> Renewal {
        guard let home, let held = session else { return end(nil) }
        if held.session.token != refused { return .renewed }
        do {
            let lock = try await HomeLock.takeWhenFree(.login, in: home)
            let renewal = try await renew(held, in: home, ask)
            _ = consume lock
            return renewal
        } catch {
            return .failed(.unreachable((error as? StorageFault)?.reason ?? "\(error)"))
        }
    }

    private func renew(_ held: SavedSession, in home: Home, _ ask: (TokenRefresh) async -> Exchange) async throws
        -> Renewal
    {
        guard var saved = try SavedSession.load(from: home), saved.hasEnded != true,
            saved.session.person.id == held.session.person.id
        else { return end(nil) }
        // Another process of this handheld was faster.
        if saved.session.token != held.session.token { return adopt(saved) }
        guard let refreshToken = saved.session.refreshToken else { return end(saved) }
        var exchange = await ask(TokenRefresh(refreshToken: refreshToken))
        for _ in 1..<Self.tries {
            guard case .unreachable = exchange else { break }
            exchange = await ask(TokenRefresh(refreshToken: refreshToken))
        }
        guard case .answer(let answer) = exchange else { return .failed(exchange) }
        if answer.status == 200, let tokens = try? decode(Tokens.self, from: answer.body).value {
            saved.renew(tokens)
            try saved.save(to: home)
            return adopt(saved)
        }
        return answer.refusesToken ? end(saved) : .failed(exchange)
    }

    private func adopt(_ saved: SavedSession) -> Renewal {
        state.withLock { $0.session = saved }
        return .renewed
    }

    /// - Parameter saved: what is to be marked as ended.
    private func end(_ saved: SavedSession?) -> Renewal {
        state.withLock { $0.session = nil }
        if var saved, let home {
            saved.hasEnded = true
            try? saved.save(to: home)
        }
        return .over
    }
}
