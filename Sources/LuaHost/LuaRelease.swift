import CLuaBridge

/// The Lua that this process runs.
public enum LuaRelease {
    /// `Lua 5.4.4`
    public static var linked: String { String(cString: mg_lua_release()) }
}
