import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// `time.now()`: whole seconds since 1970, as in `exp` and `iat`.
    static func timeNow(_ clock: any AuthClock) -> HostFunction {
        .immediate("time.now") { _ in
            .value(JSONValue.integer(clock.now().seconds).canonicalBytes())
        }
    }
}
