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
        /// `false` or `nil`.
        case falsy
    }

    private(set) var facts = CodeFacts()
    private let function: CompiledFunction
    private let upvalues: [Known?]
    var registers: [Int: Known] = [:]
    private var tables: [Int: [String: CodeFacts.Returned]] = [:]
    private var tableTexts: [Int: [String: CodeFacts.KnownText]] = [:]
    private var lastCalls: Set<Int> = []
    private let joins: Set<Int>
    let argument = ArgumentUse()
    /// Registers of variables that functions within see.
    private let captured: Set<Int>
    private let variables: CapturedVariables

    /// - Parameters:
    ///   - upvalues: What is known of the variables of outer functions, by their index.
    ///   - isFile: The outermost function: its first local variable is the environment (see the bridge's `load.c`).
    init(_ function: CompiledFunction, upvalues: [Known?], isFile: Bool = false) {
        self.function = function
        self.upvalues = upvalues
        joins = Self.joins(function)
        variables = CapturedVariables(function)
        captured = Set(function.functions.flatMap { $0.upvalues.filter(\.isRegister).map(\.index) })
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
            if CodeWays.next(instruction, at: place).contains(where: joins.contains) { shareAliases() }
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
        case .move: name(i.a, registers[i.b])
        case .loadK: registers[i.a] = function.text(i.bx).map { .text(.whole($0)) }
        case .loadFalse: registers[i.a] = captured.contains(i.a) ? nil : .falsy
        case .loadNil:
            for register in i.a...(i.a + i.b) { registers[register] = captured.contains(register) ? nil : .falsy }
        case .getUpvalue: name(i.a, outer(i.b))
        case .getTabUp: registers[i.a] = read(outer(i.b), function.text(i.c), line)
        case .getField: registers[i.a] = read(registers[i.b], function.text(i.c), line)
        case .getTable: registers[i.a] = read(registers[i.b], text(registers[i.c]), line)
        case .selfField:
            let object = registers[i.b]
            let name = i.k ? function.text(i.c) : text(registers[i.c])
            if case .global(let path)? = object, let name {
                facts.colonCalls.append(.init(name: "\(path).\(name)", line: line))
            }
            registers[i.a] = read(object, name, line)
            registers[i.a + 1] = object
        case .setTabUp: write(outer(i.a), function.text(i.b), i, line)
        case .setField: write(registers[i.a], function.text(i.b), i, line)
        case .setTable:
            if text(registers[i.b]) == nil { _ = shared(registers[i.a]) }
            write(registers[i.a], text(registers[i.b]), i, line)
        case .setI: if !i.k { _ = shared(registers[i.c]) }
        case .setUpvalue: _ = shared(registers[i.a])
        case .testSet:
            if i.k { _ = shared(registers[i.b]) }  // `p or {}`: `and` only takes over what is false
            registers[i.a] = nil
        case .newTable:
            registers[i.a] = .table(place)
            tables[place] = [:]
        case .closure:
            registers[i.a] = nil  // a function that names itself is not what stood here before
            registers[i.a] = .returnable(.function(walk(i.bx, place)))
        case .concat: registers[i.a] = beginning(registers[i.a])
        case .call, .tailCall: call(i, place, line)
        case .setList:
            shareAll(i.b == 0 ? i.a + 1..<Int.max : i.a + 1..<i.a + 1 + i.b)
            list(i)
        case .return_ where i.b != 1:
            leave(registers[i.a])
            shareAll(i.b == 0 ? i.a..<Int.max : i.a..<i.a + i.b - 1)
        case .return1:
            leave(registers[i.a])
            shareAll(i.a..<i.a + 1)
        case .tforPrep:  // `for … in next, p`
            hand(i.a + 1..<i.a + 3, to: registers[i.a])
            forget(i)
        default: forget(i)
        }
    }

    /// Gives a register what another one, or an outer variable, holds. An argument is followed under its new name, but not
    /// where functions within see that.
    private func name(_ register: Int, _ known: Known?) {
        registers[register] = captured.contains(register) ? shared(known) : known
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
        case .table(let id)?: return tables[id]?[name].map(Known.returnable)
        case .returnable(let value)?: return .returnable(value[name])
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
        hand(i.b == 0 ? i.a + 1..<Int.max : i.a + 1..<i.a + max(i.b, 1), to: registers[i.a])
        let first = i.b == 1 ? nil : registers[i.a + 1]
        switch registers[i.a] {
        case .global(let name)?:
            facts.calls.append(.init(name: name, argument: argument(first), line: line))
            if name == "error" { lastCalls.insert(place) }
            if name == "assert", case .falsy? = first { lastCalls.insert(place) }
        case .returnable(.function(let called))? where called.neverReturns: lastCalls.insert(place)
        default: break
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

    private func walk(_ index: Int, _ place: Int) -> CodeFunction {
        guard function.functions.indices.contains(index) else {
            return CodeFunction(compiled: CompiledFunction(), lastCalls: [], argument: ArgumentUse())
        }
        let inner = function.functions[index]
        let known = inner.upvalues.map { upvalue -> Known? in
            let value: Known?
            if !upvalue.isRegister {
                value = outer(upvalue.index)
            } else if variables.keeps(register: upvalue.index, at: place) {
                value = registers[upvalue.index]
            } else {
                value = nil
            }
            switch value {
            case .table(let id)?: return .returnable(.table(tables[id] ?? [:]))  // the number is this function's
            case .falsy?: return nil  // it may have another value when it is asked
            default: return value
            }
        }
        let walk = CodeWalk(inner, upvalues: known)
        facts.add(walk.facts)
        return walk.walked
    }

    /// What instructions of no interest write over.
    private func forget(_ i: CompiledInstruction) {
        switch i.operation {
        case .mmBin, .mmBinI, .mmBinK, .close, .tbc, .jmp, .eq, .lt, .le, .eqK, .eqI, .ltI, .leI,
            .gtI, .geI, .test, .return_, .return0, .setList, .extraArg, .varargPrep:
            break
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
        colonCalls += inner.colonCalls
        calls += inner.calls
        texts.formUnion(inner.texts)
        locals.formUnion(inner.locals)
    }
}
