/// What one file's code does, as far as its compiled form says it.
struct CodeFacts {
    /// A name that is read or written, and where.
    struct Use: Hashable {
        /// `crypto.sha256`, or a global's name.
        let name: String
        let line: Int
    }

    /// Counts uses of the same name in a line, so that each can be told by its own place.
    struct UseCounter {
        private var seen: [Use: Int] = [:]

        /// How many came before this one.
        mutating func number(_ name: String, _ line: Int) -> Int {
            let use = Use(name: name, line: line)
            defer { seen[use, default: 0] += 1 }
            return seen[use, default: 0]
        }
    }

    /// A call of something global.
    struct Call {
        let name: String
        let argument: KnownText?
        let line: Int
    }

    /// What is known of a text before the script runs.
    enum KnownText: Equatable {
        case whole(String)
        /// It begins like this.
        case beginning(String)
    }

    /// A way out of a hook on which it returns nothing.
    struct SilentEnd: Equatable {
        let line: Int
        /// Written down as `return`; else it is the function's end.
        let isWritten: Bool
    }

    var reads: [Use] = []
    var writes: [Use] = []
    var members: [Use] = []
    /// Members of globals that are called with `:`.
    var colonCalls: [Use] = []
    var calls: [Call] = []
    /// Every text that stands in the code, names of members too.
    var texts: Set<String> = []
    /// Names of local variables, for guesses.
    var locals: Set<String> = []
    /// What the file returns, where that can be seen.
    var returned = Returned.unknown

    /// What a file returns.
    enum Returned {
        case unknown
        case function(CodeFunction)
        /// A table, with those of its members that are functions, or tables of functions.
        case table([String: Returned])

        /// A member of a table.
        subscript(name: String) -> Returned {
            guard case .table(let members) = self else { return .unknown }
            return members[name] ?? .unknown
        }
    }

    /// Reads a file's compiled code.
    /// - Throws: ``UnknownCode``.
    init(_ code: [UInt8]) throws(UnknownCode) {
        let main = try CompiledCodeReader.read(code)
        let walk = CodeWalk(main, upvalues: [], isFile: true)
        self = walk.facts
    }

    init() {}
}

/// One function of a file, for questions about its ways.
struct CodeFunction {
    let compiled: CompiledFunction
    /// Places of calls that never come back: `error(…)`.
    let lastCalls: Set<Int>
    /// What it, and functions within it, do with its first argument.
    let argument: ArgumentUse
    /// Whether a call of it never comes back, as one of `error` does not.
    let neverReturns: Bool

    init(compiled: CompiledFunction, lastCalls: Set<Int>, argument: ArgumentUse) {
        self.compiled = compiled
        self.lastCalls = lastCalls
        self.argument = argument
        let ends = CodeWays(compiled, lastCalls).reached.filter { place in
            [.return_, .return0, .return1].contains(compiled.code[place].operation)
        }
        neverReturns = ends.isEmpty && !compiled.code.isEmpty
    }

    /// The ways on which it returns nothing, each once.
    var silentEnds: [CodeFacts.SilentEnd] {
        var ends: [CodeFacts.SilentEnd] = []
        for place in CodeWays(compiled, lastCalls).reached.sorted() {
            let instruction = compiled.code[place]
            switch instruction.operation {
            case .return0: break
            case .return_ where instruction.b == 1: break
            default: continue
            }
            let isWritten = place != compiled.code.count - 1
            ends.append(CodeFacts.SilentEnd(line: compiled.line(place), isWritten: isWritten))
        }
        return ends
    }
}
