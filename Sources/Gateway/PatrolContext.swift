import Hummingbird
import NIOCore
import Store

/// What travels beside a request through middleware and handler.
struct PatrolContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    var language = Language.chinese
    /// Who is at the other end.
    var caller = Caller(address: nil, isEncrypted: false)
    /// Who asks, once the token was looked up.
    var actor: Actor?
    /// The token that was presented, for ending its login.
    var token: String?
    /// The proof that came with it.
    var proof: KeyProof?
    /// A device that hands over without a login.
    var device: KnownDevice?
    /// The route, as the audit names it.
    var operation = ""
    /// What the audit is told of besides the route: the ids that a body names.
    let concern = Concern()

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The caller's, as text; empty where the connection has none.
    var address: String { caller.address?.description ?? "" }

    /// - Throws: `Refusal.loginRequired`.
    func requireActor() throws -> Actor {
        guard let actor else { throw Refusal.loginRequired }
        return actor
    }
}
