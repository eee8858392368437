/// Which of a function's variables are, when functions within read them, still what they were when those were made.
struct CapturedVariables {
    private let function: CompiledFunction
    /// Where each register gets a value.
    private var writes: [Int: [Int]] = [:]
    /// Registers that functions within assign to, at one time or another.
    private let assignedWithin: Set<Int>

    init(_ function: CompiledFunction) {
        self.function = function
        assignedWithin = Set(function.functions.flatMap(\.assignedRegisters))
        for (place, instruction) in function.code.enumerated() where instruction.writesRegisterA {
            let last = instruction.operation == .loadNil ? instruction.a + instruction.b : instruction.a
            for register in instruction.a...last { writes[register, default: []].append(place) }
        }
    }

    /// Whether the variable that a register is at an instruction gets no other value than its first. What the register held
    /// before, and will hold behind the variable's block, is another matter.
    func keeps(register: Int, at place: Int) -> Bool {
        let places = writes[register] ?? []
        guard !assignedWithin.contains(register) else { return false }
        guard let variable = function.variable(in: register, at: place) else { return places.count <= 1 }
        return !places.contains { variable.start <= $0 && $0 < variable.end }
    }
}

extension CompiledFunction {
    /// Variables of the function around it that it, or a function within it, assigns to, by their registers.
    var assignedRegisters: [Int] {
        assignedUpvalues.compactMap { index in
            upvalues.indices.contains(index) && upvalues[index].isRegister ? upvalues[index].index : nil
        }
    }

    private var assignedUpvalues: Set<Int> {
        var assigned = Set(code.filter { $0.operation == .setUpvalue }.map(\.b))
        for inner in functions {
            for index in inner.assignedUpvalues
            where inner.upvalues.indices.contains(index) && !inner.upvalues[index].isRegister {
                assigned.insert(inner.upvalues[index].index)
            }
        }
        return assigned
    }
}
