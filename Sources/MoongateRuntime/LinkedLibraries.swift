import LuaHost
import MoongateTokens

/// The libraries that this process really runs on: patched by the distribution, so the release in the log matters.
public enum LinkedLibraries {
    /// `Lua 5.4.4, OpenSSL 3.0.15 3 Sep 2024`
    public static var text: String { "\(LuaRelease.linked), \(OpenSSLRelease.linked)" }
}
