/// The words of a script with their places. It knows as much of Lua as is needed to skip comments and to tell names from
/// text; whether the script is one, the compiler says.
struct LuaTokens {
    enum Kind: Equatable {
        /// A name or a keyword.
        case name(String)
        /// A string, without its quotes; escapes stay as written.
        case text(String)
        case number
        /// `{`, `==`, …: one character each, but for `..`, `...` and `::`.
        case symbol(String)
    }

    struct Token: Equatable {
        let kind: Kind
        /// Both from 1; columns count characters of UTF-8 text.
        let line: Int
        let column: Int
    }

    private(set) var all: [Token] = []
    private let bytes: [UInt8]
    private var place = 0
    private var line = 1
    private var lineStart = 0
    /// How far columns have been counted.
    private var counted = (place: 0, column: 1)

    init(_ text: [UInt8]) {
        bytes = text
        skipStart()
        while place < bytes.count { readOne() }
    }

    /// The column of the first `name` in a line; 1 where there is none.
    func column(of name: String, line: Int) -> Int {
        let kinds: [Kind] = [.name(name), .text(name), .symbol(name)]
        let words = words(ofLine: line)
        return (words.first { kinds.contains($0.kind) } ?? words.first)?.column ?? 1
    }

    /// The column of the last `name` in a line: of the `end` that a line closes with, or the word that the compiler
    /// stumbled over, since it took the ones before.
    func lastColumn(of name: String, line: Int) -> Int {
        let kinds: [Kind] = [.name(name), .text(name), .symbol(name)]
        let words = words(ofLine: line)
        return (words.last { kinds.contains($0.kind) } ?? words.first)?.column ?? 1
    }

    /// Those that begin in a line: they stand in the order of lines.
    private func words(ofLine line: Int) -> ArraySlice<Token> {
        all[all.firstPlace { $0.line >= line }..<all.firstPlace { $0.line > line }]
    }

    /// What the compiler skips, too: a byte order mark, and a first line that begins with `#`.
    private mutating func skipStart() {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
        lineStart = place
        guard peek(0) == UInt8(ascii: "#") else { return }
        while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
    }

    private mutating func readOne() {
        let byte = bytes[place]
        switch byte {
        case UInt8(ascii: "\n"): newLine()
        case 0x20, 0x09, 0x0D, 0x0B, 0x0C: place += 1
        case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"): skipComment()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): readQuoted(byte)
        case UInt8(ascii: "["):
            if let level = longBracket() { readLong(level, isText: true) } else { readSymbol() }
        case _ where byte.isNameStart: readName()
        case _ where byte.isDigit: readNumber()
        default: readSymbol()
        }
    }

    private func peek(_ ahead: Int) -> UInt8? { place + ahead < bytes.count ? bytes[place + ahead] : nil }

    private mutating func newLine() {
        place += 1
        line += 1
        lineStart = place
    }

    private mutating func add(_ kind: Kind, from start: Int, line: Int? = nil, lineStart: Int? = nil) {
        let lineStart = lineStart ?? self.lineStart
        // Counted on from the word before, or a long line would take a square of its length.
        if counted.place < lineStart || counted.place > start { counted = (lineStart, 1) }
        counted.column += bytes[counted.place..<start].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        counted.place = start
        all.append(Token(kind: kind, line: line ?? self.line, column: counted.column))
    }

    private mutating func readName() {
        let start = place
        while let byte = peek(0), byte.isNameStart || byte.isDigit { place += 1 }
        add(.name(String(decoding: bytes[start..<place], as: UTF8.self)), from: start)
    }

    private mutating func readNumber() {
        let start = place
        while let byte = peek(0), byte.isNameStart || byte.isDigit || byte == UInt8(ascii: ".") { place += 1 }
        add(.number, from: start)
    }

    private mutating func readSymbol() {
        let start = place
        let two = bytes[place..<min(place + 2, bytes.count)]
        let isPair =
            two.elementsEqual([0x2E, 0x2E]) || two.elementsEqual([0x3A, 0x3A]) || two.elementsEqual([0x3D, 0x3D])
        place += isPair ? 2 : 1
        add(.symbol(String(decoding: bytes[start..<place], as: UTF8.self)), from: start)
    }

    private mutating func readQuoted(_ quote: UInt8) {
        let start = place
        place += 1
        let (firstLine, firstLineStart) = (line, lineStart)
        while let byte = peek(0), byte != quote, byte != UInt8(ascii: "\n") {
            let isEscape = byte == UInt8(ascii: "\\")
            place += 1
            if isEscape, peek(0) == UInt8(ascii: "\n") { newLine() } else if isEscape { place += 1 }
        }
        place = min(place, bytes.count)
        let text = String(decoding: bytes[(start + 1)..<max(place, start + 1)], as: UTF8.self)
        add(.text(text), from: start, line: firstLine, lineStart: firstLineStart)
        if peek(0) == quote { place += 1 }
    }

    private mutating func skipComment() {
        place += 2
        if let level = longBracket() { return readLong(level, isText: false) }
        while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
    }

    /// How many `=` stand in a `[==[` here; `nil` when there is none.
    private func longBracket() -> Int? {
        guard peek(0) == UInt8(ascii: "[") else { return nil }
        var level = 0
        while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
        return peek(1 + level) == UInt8(ascii: "[") ? level : nil
    }

    private mutating func readLong(_ level: Int, isText: Bool) {
        let (start, firstLine, firstLineStart) = (place, line, lineStart)
        let close = [UInt8(ascii: "]")] + [UInt8](repeating: UInt8(ascii: "="), count: level) + [UInt8(ascii: "]")]
        place += level + 2
        let content = place
        while place < bytes.count, !bytes[place...].starts(with: close) {
            if bytes[place] == UInt8(ascii: "\n") { newLine() } else { place += 1 }
        }
        if isText {
            let text = String(decoding: bytes[content..<place], as: UTF8.self)
            add(.text(text), from: start, line: firstLine, lineStart: firstLineStart)
        }
        place = min(place + close.count, bytes.count)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
    fileprivate var isNameStart: Bool {
        (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == UInt8(ascii: "_")
    }
}
