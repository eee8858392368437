/// Which instructions of a function can be reached from its first.
struct CodeWays {
    private(set) var reached: Set<Int> = []

    init(_ function: CompiledFunction, _ lastCalls: Set<Int>) {
        var ahead = [0]
        while let place = ahead.popLast() {
            guard function.code.indices.contains(place), reached.insert(place).inserted else { continue }
            guard !lastCalls.contains(place) else { continue }
            ahead += Self.next(function.code[place], at: place)
        }
    }

    /// Where an instruction may go on, in the words of the virtual machine's own manual (`lopcodes.h`).
    static func next(_ instruction: CompiledInstruction, at place: Int) -> [Int] {
        switch instruction.operation {
        case .return_, .return0, .return1: []
        case .jmp: [place + 1 + instruction.jump]
        case .loadFalseSkip: [place + 2]
        case .eq, .lt, .le, .eqK, .eqI, .ltI, .leI, .gtI, .geI, .test, .testSet: [place + 1, place + 2]
        case .forLoop, .tforLoop: [place + 1, place + 1 - instruction.bx]
        case .forPrep: [place + 1, place + 2 + instruction.bx]
        case .tforPrep: [place + 1 + instruction.bx]
        default: [place + 1]
        }
    }
}
