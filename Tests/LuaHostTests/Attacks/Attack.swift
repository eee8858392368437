import Testing

/// Programs that tried to get out, to stay in, or to hand over what is not data. Each says how it must end.
struct Attack: Sendable, CustomTestStringConvertible {
    enum Ending: Sendable {
        case safe  // returns "safe"
        case fails(String)  // with this code or one of its family (a prefix)
        case either  // ends within the budgets; what it returns does not matter
    }
    let name: String
    let ending: Ending
    let text: String

    init(_ name: String, _ ending: Ending, _ text: String) {
        self.name = name
        self.ending = ending
        self.text = text
    }

    var testDescription: String { name }
}
