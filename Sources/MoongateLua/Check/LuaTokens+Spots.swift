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
    }

    /// One use of a name in a line.
    struct Spot: Hashable {
        let name: String
        let role: Role
        let line: Int
        /// How many uses of its kind stand before it in the line.
        var number = 0
    }

    /// Where a use stands: the word of its name that is used so, counted among those of the line. Where the code says less
    /// than the text (a library under another name, a name that is put together), the nearest that there is.
    func column(of spot: Spot) -> Int {
        let words = words(ofLine: spot.line)
        let candidates: [Int]
        switch spot.role {
        case .global: candidates = words.filter { isGlobal($0, spot.name) && !isAssigned($0) }
        case .assigned: candidates = words.filter { isGlobal($0, spot.name) && isAssigned($0) }
        case .text: candidates = words.filter { all[$0].kind == .text(spot.name) }
        case .member(let owner):
            let members = words.filter { isMember($0, spot.name) }
            let own = members.filter { index in owner.map { isBehind(index, path: $0) } ?? false }
            candidates = own + members.filter { !own.contains($0) }
        }
        guard let last = candidates.last else { return column(of: spot.name, line: spot.line) }
        return all[candidates.indices.contains(spot.number) ? candidates[spot.number] : last].column
    }

    /// The column of the `number`th `return` in a line that has no value behind it.
    func columnOfBareReturn(_ number: Int, line: Int) -> Int {
        let ends: [Kind] = [.name("end"), .name("else"), .name("elseif"), .name("until"), .symbol(";")]
        let bare = words(ofLine: line).filter { index in
            all[index].kind == .name("return") && (kind(index + 1).map(ends.contains) ?? true)
        }
        guard let last = bare.last else { return column(of: "return", line: line) }
        return all[bare.indices.contains(number) ? bare[number] : last].column
    }

    /// The words that begin in a line: they stand in the order of lines.
    private func words(ofLine line: Int) -> Range<Int> {
        let start = firstWord(ofLine: line)
        return start..<firstWord(ofLine: line + 1)
    }

    private func firstWord(ofLine line: Int) -> Int {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].line < line { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func kind(_ index: Int) -> Kind? { all.indices.contains(index) ? all[index].kind : nil }

    private func isAfterDot(_ index: Int) -> Bool {
        [.symbol("."), .symbol(":")].contains(kind(index - 1))
    }

    private func isGlobal(_ index: Int, _ name: String) -> Bool {
        all[index].kind == .name(name) && !isAfterDot(index)
            && ![.name("local"), .name("for"), .name("goto"), .symbol("::")].contains(kind(index - 1))
    }

    /// `name =`, `name, other =` and `function name`; a field of a table looks the same, and is read nowhere.
    private func isAssigned(_ index: Int) -> Bool {
        kind(index + 1) == .symbol("=") || kind(index - 1) == .name("function")
    }

    private func isMember(_ index: Int, _ name: String) -> Bool {
        switch all[index].kind {
        case .name(name): isAfterDot(index)
        case .text(name): kind(index - 1) == .symbol("[") && kind(index + 1) == .symbol("]")
        default: false
        }
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
