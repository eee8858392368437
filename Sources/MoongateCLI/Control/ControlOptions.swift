import ArgumentParser
import Moongate
import MoongateRuntime
import MoongateTokens

/// Which running server a command speaks to.
struct ControlOptions: ParsableArguments {
    @Option(help: "The configuration of the server that is meant.")
    var config = "config.lua"

    @Option(help: "Its control socket, where it was started with one of its own.")
    var control: String?

    @Flag(help: "Print the answer as one line of JSON.")
    var json = false

    /// Asks and waits for the answer.
    /// - Throws: ``CommandFailure``: exit code 3 when the server is not reached or does not do it.
    func ask(_ request: ControlRequest) throws -> [String: JSONValue] {
        let client = ControlClient(path: control ?? ControlPath.standard(for: ConfigPath.of(config)))
        do {
            return try client.ask(request)
        } catch let error as ControlError {
            throw CommandFailure(.couldNotRun, "moongate: \(PlainText.of(error.message))")
        }
    }

    /// Prints the answer of a change: in JSON, or as `sentence` or the list of problems.
    /// - Throws: ``CommandFailure`` with exit code 1 when it was refused.
    func report(_ answer: [String: JSONValue], _ sentence: (_ outcome: String, _ generation: String) -> String) throws {
        let outcome = answer["outcome"]?.stringValue ?? "unknown"
        let generation = PlainText.of(answer["generation"]?.stringValue ?? "?")
        if json { Terminal.print(String(decoding: JSONValue.object(answer).canonicalBytes(), as: UTF8.self)) }
        guard outcome == "refused" else {
            if !json { Terminal.print(sentence(outcome, generation) + Self.remarks(answer)) }
            return
        }
        let problems = (answer["problems"]?.arrayValue ?? []).map { PlainText.of(Self.line($0)) }
        let text = (problems + ["moongate: refused; generation \(generation) goes on"]).joined(separator: "\n")
        throw CommandFailure(.notRight, json ? "moongate: refused" : text)
    }

    /// Behind the sentence: that other secrets serve now, and what else there is to say.
    private static func remarks(_ answer: [String: JSONValue]) -> String {
        (answer["otherSecrets"] == true ? ", with other secrets" : "")
            + (answer["note"]?.stringValue.map { "\n\(PlainText.of($0))" } ?? "")
    }

    /// `scripts/jwt.lua:3: unexpected symbol (script.syntax)`
    static func line(_ problem: JSONValue) -> String {
        let members = problem.objectValue ?? [:]
        var text = ""
        if let file = members["file"]?.stringValue {
            text = file + (members["line"]?.integerValue.map { ":\($0)" } ?? "") + ": "
        }
        return text + "\(members["message"]?.stringValue ?? "") (\(members["code"]?.stringValue ?? "unknown"))"
    }
}

/// Text from elsewhere that goes to a terminal.
enum PlainText {
    /// Without control characters, which could move the cursor or recolour what follows.
    static func of(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}
