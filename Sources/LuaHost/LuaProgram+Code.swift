import CLuaBridge

extension LuaProgram {
    /// An entry in the form that Lua 5.4 compiles it to, with names and lines, for who looks at code without running it.
    ///
    /// - Throws: ``LuaFailure`` when there is no memory, or the code is larger than the limit of a result.
    public func compiledCode(_ entry: Int) throws -> [UInt8] {
        try LuaState(self).compiledCode(entry)
    }
}

extension LuaState {
    fileprivate func compiledCode(_ entry: Int) throws -> [UInt8] {
        var bytes: UnsafePointer<UInt8>?
        var length = 0
        guard mg_state_dump(pointer, Int32(clamping: entry), &bytes, &length) else { throw Self.noMemory }
        return Array(UnsafeBufferPointer(start: bytes, count: length))
    }
}
