import Moongate
import MoongateTokens

/// A table of options in a host call: every name is known, every value of the right type, or the script has an error
/// that says which.
struct HostOptions {
    private let function: String
    private let members: [String: JSONValue]

    /// `nil` and an empty table are no options.
    init(_ value: JSONValue?, of function: String, known: [String]) throws(HostRefusal) {
        self.function = function
        switch value {
        case nil, .null?: members = [:]
        case .array(let items)? where items.isEmpty: members = [:]
        case .object(let own)?: members = own
        default: throw .raise("\(function): options are a table with names")
        }
        for name in members.keys.sorted() where !known.contains(name) {
            let guess = NearestName.of(name, among: known).map { "; did you mean \($0)?" } ?? "."
            throw .raise("\(function) has no option \(name)\(guess) It knows \(known.joined(separator: ", "))")
        }
    }

    /// `nil` where the option is absent or null.
    subscript(_ name: String) -> JSONValue? { members[name] == .null ? nil : members[name] }

    /// Whether it is there, also as null.
    func has(_ name: String) -> Bool { members[name] != nil }

    func text(_ name: String) throws(HostRefusal) -> String? {
        guard let value = self[name] else { return nil }
        guard case .string(let text) = value else { throw .raise("\(function): \(name) is a string") }
        return text
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(HostRefusal) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = value.integerValue.flatMap(Int.init(exactly:)), range.contains(number) else {
            throw .raise("\(function): \(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
