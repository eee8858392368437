/// Which fields of a function's first argument are read and written, in the function and in those within it that see it.
final class ArgumentUse {
    var reads: [CodeFacts.Use] = []
    var writes: Set<String> = []
    /// It was handed on, got another name, or was written to under a name that is not known: what it holds is anybody's
    /// guess from then on.
    var isShared = false
    /// Globals that it was handed to as a whole. Whether they may add to it, they say who know them.
    var takers: Set<String> = []
}

extension CompiledFunction {
    /// Whether the first parameter is what the caller gave, wherever the function reads it: nothing assigns to it.
    var keepsItsArgument: Bool {
        parameters > 0 && !code.contains { $0.a == 0 && $0.writesRegisterA }
            && !functions.contains { $0.assignedRegisters.contains(0) }
    }
}

extension CompiledInstruction {
    /// Whether what its first operand names gets a new value; yes where that is not known.
    var writesRegisterA: Bool {
        switch operation {
        case .setUpvalue, .setTabUp, .setTable, .setI, .setField, .mmBin, .mmBinI, .mmBinK, .close, .tbc, .jmp, .eq,
            .lt, .le, .eqK, .eqI, .ltI, .leI, .gtI, .geI, .test, .return_, .return0, .return1, .setList, .extraArg,
            .varargPrep:
            false
        default: true
        }
    }
}
