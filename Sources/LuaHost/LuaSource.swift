/// The text of one script and the name that errors report it by.
public struct LuaSource: Sendable, Hashable {
    /// As people know it, for example `scripts/jwt.lua`. At most 200 bytes count.
    public let name: String
    /// UTF-8 text; bytecode is refused as a syntax error.
    public let text: [UInt8]

    /// A source from its bytes.
    public init(name: String, text: [UInt8]) {
        self.name = name
        self.text = text
    }

    /// A source from a literal, mostly for tests.
    public init(name: String, _ text: String) {
        self.init(name: name, text: Array(text.utf8))
    }
}
