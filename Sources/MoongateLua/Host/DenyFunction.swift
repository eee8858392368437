import LuaHost
import MoongateTokens

extension HostFunction {
    /// `deny{ code = "blocked", message = "…" }`: the verdict that refuses. Only the host makes one, so no table that a
    /// script got from elsewhere can pass for it.
    ///
    /// Both fields may be absent: the code is then `denied`. The code stands in the address of the sign-in page
    /// (contract 10), so it is made of letters, digits, `.`, `-` and `_`, at most 64; the message goes into the log.
    static let deny = HostFunction.immediate("deny") { bytes in
        let arguments = HostArguments(bytes)
        guard arguments.count <= 1 else { return .raise("deny takes one table") }
        var members: [String: JSONValue] = [:]
        switch arguments[0] {
        case nil, .null?: break
        case .object(let own)?: members = own
        case .array(let items)? where items.isEmpty: break
        default: return .raise("deny takes a table, as in deny{ code = \"blocked\" }")
        }
        if let unknown = members.keys.sorted().first(where: { $0 != "code" && $0 != "message" }) {
            return .raise("deny knows code and message, not \(unknown)")
        }
        return verdict(code: members["code"] ?? "denied", message: members["message"])
    }

    private static func verdict(code: JSONValue, message: JSONValue?) -> HostAnswer {
        guard case .string(let name) = code, (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isCodeByte) else {
            return .raise("deny's code is made of letters, digits, `.`, `-` and `_`, at most 64 of them")
        }
        var verdict: [String: JSONValue] = ["code": code]
        if let message, message != .null {
            guard case .string(let text) = message, text.utf8.count <= 1000 else {
                return .raise("deny's message is a string of at most 1000 bytes")
            }
            verdict["message"] = message
        }
        return .handle(kind: "deny", payload: JSONValue.object(verdict).canonicalBytes())
    }

    private static func isCodeByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
