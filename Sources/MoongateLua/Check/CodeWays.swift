/// Which instructions of a function can be reached from its first.
struct CodeWays {
    private(set) var reached: Set<Int> = []

    /// - Parameter lastCalls: Places of calls that never come back.
    init(_ function: CompiledFunction, _ lastCalls: Set<Int>) {
        let settled = Self.settled(function)
        var ahead = [0]
        while let place = ahead.popLast() {
            guard function.code.indices.contains(place), reached.insert(place).inserted else { continue }
            guard !lastCalls.contains(place) else { continue }
            ahead += settled[place].map { [$0] } ?? Self.next(function.code[place], at: place)
        }
    }

    /// Where conditions go on that ask for `false` itself, as `until false` does: it is loaded right before, and no other
    /// way leads to the condition.
    private static func settled(_ function: CompiledFunction) -> [Int: Int] {
        var ways: [Int: Int] = [:]
        for (place, test) in function.code.enumerated().dropFirst() where test.operation == .test {
            let load = function.code[place - 1]
            guard load.operation == .loadFalse || load.operation == .loadNil && load.b == 0, load.a == test.a else {
                continue
            }
            ways[place] = test.k ? place + 2 : place + 1
        }
        guard !ways.isEmpty else { return ways }
        for (place, instruction) in function.code.enumerated() {
            for target in next(instruction, at: place) where target != place + 1 { ways[target] = nil }
        }
        return ways
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
