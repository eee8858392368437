import MeasuredSite
import Moongate

/// `scripts/jwt.lua` in Swift, over the values that the engine gives a closure.
enum ClosureHook {
    /// The values, decoded.
    struct Input: Sendable {
        let token: Claims
        let user: Claims
        let account: Claims

        /// From what a script would be given.
        init(_ call: HookCall) throws { try self.init(WrittenCall(call).bytes) }

        /// From one JSON document, as a service gets it.
        init(_ document: [UInt8]) throws {
            guard case .object(let members) = try JSONValue(parsing: document) else {
                throw Site.Unexpected("not an object")
            }
            func claims(_ name: String) -> Claims { Claims(members[name]?.objectValue ?? [:]) }
            (token, user, account) = (claims("token"), claims("user"), claims("account"))
        }
    }

    static func run(_ input: Input) -> Claims {
        var token = input.token
        var (isStaff, seen) = (false, 0)
        for group in token["groups"]?.arrayValue ?? [] {
            seen += 1
            if group == "staff-admins" { isStaff = true }
        }
        token["role"] = isStaff ? "staff" : "user"
        token["tenant"] = "acme"
        token["groupCount"] = .integer(Int64(seen))
        return token
    }

    /// What a service does: reads the document, runs the hook, writes the token.
    static func run(_ document: [UInt8]) throws -> [UInt8] { run(try Input(document)).canonicalBytes }
}

/// A call as one JSON document.
struct WrittenCall {
    let bytes: [UInt8]

    init(_ call: HookCall) throws {
        var text: [UInt8] = []
        for argument in call.arguments {
            guard case .json(let value) = argument.value else { throw Site.Unexpected("a kept argument") }
            text += Array((text.isEmpty ? "{" : ",").utf8) + Array("\"\(argument.name)\":".utf8) + value
        }
        bytes = text + Array("}".utf8)
    }
}
