import Hummingbird
import NIOCore
import Store

/// What travels beside a request through middleware and handler.
struct PatrolContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    var language = Language.chinese
    /// Who asks, once the token was looked up.
    var actor: Actor?
    /// The token that was presented, for ending its session.
    var token: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// - Throws: `Refusal.loginRequired`.
    func requireActor() throws -> Actor {
        guard let actor else { throw Refusal.loginRequired }
        return actor
    }
}
