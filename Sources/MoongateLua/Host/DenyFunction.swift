import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// `deny{ status = 404, code = "blocked", message = "…" }`: the verdict that refuses.
    ///
    /// All fields may be absent. The code stands in logs, and after `authorize` in the address of the sign-in page
    /// (contract 10), so it is made of letters, digits, `.`, `-` and `_`, at most 64; the message goes into the log. A
    /// status belongs to rules alone: 401, 403, 404, 410 or 429.
    static let deny = verdict("deny", fields: ["code", "message", "status"]) { members in
        if let code = members["code"] {
            guard case .string(let name) = code, (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isCodeByte)
            else {
                return .raise("deny's code is made of letters, digits, `.`, `-` and `_`, at most 64 of them")
            }
        }
        if let message = members["message"] {
            guard case .string(let text) = message, text.utf8.count <= 1000 else {
                return .raise("deny's message is a string of at most 1000 bytes")
            }
        }
        if let status = members["status"] {
            guard case .integer(let number) = status, RuleVerdict.denyStatuses.contains(Int(clamping: number)) else {
                let known = RuleVerdict.denyStatuses.map(String.init).joined(separator: ", ")
                return .raise("deny's status is one of \(known)")
            }
        }
        return .handle(kind: "deny", payload: JSONValue.object(members).canonicalBytes())
    }

    private static func isCodeByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
