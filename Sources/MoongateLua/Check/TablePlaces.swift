/// Where the keys of a table stand that a file returns: `providers[2].issuer` in `config.lua`. It looks at the words
/// alone, so what a file computes has the place of the nearest key that is written down.
public struct TablePlaces: Sendable {
    /// A place in a file, both from 1.
    public struct Place: Sendable, Hashable {
        /// The line.
        public let line: Int
        /// In characters.
        public let column: Int
    }

    /// A key that stands twice in one table: only the last of its values counts.
    public struct Repeat: Sendable, Hashable {
        /// As a script would write it: `routes[2].roles`.
        public let path: String
        /// Where it stands first, and again.
        public let first: Place, second: Place
    }

    private var places: [String: Place] = [:]
    /// In the order of the file.
    public private(set) var repeats: [Repeat] = []
    /// Values that are a variable, or a field of one, by the path of their key in tables that are returned as they are
    /// written: `["routes[1].when": "checks.isOwner"]`.
    public private(set) var references: [String: String] = [:]
    private static let deepest = 64
    /// Bytes of a path. Every element of a list repeats the list's own, so longer ones would multiply a file.
    private static let longest = 256

    /// Reads a file's text.
    public init(_ text: [UInt8]) {
        let tokens = LuaTokens(text).all
        guard let start = Self.outermostReturn(tokens) else { return }
        places[""] = Place(line: tokens[start].line, column: tokens[start].column)
        var index = start + 1
        readValue(tokens, &index, path: "", depth: 0, isAsWritten: Self.hasOneReturn(tokens))
    }

    /// The place of a key, or of the nearest one around it.
    public func place(_ path: String) -> Place? {
        var path = Substring(path)
        while true {
            if let place = places[String(path)] { return place }
            guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return places[""] }
            path = path[..<cut]
        }
    }

    /// Up to the next comma on this level; every table on the way has the path of the value; `nil`: one that is too long.
    ///
    /// - Parameter isAsWritten: What is built here is what the key holds: no function is called with it.
    private mutating func readValue(
        _ tokens: [LuaTokens.Token], _ index: inout Int, path: String?, depth: Int, isAsWritten: Bool
    ) {
        var parentheses = 0
        let start = index
        if isAsWritten, let path, let name = Self.reference(tokens, from: index) { references[path] = name }
        while index < tokens.count {
            switch tokens[index].kind {
            case .symbol("{") where depth < Self.deepest:
                index += 1
                readFields(
                    tokens, &index, path: path, depth: depth + 1, isAsWritten: isAsWritten && index == start + 1)
            case .symbol("("):
                parentheses += 1
                index += 1
            case .symbol(")"):
                parentheses -= 1
                index += 1
            case .symbol(","), .symbol(";"):
                if parentheses <= 0 { return }
                index += 1
            case .symbol("}"): return
            case .name("function"): Self.skipBlock(tokens, &index)
            default: index += 1
            }
        }
    }

    /// How a word changes the depth of blocks: `for` and `while` have their `do`, `elseif` and `then` belong to an `if`.
    private static func step(_ kind: LuaTokens.Kind) -> Int {
        switch kind {
        case .name("function"), .name("if"), .name("do"), .name("repeat"): 1
        case .name("end"), .name("until"): -1
        default: 0
        }
    }

    /// The `return` of the file itself, not of a function in it.
    private static func outermostReturn(_ tokens: [LuaTokens.Token]) -> Int? {
        var depth = 0
        for (index, token) in tokens.enumerated() {
            depth += step(token.kind)
            if depth == 0, token.kind == .name("return") { return index }
        }
        return nil
    }

    /// Whether the file returns in one place: else nobody knows which of its tables it returned.
    private static func hasOneReturn(_ tokens: [LuaTokens.Token]) -> Bool {
        var count = 0
        var index = 0
        while index < tokens.count {
            if tokens[index].kind == .name("function") {
                skipBlock(tokens, &index)
                continue
            }
            if tokens[index].kind == .name("return") { count += 1 }
            index += 1
        }
        return count == 1
    }

    /// From `function` behind its `end`.
    private static func skipBlock(_ tokens: [LuaTokens.Token], _ index: inout Int) {
        var depth = 0
        repeat {
            depth += step(tokens[index].kind)
            index += 1
        } while depth > 0 && index < tokens.count
    }

    /// `checks.isOwner`, when that is the whole value.
    private static func reference(_ tokens: [LuaTokens.Token], from start: Int) -> String? {
        var name = ""
        var index = start
        while index < tokens.count {
            guard case .name(let part) = tokens[index].kind, !notNames.contains(part) else { return nil }
            name += part
            index += 1
            guard index < tokens.count, case .symbol(let sign) = tokens[index].kind else { return nil }
            switch sign {
            case ".": name += "."
            case ",", ";", "}": return name
            default: return nil
            }
            index += 1
        }
        return nil
    }

    private static let notNames: Set<String> = ["nil", "true", "false", "function", "not"]

    private mutating func readFields(
        _ tokens: [LuaTokens.Token], _ index: inout Int, path: String?, depth: Int, isAsWritten: Bool
    ) {
        var count = 0
        var own: [String: Place] = [:]
        while index < tokens.count {
            let token = tokens[index]
            switch token.kind {
            case .symbol("}"):
                index += 1
                return
            case .symbol(","), .symbol(";"): index += 1
            default:
                let name = Self.key(tokens, &index)
                if name == nil { count += 1 }
                let key = path.flatMap { Self.key(name, count, in: $0) }
                let place = Place(line: token.line, column: token.column)
                if let key, let name {
                    if let first = own[name] { repeats.append(Repeat(path: key, first: first, second: place)) }
                    own[name] = own[name] ?? place
                }
                if let key, places[key] == nil { places[key] = place }
                // A path with such a key is that of other keys, too.
                let isPlain = name?.contains { $0 == "." || $0 == "[" } != true
                readValue(tokens, &index, path: key, depth: depth, isAsWritten: isAsWritten && isPlain)
            }
        }
    }

    private static func key(_ name: String?, _ position: Int, in path: String) -> String? {
        guard path.utf8.count + (name?.utf8.count ?? 0) < longest else { return nil }
        guard let name else { return "\(path)[\(position)]" }
        return path.isEmpty ? name : "\(path).\(name)"
    }

    /// `name =` or `["name"] =`; goes behind it.
    private static func key(_ tokens: [LuaTokens.Token], _ index: inout Int) -> String? {
        func kind(_ ahead: Int) -> LuaTokens.Kind? {
            index + ahead < tokens.count ? tokens[index + ahead].kind : nil
        }
        if case .name(let name)? = kind(0), kind(1) == .symbol("=") {
            index += 2
            return name
        }
        if kind(0) == .symbol("["), case .text(let name)? = kind(1), kind(2) == .symbol("]"), kind(3) == .symbol("=") {
            index += 4
            return name
        }
        return nil
    }
}
