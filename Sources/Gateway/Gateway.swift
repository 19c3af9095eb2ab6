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
    let barred = BarredDevices()
    /// nil where a proxy, or nobody, does TLS.
    let certificate: TLSCertificate?
    let proxies: TrustedProxies
    let leastClients: [ClientProgram]
    let connections: Connections
    let rateLimits: RateLimits
    let metrics = Metrics()
    let listening = ListeningPort()
    let logger: Logger
    /// The gateway's clock.
    let now: @Sendable () -> Instant
    /// A clock that nobody sets, for limits.
    let uptime: @Sendable () -> ContinuousClock.Instant

    /// - Throws: if the photo folder cannot be made, or the certificate cannot be used.
    public init(
        store: PatrolStore, settings: GatewaySettings, logger: Logger, now: @escaping @Sendable () -> Instant,
        uptime: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws {
        self.store = store
        self.settings = settings
        self.logger = logger
        self.now = now
        self.uptime = uptime
        certificate =
            try settings.tlsCertificate.isEmpty
            ? nil : TLSCertificate(chainPath: settings.tlsCertificate, keyPath: settings.tlsKey)
        let header = TrustedProxies.Header(rawValue: settings.forwardedHeader) ?? .xForwarded
        guard let proxies = TrustedProxies(settings.trustedProxies, header: header) else {
            throw UnreadableList(text: settings.trustedProxies)
        }
        self.proxies = proxies
        guard let leastClients = ClientProgram.list(settings.leastClients) else {
            throw UnreadableList(text: settings.leastClients)
        }
        self.leastClients = leastClients
        connections = Connections(maxPerAddress: settings.maxConnectionsPerAddress, proxies: proxies)
        rateLimits = RateLimits(settings)
        templates = try Templates()
        photos = try PhotoFiles(folder: settings.photoFolder)
        photoPool = BoundedPool(workers: settings.photoWorkers, queue: settings.photoQueue)
        filePool = BoundedPool(workers: 4, queue: 1_024)
        passwordPool = BoundedPool(workers: settings.passwordWorkers, queue: 64, keptForKnown: 32)
        heavyPool = BoundedPool(workers: 1, queue: 8)
    }

    var language: Language { Language(rawValue: settings.languageDefault) ?? .chinese }

    /// Counting tries is no act of its own.
    var lockout: Lockout { Lockout(store: store.unnamed, settings: settings, logger: logger) }

    func today() -> Day { store.zone.day(of: now()) }

    /// The server, ready to be run; `run()` of the result serves until it is cancelled or shut down.
    public func application(
        onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        application(
            of: routes, at: .hostname(settings.host, port: settings.port), certificate, connections
        ) { port in
            listening.port = port
            await onRunning(port)
        }
    }

    /// Health and metrics, on an address of their own, also while everybody's connections are used up.
    func managementApplication() -> some ApplicationProtocol {
        application(
            of: managementRoutes, at: .hostname(settings.managementHost, port: settings.managementPort), nil,
            Connections(maxPerAddress: settings.maxConnections, proxies: proxies)
        ) { _ in }
    }

    private func application(
        of routes: [Route], at address: BindAddress, _ certificate: TLSCertificate?,
        _ connections: Connections, onRunning: @escaping @Sendable (_ port: Int) async -> Void
    ) -> some ApplicationProtocol {
        let limits = ConnectionLimits(
            headTime: .seconds(Int64(settings.headerSeconds)), idleTime: .seconds(Int64(settings.idleSeconds)),
            minimumRate: settings.minimumBodyRate)
        return Application(
            router: router(routes),
            server: HTTPServerBuilder { responder in
                EdgeChannel(
                    responder: responder, certificate: certificate, limits: limits, connections: connections,
                    metrics: metrics)
            },
            configuration: ApplicationConfiguration(
                address: address,
                availableConnectionsDelegate: MaximumAvailableConnections(settings.maxConnections)),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    /// Pins of the keys that clients may meet here, the present one first; empty where the gateway has no TLS of its own.
    public var gatewayKeys: [String] {
        guard let present = certificate?.key else { return [] }
        return [present] + (TLSCertificate.pins(settings.tlsNextKeys) ?? []).filter { $0 != present }
    }

    /// By which clients name the gateway: as it was told, otherwise the address it listens on.
    package var origins: [Origin] {
        let told = Origin.list(settings.publicURL) ?? []
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let scheme = certificate == nil ? "http" : "https"
        return told.isEmpty
            ? [Origin("\(scheme)://\(host):\(listening.port ?? settings.port)")].compactMap { $0 } : told
    }

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
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
        .init(service: GroupCommitService(group: group)),
        .init(
            service: StorePreparation(prepare: preparation, logger: logger),
            successTerminationBehavior: .ignore),
        .init(service: MonthKeeper(store: store, holder: UUID().uuidString, now: wallClock, logger: logger)),
        .init(service: AuditKeeper(gateway: gateway, keeping: audit, logger: logger)),
        .init(
            service: RetentionKeeper(
                store: store, terms: settings.retention, holder: UUID().uuidString, now: wallClock, logger: logger)),
    ]
    if let certificate = gateway.certificate {
        services.append(.init(service: CertificateWatch(certificate: certificate, logger: logger)))
    }
    if settings.managementPort != 0 { services.append(.init(service: gateway.managementApplication())) }
    services.append(
        .init(
            service: gateway.application { _ in
                let origins = gateway.origins.map(\.description).joined(separator: ", ")
                logger.notice("serving", metadata: ["address": "\(origins)"])
            }))
    try await ServiceGroup(
        configuration: .init(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    ).run()
    try await gateway.stopPools()
}

/// The port that was given, once it is.
final class ListeningPort: Sendable {
    private let given = Mutex<Int?>(nil)

    var port: Int? {
        get { given.withLock { $0 } }
        set { given.withLock { $0 = newValue } }
    }
}

/// A list of the settings that was not checked.
struct UnreadableList: Error {
    let text: String
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
