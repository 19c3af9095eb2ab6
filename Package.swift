// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: language mode 6, warnings are errors, existentials and imports are spelled out.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
    .treatWarning("ExplicitSendable", as: .error),
]

let package = Package(
    name: "grid-patrol",
    products: [
        .executable(name: "patrol-gateway", targets: ["patrol-gateway"]),
        .executable(name: "fieldcli", targets: ["fieldcli"]),
        .library(name: "Imaging", targets: ["Imaging"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "Wire", swiftSettings: strict),
        .target(name: "Patrol", swiftSettings: strict),
        .target(name: "Intake", dependencies: ["Wire", "Patrol"], swiftSettings: strict),
        .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
        .target(
            name: "Imaging",
            dependencies: ["CJPEG", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .target(
            name: "Store",
            dependencies: ["Patrol", .product(name: "Crypto", package: "swift-crypto")],
            resources: [.embedInCode("Migrations")],
            swiftSettings: strict),
        .target(
            name: "StoreSQLite",
            dependencies: [
                "Store",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CGEOS", pkgConfig: "geos", providers: [.apt(["libgeos-dev"])]),
        .target(name: "Boundaries", dependencies: ["CGEOS", "Patrol"], swiftSettings: strict),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "StorePostgres", dependencies: ["CPostgres", "Store"], swiftSettings: strict),
        .target(
            name: "Gateway",
            dependencies: [
                "Wire", "Intake", "Patrol", "Boundaries", "Store", "Imaging", "CArgon2",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Resources")],
            swiftSettings: strict),
        .executableTarget(
            name: "patrol-gateway",
            dependencies: [
                "Boundaries", "Gateway", "Imaging", "Intake", "Patrol", "Store", "StorePostgres", "StoreSQLite", "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "fieldcli",
            dependencies: [
                "Wire", "Intake", "Patrol", "Imaging",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            path: "fieldcli",
            swiftSettings: strict),
        .executableTarget(
            name: "bench-floor",
            dependencies: [
                "Store", "StoreSQLite",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Tests/Bench/floor",
            swiftSettings: strict),
        .executableTarget(
            name: "county-year",
            dependencies: [
                "Intake", "Patrol", "Store", "StoreSQLite",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Tests/CountyYear",
            swiftSettings: strict),
        .target(
            name: "TestSupport",
            dependencies: ["CPostgres", "Patrol", "Store", "StorePostgres", "StoreSQLite"],
            path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(
            name: "WireTests",
            dependencies: ["Wire", "Intake", "Patrol", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(name: "PatrolTests", dependencies: ["Patrol"], swiftSettings: strict),
        .testTarget(name: "BoundariesTests", dependencies: ["Boundaries", "Patrol"], swiftSettings: strict),
        .testTarget(name: "ImagingTests", dependencies: ["Imaging"], swiftSettings: strict),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Intake", "Patrol", "Store", "StorePostgres", "StoreSQLite", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "Imaging", "Intake", "Patrol", "Store", "StoreSQLite", "TestSupport", "Wire",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            exclude: ["schemathesis"],
            swiftSettings: strict),
        .testTarget(
            name: "PatrolGatewayTests",
            dependencies: ["patrol-gateway", "Gateway", "Patrol", "Store", "StoreSQLite", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "FieldcliTests",
            dependencies: [
                "fieldcli", "Gateway", "Imaging", "Intake", "Patrol", "Store", "StoreSQLite", "TestSupport", "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict),
    ]
)
