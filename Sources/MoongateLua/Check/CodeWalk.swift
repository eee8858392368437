/// Goes once through a function's instructions, in their order, and keeps what is known of each register: which global it
/// was read from, which text it holds. At every place that a jump leads to, all of that is forgotten, so what is said is
/// true on every way; what is not said may still be.
final class CodeWalk {
    /// What a register or an outer variable holds.
    enum Known {
        case environment
        /// A global, or a member of one.
        case global(String)
        case text(CodeFacts.KnownText)
        case returnable(CodeFacts.Returned)
        case table(Int)
        /// What a function was called with first.
        case argument(ArgumentUse)
    }

    private(set) var facts = CodeFacts()
    private let function: CompiledFunction
    private let upvalues: [Known?]
    private var registers: [Int: Known] = [:]
    private var tables: [Int: [String: CodeFacts.Returned]] = [:]
    private var tableTexts: [Int: [String: CodeFacts.KnownText]] = [:]
    private var lastCalls: Set<Int> = []
    private let joins: Set<Int>
    private let argument = ArgumentUse()
    /// Whether variables keep what they hold, by register: asked for by every function that captures one.
    private var kept: [Int: Bool] = [:]

    /// - Parameters:
    ///   - upvalues: What is known of the variables of outer functions, by their index.
    ///   - isFile: The outermost function: its first local variable is the environment (see the bridge's `load.c`).
    init(_ function: CompiledFunction, upvalues: [Known?], isFile: Bool = false) {
        self.function = function
        self.upvalues = upvalues
        joins = Self.joins(function)
        facts.locals.formUnion(function.locals)
        let keepsFirst = isFile || function.keepsItsArgument
        if !isFile, function.keepsItsArgument { registers[0] = .argument(argument) }
        for case .text(let text) in function.constants { facts.texts.insert(text) }
        for (place, instruction) in function.code.enumerated() {
            if joins.contains(place) {
                registers = keepsFirst ? registers.filter { $0.key == 0 } : [:]
            }
            step(instruction, place)
            // `local _ENV = ...`, which the bridge puts before every file.
            if isFile, place == 1, instruction.operation == .vararg { registers[0] = .environment }
        }
    }

    /// Places where more may be true than what the instructions before them say: those that are not only reached from the
    /// one before. A condition skips the jump behind it, which changes nothing.
    private static func joins(_ function: CompiledFunction) -> Set<Int> {
        var sources: [Int: [Int]] = [:]
        for (place, instruction) in function.code.enumerated() {
            for next in CodeWays.next(instruction, at: place) { sources[next, default: []].append(place) }
        }
        let joins = sources.filter { place, from in
            let isAfterJump = function.code.indices.contains(place - 1) && function.code[place - 1].operation == .jmp
            return from != [place - 1] && !(from == [place - 2] && isAfterJump)
        }
        return Set(joins.keys)
    }

    /// The function as a whole, once it was walked.
    var walked: CodeFunction { CodeFunction(compiled: function, lastCalls: lastCalls, argument: argument) }

    private func step(_ i: CompiledInstruction, _ place: Int) {
        let line = function.line(place)
        switch i.operation {
        case .move: registers[i.a] = shared(registers[i.b])
        case .loadK: registers[i.a] = function.text(i.bx).map { .text(.whole($0)) }
        case .getUpvalue: registers[i.a] = shared(outer(i.b))
        case .getTabUp: registers[i.a] = read(outer(i.b), function.text(i.c), line)
        case .getField: registers[i.a] = read(registers[i.b], function.text(i.c), line)
        case .getTable: registers[i.a] = read(registers[i.b], text(registers[i.c]), line)
        case .selfField:
            let object = shared(registers[i.b])
            registers[i.a] = read(object, i.k ? function.text(i.c) : text(registers[i.c]), line)
            registers[i.a + 1] = object
        case .setTabUp: write(outer(i.a), function.text(i.b), i, line)
        case .setField: write(registers[i.a], function.text(i.b), i, line)
        case .setTable:
            if text(registers[i.b]) == nil { _ = shared(registers[i.a]) }
            write(registers[i.a], text(registers[i.b]), i, line)
        case .newTable:
            registers[i.a] = .table(place)
            tables[place] = [:]
        case .closure:
            registers[i.a] = nil  // a function that names itself is not what stood here before
            registers[i.a] = .returnable(.function(walk(i.bx)))
        case .concat: registers[i.a] = beginning(registers[i.a])
        case .call, .tailCall: call(i, place, line)
        case .setList: list(i)
        case .return_ where i.b != 1: leave(registers[i.a])
        case .return1: leave(registers[i.a])
        default: forget(i)
        }
    }

    /// What is handed on. An argument may get fields then that nobody sees here.
    private func shared(_ known: Known?) -> Known? {
        if case .argument(let use)? = known { use.isShared = true }
        return known
    }

    private func outer(_ index: Int) -> Known? { upvalues.indices.contains(index) ? upvalues[index] : nil }

    private func text(_ known: Known?) -> String? {
        if case .text(.whole(let text))? = known { text } else { nil }
    }

    private func beginning(_ known: Known?) -> Known? {
        guard case .text(let text)? = known else { return nil }
        switch text {
        case .whole(let text), .beginning(let text): return .text(.beginning(text))
        }
    }

    private func read(_ from: Known?, _ name: String?, _ line: Int) -> Known? {
        guard let name else { return nil }
        switch from {
        case .environment?:
            facts.reads.append(.init(name: name, line: line))
            return .global(name)
        case .global(let path)?:
            facts.members.append(.init(name: "\(path).\(name)", line: line))
            return .global("\(path).\(name)")
        case .argument(let use)?:
            use.reads.append(.init(name: name, line: line))
            return nil
        default: return nil
        }
    }

    private func write(_ to: Known?, _ name: String?, _ i: CompiledInstruction, _ line: Int) {
        let value: Known? = i.k ? function.text(i.c).map { .text(.whole($0)) } : shared(registers[i.c])
        guard let name else { return }
        switch to {
        case .environment?: facts.writes.append(.init(name: name, line: line))
        case .table(let id)?:
            let member = returned(value)  // first: it reads what is written here
            tables[id]?[name] = member
            if case .text(let text)? = value { tableTexts[id, default: [:]][name] = text }
        case .argument(let use)?: use.writes.insert(name)
        default: break
        }
    }

    /// The elements of `{ a, b }`, by their positions from 1; what a loop or a call adds is not known.
    private func list(_ i: CompiledInstruction) {
        guard case .table(let id)? = registers[i.a], !i.k else { return }
        for position in 0..<i.b {
            let member = returned(registers[i.a + 1 + position])
            tables[id]?[String(i.c + position + 1)] = member
        }
        registers = registers.filter { $0.key <= i.a }
    }

    private func returned(_ known: Known?) -> CodeFacts.Returned {
        switch known {
        case .returnable(let value)?: value
        case .table(let id)?: .table(tables[id] ?? [:])
        default: .unknown
        }
    }

    private func call(_ i: CompiledInstruction, _ place: Int, _ line: Int) {
        if case .global(let name)? = registers[i.a] {
            let first = i.b == 1 ? nil : registers[i.a + 1]
            facts.calls.append(.init(name: name, argument: argument(first), line: line))
            if name == "error" { lastCalls.insert(place) }
        }
        let required = required(i)
        registers = registers.filter { $0.key < i.a }
        registers[i.a] = required
    }

    /// `require "roles"` is as good as a global.
    private func required(_ i: CompiledInstruction) -> Known? {
        guard case .global("require")? = registers[i.a], i.operation == .call, i.c != 1, i.b == 2,
            let library = text(registers[i.a + 1])
        else { return nil }
        return .global(LibraryCalls.name(of: library))
    }

    /// A text, or the `url` of a table: `http.request { url = … }`.
    private func argument(_ known: Known?) -> CodeFacts.KnownText? {
        switch known {
        case .text(let text)?: text
        case .table(let id)?: tableTexts[id]?["url"]
        default: nil
        }
    }

    /// Only the first way out of a file says what it returns; a file has one.
    private func leave(_ known: Known?) {
        if case .unknown = facts.returned { facts.returned = returned(known) }
    }

    private func keeps(_ register: Int) -> Bool {
        if let known = kept[register] { return known }
        let keeps = function.keeps(register: register)
        kept[register] = keeps
        return keeps
    }

    private func walk(_ index: Int) -> CodeFunction {
        guard function.functions.indices.contains(index) else {
            return CodeFunction(compiled: CompiledFunction(), lastCalls: [], argument: ArgumentUse())
        }
        let inner = function.functions[index]
        let known = inner.upvalues.map { upvalue -> Known? in
            let value =
                upvalue.isRegister
                ? (keeps(upvalue.index) ? registers[upvalue.index] : nil) : outer(upvalue.index)
            if case .table? = value { return nil }  // a number of this function's
            return value
        }
        let walk = CodeWalk(inner, upvalues: known)
        facts.add(walk.facts)
        return walk.walked
    }

    /// What instructions of no interest write over.
    private func forget(_ i: CompiledInstruction) {
        switch i.operation {
        case .setUpvalue, .setI, .mmBin, .mmBinI, .mmBinK, .close, .tbc, .jmp, .eq, .lt, .le, .eqK, .eqI, .ltI, .leI,
            .gtI, .geI, .test, .return_, .return0, .setList, .extraArg, .varargPrep:
            break
        case .loadNil: for register in i.a...(i.a + i.b) { registers[register] = nil }
        case .forLoop, .forPrep, .tforPrep, .tforLoop, .tforCall, .vararg, nil:
            registers = registers.filter { $0.key < i.a }
        default: registers[i.a] = nil
        }
    }
}

extension CodeFacts {
    /// What a function within says too; what it returns is its own affair.
    fileprivate mutating func add(_ inner: CodeFacts) {
        reads += inner.reads
        writes += inner.writes
        members += inner.members
        calls += inner.calls
        texts.formUnion(inner.texts)
        locals.formUnion(inner.locals)
    }
}
