import CLuaBridge

extension LuaPool {
    /// The cores this process may use.
    public static var cores: Int { Int(mg_cores()) }

    /// Calls that run at once after their first slice: they run on the threads that every other task needs, so one of those
    /// is left to the others. Otherwise each step of an ordinary request waits for a slice to end.
    public static var runningAtOnce: Int { max(1, cores - 1) }

    /// Whether the calling thread has the stack that the deepest nesting a script can make needs: nested `gsub`, `sort`,
    /// metamethods and `pcall` to Lua's limit do with 512 KiB and crash with 256 KiB. To be asked once at start, from a
    /// task and from an event loop. True where it cannot be found out.
    public static func hasEnoughStack() -> Bool {
        let left = mg_stack_size()
        return left == 0 || left >= 512 << 10
    }
}
