import Foundation
import Logging
import MoongateRuntime

/// A site of a test's own: a configuration that is right, and scripts.
final class ReloadFolder: Sendable {
    let path: String
    var configPath: String { "\(path)/config.lua" }

    static let config = "return { url = 'https://example.com', secret = secret 'AUTH_SECRET', database = 'memory:' }"
    static let jwt = "return function(p) return p.token end"

    init(jwt: String? = jwt) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("moongate-\(UUID().uuidString)").path
        try makeFolder("scripts/lib")
        try write("config.lua", Self.config)
        if let jwt { try write("scripts/jwt.lua", jwt) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    /// Replaces a file or folder as editors and deployments do: a rename over the old name.
    func rename(_ from: String, _ to: String) throws {
        guard Foundation.rename("\(path)/\(from)", "\(path)/\(to)") == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    func loader(usesScripts: Bool = true) -> ScriptGenerationLoader {
        var options = ScriptGenerationLoader.Options()
        options.environment = ["AUTH_SECRET": String(repeating: "s", count: 32)]
        options.usesScripts = usesScripts
        return ScriptGenerationLoader(configPath: configPath, options: options, logger: Logger(label: "test"))
    }
}
