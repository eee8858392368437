import MoongateTokens

/// What an operator's command asks of a running server.
public enum ControlRequest: Sendable, Equatable {
    /// How it is.
    case status
    /// Take the files as they are now.
    case reload
    /// Serve an earlier generation again.
    case rollback(RollbackTarget)

    /// A request's bytes, without the line feed.
    static let largest = 4096

    /// Reads one line.
    /// - Throws: ``ControlError`` that says what was expected.
    init(parsing line: [UInt8]) throws {
        guard case .object(let members)? = try? JSONValue(parsing: line), let name = members["command"]?.stringValue
        else {
            throw ControlError(
                code: "control.malformed", message: "a request is one line of JSON, as in {\"command\":\"status\"}")
        }
        let known: Set<String> = name == "rollback" ? ["command", "generation", "steps"] : ["command"]
        if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw ControlError(code: "control.malformed", message: "\(name) does not know `\(Self.quoted(unknown))`")
        }
        switch name {
        case "status": self = .status
        case "reload": self = .reload
        case "rollback": self = .rollback(try Self.target(members["generation"], members["steps"]))
        default:
            throw ControlError(
                code: "control.unknownCommand",
                message: "`\(Self.quoted(name))` is no command: there are status, reload and rollback")
        }
    }

    private static func target(_ generation: JSONValue?, _ steps: JSONValue?) throws -> RollbackTarget {
        switch (generation, steps) {
        case (nil, nil): return .steps(1)
        case (.string(let id)?, nil) where RollbackTarget.isGeneration(id): return .generation(id)
        case (nil, .integer(let count)?) where (1...GenerationHistory.limit).contains(Int(clamping: count)):
            return .steps(Int(clamping: count))
        default:
            throw ControlError(
                code: "control.malformed",
                message: "rollback takes `generation` (4 to 12 hexadecimal digits) or `steps` (1 to "
                    + "\(GenerationHistory.limit)), or neither")
        }
    }

    private static func quoted(_ text: String) -> String { String(text.prefix(40)) }

    /// The line, without its line feed.
    var line: [UInt8] {
        let members: [String: JSONValue] =
            switch self {
            case .status: ["command": "status"]
            case .reload: ["command": "reload"]
            case .rollback(.steps(let count)): ["command": "rollback", "steps": .integer(Int64(count))]
            case .rollback(.generation(let id)): ["command": "rollback", "generation": .string(id)]
            }
        return JSONValue.object(members).canonicalBytes()
    }
}

/// Which earlier generation a rollback goes to.
public enum RollbackTarget: Sendable, Equatable {
    /// The one so many before; those that were rolled back from do not count.
    case steps(Int)
    /// The one whose id begins so.
    case generation(String)

    /// Whether a text can be a generation's id, or its beginning: 4 to 12 hexadecimal digits.
    public static func isGeneration(_ text: String) -> Bool {
        (4...12).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
