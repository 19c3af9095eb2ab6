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
    /// The token that was presented, for ending its session.
    var token: String?
    /// The id of the device that the request was proven to come from.
    var device: String?

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
