/// One function of a script as Lua 5.4 compiles it, read for looking at.
struct CompiledFunction {
    /// A value that stands in the code.
    enum Constant: Equatable {
        case text(String)
        case other
    }

    /// Where a variable of an outer function is found: in its registers, or among its own outer variables.
    struct Upvalue {
        let isRegister: Bool
        let index: Int
    }

    /// A local variable, and the instructions that it is there for.
    struct Variable {
        let name: String
        let start: Int
        let end: Int
    }

    /// The lines of `function` and of `end`; 0 for a file as a whole.
    var firstLine = 0
    var lastLine = 0
    var parameters = 0
    var isVararg = false
    var code: [CompiledInstruction] = []
    var constants: [Constant] = []
    var upvalues: [Upvalue] = []
    var functions: [CompiledFunction] = []
    /// The line of each instruction.
    var lines: [Int] = []
    /// Local variables and parameters, in the order that they begin in.
    var variables: [Variable] = []

    /// Names of local variables and parameters.
    var locals: [String] { variables.map(\.name).filter { !$0.isEmpty } }

    /// The variable that has a register at an instruction; `nil` where the register is none's.
    func variable(in register: Int, at place: Int) -> Variable? {
        var number = 0
        for variable in variables {
            guard variable.start <= place else { return nil }
            guard place < variable.end else { continue }
            if number == register { return variable }
            number += 1
        }
        return nil
    }

    func line(_ place: Int) -> Int { lines.indices.contains(place) ? lines[place] : lastLine }

    func text(_ constant: Int) -> String? {
        guard constants.indices.contains(constant), case .text(let text) = constants[constant] else { return nil }
        return text
    }
}

/// One instruction of Lua 5.4's virtual machine.
struct CompiledInstruction {
    private let word: UInt32

    init(_ word: UInt32) { self.word = word }

    var operation: Operation? { Operation(rawValue: UInt8(word & 0x7F)) }
    var a: Int { Int(word >> 7 & 0xFF) }
    var k: Bool { word >> 15 & 1 == 1 }
    var b: Int { Int(word >> 16 & 0xFF) }
    var c: Int { Int(word >> 24) }
    /// An index of 17 bits.
    var bx: Int { Int(word >> 15) }
    /// The 25 bits of a jump, and the word of an `EXTRAARG`.
    var ax: Int { Int(word >> 7) }
    /// How far a `JMP` goes.
    var jump: Int { Int(word >> 7) - 16_777_215 }

    /// By their numbers in `lopcodes.h`.
    enum Operation: UInt8 {
        case move = 0, loadI, loadF, loadK, loadKX, loadFalse, loadFalseSkip, loadTrue, loadNil, getUpvalue, setUpvalue
        case getTabUp = 11, getTable, getI, getField, setTabUp, setTable, setI, setField, newTable, selfField
        case addI = 21, addK, subK, mulK, modK, powK, divK, idivK, bandK, borK, bxorK, shrI, shlI
        case add = 34, sub, mul, mod, pow, div, idiv, band, bor, bxor, shl, shr, mmBin, mmBinI, mmBinK
        case unm = 49, bnot, not, len, concat, close, tbc, jmp, eq, lt, le, eqK, eqI, ltI, leI, gtI, geI, test, testSet
        case call = 68, tailCall, return_, return0, return1, forLoop, forPrep, tforPrep, tforCall, tforLoop, setList
        case closure = 79, vararg, varargPrep, extraArg
    }
}

/// Why compiled code cannot be looked at; says nothing about the script.
struct UnknownCode: Error {}
