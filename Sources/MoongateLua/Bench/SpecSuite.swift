import LuaHost
import Moongate

/// One owner's specs and the scripts that they are about, as bytes that were read once.
public struct SpecSuite: Sendable {
    /// Whose they are, and what they are about. Specs get the owner's functions, libraries and permissions.
    public let scripts: OwnedScripts
    /// What `fixture "name"` gives, by that name: JSON documents.
    public let fixtures: [String: [UInt8]]
    /// The files that run: all of the owner's, in the order of their names.
    public private(set) var specs: [LuaSource]

    /// The owner with further settings over those it has; `nil` where an owner has none.
    var reconfigured: (@Sendable ([String: JSONValue]) async throws -> OwnedScripts)?

    /// A suite from its parts.
    public init(_ scripts: OwnedScripts, fixtures: [String: [UInt8]] = [:]) {
        self.scripts = scripts
        self.fixtures = fixtures
        specs = scripts.specs
    }

    /// The same suite with only those of its files whose name `isWanted`.
    public func keeping(_ isWanted: (String) -> Bool) -> SpecSuite {
        var suite = self
        suite.specs = specs.filter { isWanted($0.name) }
        return suite
    }

    /// A suite with the fixtures in `spec/fixtures/` of its owner's folder, by their names without `.json`.
    ///
    /// - Parameters:
    ///   - directory: The owner's folder: `site/scripts`, `site/plugins/audit`.
    ///   - name: What errors call that folder: `scripts`, `plugins/audit`.
    /// - Throws: ``ScriptSetError`` with every fixture that cannot be used.
    public init(_ scripts: OwnedScripts, directory: String, as name: String) throws {
        do {
            guard let root = try RootDirectory(directory) else {
                self.init(scripts)
                return
            }
            var reading = ScriptReading(root, folder: name)
            let fixtures = reading.fixtures()
            guard reading.failures.isEmpty else { throw ScriptSetError(reading.failures) }
            self.init(scripts, fixtures: fixtures)
        } catch let refusal as FileRefusal {
            throw ScriptSetError([ScriptFailure(code: refusal.code, message: refusal.message, script: name)])
        }
    }
}

extension ScriptReading {
    /// The JSON documents of `spec/fixtures/`, by their names without the ending.
    fileprivate mutating func fixtures() -> [String: [UInt8]] {
        var fixtures: [String: [UInt8]] = [:]
        for file in names(in: "spec/fixtures") where file.hasSuffix(".json") {
            guard let source = read("spec/fixtures/\(file)") else { continue }
            guard (try? JSONValue(parsing: source.text)) != nil else {
                refuse("spec/fixtures/\(file)", "spec.fixture", "is not JSON")
                continue
            }
            fixtures[String(file.dropLast(5))] = source.text
        }
        return fixtures
    }
}
