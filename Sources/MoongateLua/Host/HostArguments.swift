import LuaHost
import MoongateTokens

/// The arguments of one host call: a JSON array, read by position.
struct HostArguments {
    private let values: [JSONValue]

    /// The bridge writes them, so they are an array; were they none, there would be no arguments.
    init(_ bytes: [UInt8]) {
        values = (try? JSONValue(parsing: bytes))?.arrayValue ?? []
    }

    var count: Int { values.count }

    /// `nil` beyond the end.
    subscript(_ index: Int) -> JSONValue? {
        // No `? :`, whose nil would be a JSON null.
        guard index < values.count else { return nil }
        return values[index]
    }
}
