import Foundation
public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import Patrol
public import ServiceLifecycle
public import Store
import Synchronization
import UnixSignals

/// The HTTP edge over one store: what every route works with.
public struct Gateway: Sendable {
    /// In nobody's name, or, of the copy that runs an act, in the caller's.
    var store: PatrolStore
    let settings: GatewaySettings
    let photos: PhotoFiles
    let photoPool: BoundedPool
    let filePool: BoundedPool
    let passwordPool: BoundedPool
    /// Comparisons of lists and of outlines: seconds of one core each.
    let heavyPool: BoundedPool
    let templates: Templates
    let actors = ActorCache()
    let nonces = Nonces()
    let strangers = StrangerCount()
    /// Where the server listens, once it does.
    let port = ListeningPort()
    let logger: Logger
    /// The gateway's clock.
    let now: @Sendable () -> Instant

    /// - Throws: if the photo folder cannot be made.
    public init(
        store: PatrolStore, settings: GatewaySettings, logger: Logger, now: @escaping @Sendable () -> Instant
    ) throws {
        self.store = store
        self.settings = settings
        self.logger = logger
        self.now = now
        templates = try Templates()
        photos = try PhotoFiles(folder: settings.photoFolder)
        photoPool = BoundedPool(workers: settings.photoWorkers, queue: settings.photoQueue)
        filePool = BoundedPool(workers: 4, queue: 1_024)
        passwordPool = BoundedPool(workers: settings.passwordWorkers, queue: 64, keptForKnown: 32)
        heavyPool = BoundedPool(workers: 1, queue: 8)
    }

    var language: Language { Language(rawValue: settings.languageDefault) ?? .chinese }

    var lockout: Lockout { Lockout(store: store, settings: settings, logger: logger) }

    func today() -> Day { store.zone.day(of: now()) }

    /// The server, ready to be run; `run()` of the result serves until it is cancelled or shut down.
    public func application(
        onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let headerTime = TimeAmount.seconds(Int64(settings.headerSeconds))
        return Application(
            router: router(),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionGuard(headerTime: headerTime)],
                    idleTimeout: .seconds(Int64(settings.idleSeconds)),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 64))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: "grid-patrol",
                availableConnectionsDelegate: MaximumAvailableConnections(settings.maxConnections)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                self.port.set(port)
                await onRunning(port)
            },
            logger: logger)
    }

    /// The origins by which clients may name us in proofs.
    var origins: Set<String> {
        guard settings.publicOrigins.isEmpty else { return settings.publicOrigins }
        return Set(["127.0.0.1", "localhost", "[::1]"].map { "http://\($0):\(port.number)" })
    }

    /// Keys that our TLS certificates have, for clients to pin; none where TLS ends elsewhere.
    var gatewayKeys: [String] { [] }

    func stopPools() async throws {
        try await photoPool.shutdown()
        try await filePool.shutdown()
        try await passwordPool.shutdown()
        try await heavyPool.shutdown()
    }
}

/// Serves until SIGTERM or SIGINT, then finishes what is under way: first the server, then what it wrote through.
/// - Parameters:
///   - preparation: makes the store usable; nil where it is. Tried again until it succeeds.
///   - audit: with what and where heads of the audit are signed.
/// - Throws: what preparation or start failed with for good.
public func runGateway(
    store: PatrolStore, group: GroupCommit, preparation: (@Sendable () async throws -> Void)?,
    audit: AuditKeeping, settings: GatewaySettings, logger: Logger
) async throws {
    let gateway = try Gateway(store: store, settings: settings, logger: logger, now: wallClock)
    let services = ServiceGroup(
        configuration: .init(
            services: [
                .init(service: GroupCommitService(group: group)),
                .init(
                    service: StorePreparation(prepare: preparation, logger: logger),
                    successTerminationBehavior: .ignore),
                .init(service: MonthKeeper(store: store, holder: UUID().uuidString, now: wallClock, logger: logger)),
                .init(service: AuditKeeper(gateway: gateway, keeping: audit, logger: logger)),
                .init(
                    service: RetentionKeeper(
                        store: store, terms: settings.retention, holder: UUID().uuidString, now: wallClock,
                        logger: logger)),
                .init(
                    service: gateway.application { port in
                        logger.notice("serving", metadata: ["address": "http://\(settings.host):\(port)"])
                    }),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await services.run()
    try await gateway.stopPools()
}

/// The system's clock, the only place where it is read.
public func wallClock() -> Instant {
    Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down)))
}

/// Runs the group commit as long as the server may write.
public struct GroupCommitService: Service {
    let group: GroupCommit

    public init(group: GroupCommit) { self.group = group }

    public func run() async throws {
        await withGracefulShutdownHandler {
            await group.run()
        } onGracefulShutdown: {
            group.close()
        }
    }
}

/// The port that a server was given, where it asked for any.
final class ListeningPort: Sendable {
    private let value = Mutex(0)

    var number: Int { value.withLock { $0 } }
    func set(_ port: Int) { value.withLock { $0 = port } }
}
