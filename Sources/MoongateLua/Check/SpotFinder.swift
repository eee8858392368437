/// Finds the words that problems are about. A line may have any number of a name, and each may be a problem, so every line is
/// looked through once for each name.
final class SpotFinder {
    private let tokens: LuaTokens
    private lazy var words = tokens.wordsByName
    /// By the first use of each kind.
    private var known: [LuaTokens.Spot: [Int]] = [:]

    init(_ tokens: LuaTokens) { self.tokens = tokens }

    /// Where a use stands: the word of its name that is used so, counted among those of the line. Where the code says less
    /// than the text (a library under another name, a name that is put together), the nearest that there is.
    func column(of spot: LuaTokens.Spot) -> Int {
        var first = spot
        first.number = 0
        let columns = known[first] ?? find(first)
        known[first] = columns
        guard let last = columns.last else { return tokens.column(of: spot.name, line: spot.line) }
        return columns.indices.contains(spot.number) ? columns[spot.number] : last
    }

    private func find(_ spot: LuaTokens.Spot) -> [Int] {
        let named = words[spot.name] ?? []
        let start = named.firstPlace { tokens.all[$0].line >= spot.line }
        return tokens.used(named[start...].prefix { tokens.all[$0].line == spot.line }, as: spot.role)
            .map { tokens.all[$0].column }
    }
}

extension LuaTokens {
    /// How a name is used, which tells its word from others of the same name in the line.
    enum Role: Hashable {
        /// A global that is read.
        case global
        /// A global that is assigned to.
        case assigned
        /// A member, of the table with this path where one is known: `.info` of `log`.
        case member(of: String?)
        /// A string.
        case text
        /// A `return` without a value.
        case bareReturn
    }

    /// One use of a name in a line.
    struct Spot: Hashable {
        let name: String
        let role: Role
        let line: Int
        /// How many uses of its kind stand before it in the line.
        var number = 0
    }

    /// Where names and texts stand, in their order.
    fileprivate var wordsByName: [String: [Int]] {
        var words: [String: [Int]] = [:]
        for (index, token) in all.enumerated() {
            switch token.kind {
            case .name(let name), .text(let name): words[name, default: []].append(index)
            default: break
            }
        }
        return words
    }

    /// Those words of one name that are used so; the likeliest first.
    fileprivate func used(_ words: some Sequence<Int>, as role: Role) -> [Int] {
        switch role {
        case .global: return words.filter { isGlobal($0) && !isAssigned($0) }
        case .assigned: return words.filter { isGlobal($0) && isAssigned($0) }
        case .text: return words.filter { isText($0) }
        case .bareReturn: return words.filter(isBareReturn)
        case .member(let owner):
            let members = words.filter(isMember)
            guard let owner else { return members }
            let own = members.filter { isBehind($0, path: owner) }
            return own + members.filter { !isBehind($0, path: owner) }
        }
    }

    private func kind(_ index: Int) -> Kind? { all.indices.contains(index) ? all[index].kind : nil }

    private func isText(_ index: Int) -> Bool {
        if case .text? = kind(index) { true } else { false }
    }

    private func isAfterDot(_ index: Int) -> Bool {
        [.symbol("."), .symbol(":")].contains(kind(index - 1))
    }

    private func isGlobal(_ index: Int) -> Bool {
        !isText(index) && !isAfterDot(index)
            && ![.name("local"), .name("for"), .name("goto"), .symbol("::")].contains(kind(index - 1))
    }

    /// `name =` and `function name`; a field of a table looks the same, and is read nowhere.
    private func isAssigned(_ index: Int) -> Bool {
        kind(index + 1) == .symbol("=") || kind(index - 1) == .name("function")
    }

    private func isMember(_ index: Int) -> Bool {
        guard isText(index) else { return isAfterDot(index) }
        return kind(index - 1) == .symbol("[") && kind(index + 1) == .symbol("]")
    }

    private func isBareReturn(_ index: Int) -> Bool {
        let ends: [Kind] = [.name("end"), .name("else"), .name("elseif"), .name("until"), .symbol(";")]
        return !isText(index) && (kind(index + 1).map(ends.contains) ?? true)
    }

    /// Whether `path` stands before the `.` or `[` of a member.
    private func isBehind(_ index: Int, path: String) -> Bool {
        var place = index
        for part in path.split(separator: ".").reversed() {
            guard kind(place - 2) == .name(String(part)) else { return false }
            place -= 2
        }
        return !isAfterDot(place)
    }
}

extension Array {
    /// The first place from which on something holds, of elements that stand in that order.
    func firstPlace(where holds: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
