import Mustache

/// What a template may name. Plain strings have no place in it, so nothing reaches a page unescaped by mistake.
struct PageFields: Sendable, MustacheParent, ExpressibleByDictionaryLiteral {
    private var values: [String: any PageValue] = [:]

    /// A field that is `nil` is absent: its section is skipped.
    init(dictionaryLiteral elements: (String, (any PageValue)?)...) {
        for (name, value) in elements { values[name] = value }
    }

    subscript(_ name: String) -> (any PageValue)? {
        get { values[name] }
        set { values[name] = newValue }
    }

    func child(named name: String) -> Any? { values[name] }
}

/// Text, a condition, further fields, or a list of them.
protocol PageValue: Sendable {}

extension HTMLText: PageValue {}
extension Bool: PageValue {}
extension PageFields: PageValue {}
extension Array: PageValue where Element == PageFields {}
