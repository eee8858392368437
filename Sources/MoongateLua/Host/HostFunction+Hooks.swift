import Logging
import LuaHost
import Moongate

extension HostFunction {
    /// Everything that a hook may call. `docs/lua/moongate.lua` declares the same for editors; a test compares.
    static func forHooks(clock: any AuthClock, logger: Logger) -> [HostFunction] {
        [.deny, .jsonEncode, .jsonDecode, .timeNow(clock)] + logging(to: logger)
    }
}
