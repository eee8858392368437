import ArgumentParser
import Moongate

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Failures for programs: one line of JSON on standard error, exit code 1.
enum ScriptReport {
    /// After lines for people have said it: for whoever reads standard error with a program, and nothing in a terminal.
    static func told(_ failure: CommandFailure) -> any Error {
        isatty(STDERR_FILENO) == 1 ? ExitCode(failure.code.rawValue) : failure
    }

    /// `{"error":{"code":…,"message":…,"script":…,"line":…}}`; what is not known is left out.
    static func failure(
        _ code: String, _ message: String, script: String? = nil, line: Int? = nil, column: Int? = nil
    ) -> CommandFailure {
        var error: [String: JSONValue] = ["code": .string(code), "message": .string(message)]
        error["script"] = script.map(JSONValue.string)
        error["line"] = line.map { .integer(Int64($0)) }
        error["column"] = column.map { .integer(Int64($0)) }
        let text = JSONValue.object(["error": .object(error)]).canonicalBytes()
        return CommandFailure(.notRight, String(decoding: text, as: UTF8.self))
    }

    /// A failed script.
    static func failure(_ failure: ScriptFailure) -> CommandFailure {
        self.failure(failure.code, failure.message, script: failure.script, line: failure.line)
    }
}
