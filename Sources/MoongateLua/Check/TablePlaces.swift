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

    private var places: [String: Place] = [:]
    private static let deepest = 64
    /// Bytes of a path. Every element of a list repeats the list's own, so longer ones would multiply a file.
    private static let longest = 256

    /// Reads a file's text.
    public init(_ text: [UInt8]) {
        let tokens = LuaTokens(text).all
        guard let start = Self.outermostReturn(tokens) else { return }
        places[""] = Place(line: tokens[start].line, column: tokens[start].column)
        var index = start + 1
        readValue(tokens, &index, path: "", depth: 0)
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
    private mutating func readValue(_ tokens: [LuaTokens.Token], _ index: inout Int, path: String?, depth: Int) {
        var parentheses = 0
        while index < tokens.count {
            switch tokens[index].kind {
            case .symbol("{") where depth < Self.deepest:
                index += 1
                readFields(tokens, &index, path: path, depth: depth + 1)
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

    /// From `function` behind its `end`.
    private static func skipBlock(_ tokens: [LuaTokens.Token], _ index: inout Int) {
        var depth = 0
        repeat {
            depth += step(tokens[index].kind)
            index += 1
        } while depth > 0 && index < tokens.count
    }

    private mutating func readFields(_ tokens: [LuaTokens.Token], _ index: inout Int, path: String?, depth: Int) {
        var count = 0
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
                if let key, places[key] == nil { places[key] = Place(line: token.line, column: token.column) }
                readValue(tokens, &index, path: key, depth: depth)
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
