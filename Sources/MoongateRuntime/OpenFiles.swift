#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system's limit of open files for this process, and who gets how many of them.
public enum OpenFiles {
    /// More than a server of this kind has a use for.
    private static let most: rlim_t = 65_536
    /// For the database, the files of the site, the engine's own requests.
    static let reserve = 96

    /// How a limit is shared out.
    struct Shares {
        /// Exchanges that scripts may have under way.
        let scripts: Int
        /// Connections of clients.
        let connections: Int

        init(of limit: Int) {
            scripts = min(max(limit / 4, 32), 4_096)
            connections = max(16, limit - scripts - reserve)
        }
    }

    /// Raises the limit to what the system lets this process have, at most 65,536. Most systems start programs with 1,024
    /// for the sake of `select`, which nothing here uses. To be called before anything is opened.
    public static func raiseLimit() {
        guard var limit = limit() else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, most))
        setrlimit(resource, &limit)
    }

    /// Exchanges that scripts may have under way.
    static var forScripts: Int { Shares(of: current).scripts }

    /// Connections of clients.
    public static var forConnections: Int { Shares(of: current).connections }

    private static var current: Int { limit().map { Int(clamping: $0.rlim_cur) } ?? 1_024 }

    private static func limit() -> rlimit? {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? limit : nil
    }

    #if canImport(Glibc)
        private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
        private static var resource: Int32 { Int32(RLIMIT_NOFILE) }
    #endif
}
