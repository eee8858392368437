// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "any-server",
    platforms: [.macOS(.v15)],
    dependencies: [
        // In a package of your own: the repository's URL.
        .package(name: "moongate", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "AnyServer",
            dependencies: [
                .product(name: "Moongate", package: "moongate"),
                .product(name: "MoongateRuntime", package: "moongate"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")])
    ]
)
