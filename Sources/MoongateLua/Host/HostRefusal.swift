import LuaHost

/// Ends the reading of a host call with an answer of another kind.
struct HostRefusal: Error {
    let answer: HostAnswer

    /// A mistake of the script's author: an error in the script, with its line.
    static func raise(_ message: String) -> HostRefusal { HostRefusal(answer: .raise(message)) }

    /// What may happen to a script that is right: `nil` and this, which begins with a code.
    static func failure(_ code: String, _ message: String) -> HostRefusal {
        HostRefusal(answer: .failure("\(code): \(message)"))
    }
}

extension HostFunction {
    /// An immediate function whose body may refuse.
    static func deciding(
        _ name: String, _ body: @escaping @Sendable (HostArguments) throws(HostRefusal) -> HostAnswer
    ) -> HostFunction {
        .immediate(name) { bytes in
            do throws(HostRefusal) { return try body(HostArguments(bytes)) } catch { return error.answer }
        }
    }

    /// A waiting function whose body may refuse.
    static func awaiting(
        _ name: String, _ body: @escaping @Sendable (HostArguments) async throws(HostRefusal) -> HostAnswer
    ) -> HostFunction {
        .waiting(name) { bytes in
            do throws(HostRefusal) { return try await body(HostArguments(bytes)) } catch { return error.answer }
        }
    }
}
