import Logging
import ServiceLifecycle
import Store

/// Makes a store usable whose server was not there at the start, as soon as it is.
struct StorePreparation: Service {
    /// nil where nothing is left to do.
    let prepare: (@Sendable () async throws -> Void)?
    let logger: Logger

    private static let pause = Duration.milliseconds(250)

    func run() async throws {
        guard let prepare else { return }
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await prepare()
                    return logger.notice("the database is ready")
                } catch let error as StoreError where error.mendsWithTime {
                    try? await Task.sleep(for: Self.pause)
                }
            }
        }
    }
}
