#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a site's control socket lies.
public enum ControlPath {
    /// `.moongate/control.sock` in the folder that the configuration really lies in, links resolved, so that the server
    /// and whoever asks it agree wherever they were started. A folder that is not there is left as it is written.
    public static func standard(for configPath: String) -> String {
        let (folder, _) = split(configPath)
        guard let resolved = realpath(folder, nil) else { return "\(folder)/.moongate/control.sock" }
        defer { free(resolved) }
        let path = String(cString: resolved)
        return "\(path == "/" ? "" : path)/.moongate/control.sock"
    }

    /// A path's folder and its last name.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let name = String(path[path.index(after: slash)...])
        return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
    }
}
