import CLuaBridge
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension LuaPool {
    /// The cores this process may use.
    public static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Whether a task's thread has the stack that the deepest nesting a script can make needs (512 KiB; threads of the
    /// concurrency pool have 8 MiB on Linux). To be asked once at start, from a task.
    public static func hasEnoughStack() -> Bool {
        let left = mg_stack_size()
        return left == 0 || left >= 512 << 10
    }
}
