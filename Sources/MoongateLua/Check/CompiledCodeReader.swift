/// Reads what `lua_dump` of Lua 5.4 writes. The bytes are our own compiler's, and nothing here believes them: every
/// count is held to what is there.
struct CompiledCodeReader {
    private let bytes: [UInt8]
    private var place = 0
    /// Functions within functions; Lua itself allows 200.
    private static let deepest = 220

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The file's outermost function.
    /// - Throws: ``UnknownCode`` when the bytes are of another version of Lua, or broken.
    static func read(_ bytes: [UInt8]) throws(UnknownCode) -> CompiledFunction {
        var reader = CompiledCodeReader(bytes)
        try reader.readHeader()
        return try reader.readFunction(depth: 0)
    }

    /// Version 5.4, format 0, and the sizes that this build of Lua works with: 4 bytes for an instruction, 8 for numbers.
    private mutating func readHeader() throws(UnknownCode) {
        let head: [UInt8] = [0x1B, 0x4C, 0x75, 0x61, 0x54, 0x00, 0x19, 0x93, 0x0D, 0x0A, 0x1A, 0x0A, 4, 8, 8]
        guard try take(head.count).elementsEqual(head) else { throw UnknownCode() }
        _ = try take(8 + 8)  // an integer and a number, to compare byte orders
        _ = try byte()  // upvalues
    }

    private mutating func readFunction(depth: Int) throws(UnknownCode) -> CompiledFunction {
        guard depth < Self.deepest else { throw UnknownCode() }
        var function = CompiledFunction()
        _ = try text()  // the source's name
        function.firstLine = try number()
        function.lastLine = try number()
        function.parameters = Int(try byte())
        function.isVararg = try byte() != 0
        _ = try byte()  // registers
        for _ in 0..<(try count(4)) { function.code.append(CompiledInstruction(try word())) }
        for _ in 0..<(try count(1)) { function.constants.append(try constant()) }
        for _ in 0..<(try count(3)) {
            let isRegister = try byte() != 0
            function.upvalues.append(.init(isRegister: isRegister, index: Int(try byte())))
            _ = try byte()  // kind
        }
        for _ in 0..<(try count(1)) { function.functions.append(try readFunction(depth: depth + 1)) }
        try readDebugging(&function)
        return function
    }

    private mutating func readDebugging(_ function: inout CompiledFunction) throws(UnknownCode) {
        let steps = Array(try take(try count(1)))
        var known: [Int: Int] = [:]
        for _ in 0..<(try count(2)) {
            let place = try number()
            known[place] = try number()
        }
        for _ in 0..<(try count(1)) {
            let name = try text() ?? ""
            let start = try number()
            function.variables.append(.init(name: name, start: start, end: try number()))
        }
        for _ in 0..<(try count(1)) { _ = try text() }  // names of upvalues
        var line = function.firstLine
        for (place, step) in steps.enumerated() {
            // 0x80 says that the line stands in the other list.
            line = step == 0x80 ? known[place] ?? line : line &+ Int(Int8(bitPattern: step))
            function.lines.append(line)
        }
    }

    private mutating func constant() throws(UnknownCode) -> CompiledFunction.Constant {
        switch try byte() {
        case 0x00, 0x01, 0x11: return .other
        case 0x03, 0x13:
            _ = try take(8)
            return .other
        case 0x04, 0x14: return .text(try text() ?? "")
        default: throw UnknownCode()
        }
    }

    private mutating func byte() throws(UnknownCode) -> UInt8 {
        guard place < bytes.count else { throw UnknownCode() }
        defer { place += 1 }
        return bytes[place]
    }

    private mutating func take(_ count: Int) throws(UnknownCode) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - place else { throw UnknownCode() }
        defer { place += count }
        return bytes[place..<place + count]
    }

    /// In this machine's byte order, which is that of the Lua that wrote it.
    private mutating func word() throws(UnknownCode) -> UInt32 {
        let bytes = try take(4)
        return bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
    }

    /// Groups of seven bits, the highest first; the last has its top bit set.
    private mutating func number() throws(UnknownCode) -> Int {
        var number = 0
        while true {
            let byte = try byte()
            guard number < 1 << 40 else { throw UnknownCode() }
            number = number << 7 | Int(byte & 0x7F)
            if byte & 0x80 != 0 { return number }
        }
    }

    /// How many follow, of at least `size` bytes each.
    private mutating func count(_ size: Int) throws(UnknownCode) -> Int {
        let number = try number()
        guard number <= (bytes.count - place) / size else { throw UnknownCode() }
        return number
    }

    private mutating func text() throws(UnknownCode) -> String? {
        let size = try number()
        guard size > 0 else { return nil }
        return String(decoding: try take(size - 1), as: UTF8.self)
    }
}
