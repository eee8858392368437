// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody who builds the product builds this. `make bench` runs it.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "moongate", path: ".."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    ],
    targets: [
        // The floor: what Hummingbird costs with nothing behind it.
        .executableTarget(
            name: "BareServer",
            dependencies: [.product(name: "Hummingbird", package: "hummingbird")],
            swiftSettings: strict),
        // What is measured: scripts, a token, a browser's cookies.
        .target(
            name: "MeasuredSite",
            dependencies: [
                .product(name: "Moongate", package: "moongate"),
                .product(name: "MoongateLua", package: "moongate"),
                .product(name: "MoongateTokens", package: "moongate"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        // Nanoseconds of the pieces, with no socket.
        .executableTarget(
            name: "CoreBenchmarks",
            dependencies: [
                "MeasuredSite",
                .product(name: "Moongate", package: "moongate"),
                .product(name: "MoongateTokens", package: "moongate"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: strict),
        // One hook as a script, as a closure, and as a service that is called.
        .executableTarget(
            name: "HookComparison",
            dependencies: [
                "MeasuredSite",
                .product(name: "Moongate", package: "moongate"),
                .product(name: "MoongateCurl", package: "moongate"),
                .product(name: "MoongateTokens", package: "moongate"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
            ],
            swiftSettings: strict),
        // Nanoseconds of a decision of the access rules.
        .executableTarget(
            name: "RuleBenchmarks",
            dependencies: [
                "MeasuredSite",
                .product(name: "Moongate", package: "moongate"),
                .product(name: "MoongateRuntime", package: "moongate"),
                .product(name: "MoongateTokens", package: "moongate"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        // A server of one's own, with and without the engine's middleware.
        .executableTarget(
            name: "EmbeddedServer",
            dependencies: [
                .product(name: "Moongate", package: "moongate"),
                .product(name: "MoongateHummingbird", package: "moongate"),
                .product(name: "MoongateRuntime", package: "moongate"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
    ]
)
