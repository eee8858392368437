import ArgumentParser
import Moongate
import MoongateRuntime
import MoongateTokens

/// `moongate rollback`
struct RollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Makes a running server serve an earlier generation again.",
        discussion: """
            Files stay as they are. Those that were rolled back from count again when their bytes change, or at \
            `moongate reload`.
            """)

    @Argument(help: "The generation's id, or its beginning (4 digits or more), or how many to go back (1 to 5).")
    var generation: String?

    @Flag(help: "List the generations that are kept, and change nothing.")
    var list = false

    @OptionGroup var server: ControlOptions

    func run() throws {
        guard !list else { return try printList() }
        try server.report(try server.ask(.rollback(try target()))) { _, generation in
            "Rolled back: generation \(generation) serves"
        }
    }

    private func target() throws -> RollbackTarget {
        guard let generation else { return .steps(1) }
        if let count = Int(generation), (1...5).contains(count) { return .steps(count) }
        let id = generation.lowercased()
        guard RollbackTarget.isGeneration(id) else {
            throw CommandFailure(
                .usage, "moongate: a generation is 4 to 12 hexadecimal digits, or how many to go back: 1 to 5")
        }
        return .generation(id)
    }

    private func printList() throws {
        let status = try server.ask(.status)
        let current = status["generation"].map { [$0] } ?? []
        let kept = current + (status["previous"]?.arrayValue ?? [])
        guard !server.json else {
            return Terminal.print(String(decoding: JSONValue.array(kept).canonicalBytes(), as: UTF8.self))
        }
        Terminal.print(GenerationTable.text(kept))
    }
}
