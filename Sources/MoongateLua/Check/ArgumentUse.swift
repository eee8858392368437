/// Which fields of a function's first argument are read and written, in the function and in those within it that see it.
final class ArgumentUse {
    var reads: [CodeFacts.Use] = []
    var writes: Set<String> = []
    /// It was handed on, got another name, or was written to under a name that is not known: what it holds is anybody's
    /// guess from then on.
    var isShared = false
}

extension CompiledFunction {
    /// Whether the first parameter is what the caller gave, wherever the function reads it: nothing assigns to it.
    var keepsItsArgument: Bool {
        parameters > 0 && !code.contains { $0.a == 0 && $0.writesRegisterA }
            && !functions.contains { $0.assigns(toRegister: 0) }
    }

    /// Whether a variable in this register is what it was when a function within captured it.
    func keeps(register: Int) -> Bool {
        code.indices.filter { code[$0].a == register && code[$0].writesRegisterA && !isCalledNext($0) }.count <= 1
            && !functions.contains { $0.assigns(toRegister: register) }
    }

    /// Whether what is put into a register here is a function that is called with one constant, as in `require "roles"`:
    /// the result takes its place, and no variable has it.
    private func isCalledNext(_ place: Int) -> Bool {
        guard code.indices.contains(place + 2), [.getField, .getTabUp].contains(code[place].operation) else {
            return false
        }
        let (argument, call) = (code[place + 1], code[place + 2])
        return argument.operation == .loadK && argument.a == code[place].a + 1
            && call.operation == .call && call.a == code[place].a && call.b == 2
    }

    /// Whether it, or a function within it, assigns to a variable of the function around it.
    private func assigns(toRegister register: Int) -> Bool {
        upvalues.enumerated().contains { index, upvalue in
            upvalue.isRegister && upvalue.index == register && assigns(toUpvalue: index)
        }
    }

    private func assigns(toUpvalue index: Int) -> Bool {
        code.contains { $0.operation == .setUpvalue && $0.b == index }
            || functions.contains { inner in
                inner.upvalues.enumerated().contains { number, upvalue in
                    !upvalue.isRegister && upvalue.index == index && inner.assigns(toUpvalue: number)
                }
            }
    }
}

extension CompiledInstruction {
    /// Whether what its first operand names gets a new value; yes where that is not known.
    fileprivate var writesRegisterA: Bool {
        switch operation {
        case .setUpvalue, .setTabUp, .setTable, .setI, .setField, .mmBin, .mmBinI, .mmBinK, .close, .tbc, .jmp, .eq,
            .lt, .le, .eqK, .eqI, .ltI, .leI, .gtI, .geI, .test, .return_, .return0, .return1, .setList, .extraArg,
            .varargPrep:
            false
        default: true
        }
    }
}
