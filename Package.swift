// swift-tools-version: 6.1
import PackageDescription

// One set of settings for every Swift target, so that no target is held to less.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
]

// Who may import whom is drawn in docs/architecture.md and checked by `make lint` (dev/lint-imports.sh).
let package = Package(
    name: "moongate",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "moongate", targets: ["MoongateCLI"]),
        .library(name: "Moongate", targets: ["Moongate"]),
        .library(name: "MoongateTokens", targets: ["MoongateTokens"]),
        .library(name: "MoongateLua", targets: ["MoongateLua"]),
        .library(name: "MoongateSQL", targets: ["MoongateSQL"]),
        .library(name: "MoongateCurl", targets: ["MoongateCurl"]),
        .library(name: "MoongateHummingbird", targets: ["MoongateHummingbird"]),
        .library(name: "MoongateRuntime", targets: ["MoongateRuntime"]),
        .library(name: "MoongateTesting", targets: ["MoongateTesting"]),
        .library(name: "LuaHost", targets: ["LuaHost"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.30.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // System libraries: a module map and a shim header each.
        .systemLibrary(name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        // C that we own.
        .target(name: "CJSON"),
        .target(name: "CLuaBridge", dependencies: ["CJSON", "CLua"]),
        .target(name: "CTokens", dependencies: ["COpenSSL"]),

        .target(name: "LuaHost", dependencies: ["CLuaBridge"], swiftSettings: strict),
        .target(name: "MoongateTokens", dependencies: ["CJSON", "CTokens", "COpenSSL"], swiftSettings: strict),
        .target(
            name: "Moongate",
            dependencies: [
                "MoongateTokens", "CJSON",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Pages/Templates"), .embedInCode("Client/Module")],
            swiftSettings: strict),
        .target(
            name: "MoongateLua",
            dependencies: ["Moongate", "LuaHost", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),
        .target(
            name: "MoongateSQL",
            dependencies: ["Moongate", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        .target(name: "MoongateCurl", dependencies: ["Moongate", "CCurl"], swiftSettings: strict),
        .target(
            name: "MoongateHummingbird",
            dependencies: [
                "Moongate",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "MoongateRuntime",
            dependencies: [
                "Moongate", "MoongateLua", "MoongateSQL", "MoongateCurl",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(name: "MoongateTesting", dependencies: ["Moongate"], swiftSettings: strict),
        .executableTarget(
            name: "MoongateCLI",
            dependencies: [
                "MoongateRuntime", "MoongateHummingbird",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.embedInCode("Site")],
            swiftSettings: strict),

        .testTarget(name: "LuaHostTests", dependencies: ["LuaHost"], swiftSettings: strict),
        .testTarget(name: "MoongateTokensTests", dependencies: ["MoongateTokens"], swiftSettings: strict),
        .testTarget(
            name: "MoongateTests", dependencies: ["Moongate", "MoongateTesting", "MoongateTokens", "COpenSSL"],
            swiftSettings: strict),
        .testTarget(
            name: "MoongateLuaTests", dependencies: ["MoongateLua", "MoongateCurl"], swiftSettings: strict),
        .testTarget(name: "MoongateSQLTests", dependencies: ["MoongateSQL", "MoongateTesting"], swiftSettings: strict),
        .testTarget(name: "MoongateCurlTests", dependencies: ["MoongateCurl"], swiftSettings: strict),
        .testTarget(
            name: "MoongateRuntimeTests",
            dependencies: [
                "MoongateRuntime", "MoongateHummingbird",
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "MoongateHummingbirdTests",
            dependencies: [
                "MoongateHummingbird", "MoongateRuntime", "MoongateTesting", "MoongateCurl",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
    ],
    cLanguageStandard: .c11
)
