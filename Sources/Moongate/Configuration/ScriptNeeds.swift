/// What an owner's scripts may use beside the functions that every script has: the permission list of a plugin's manifest
/// (`needs`) and of the site's own scripts (`scripts.needs` in config.lua). Nothing by default.
///
/// What is not listed is absent from the scripts' environment; a listed function refuses what its list does not name.
public struct ScriptNeeds: Sendable, Equatable {
    /// Hosts that `http` may ask.
    public var http: [HTTPHostPermission] = []
    /// Names that `secret` may give.
    public var secrets: [String] = []
    /// Names that `env` may read.
    public var env: [String] = []
    /// `kv`: values that outlive a call.
    public var kv = false
    /// `users`: stored users and their claims.
    public var users = false
    /// `cache.shared`: one answer for all subjects.
    public var sharedCache = false
    /// Events show the provider's tokens, and all else that its token endpoint gave.
    public var providerTokens = false

    /// No permission at all.
    public init() {}
}

/// A host that scripts may send requests to, as written in a list: `hr.internal`, `127.0.0.1:8080`, `[::1]:80`.
public struct HTTPHostPermission: Sendable, Equatable, CustomStringConvertible {
    /// In lower case; an IPv6 address without brackets.
    public let host: String
    /// Only this port; `nil` for the default port of the URL's scheme.
    public let port: UInt16?

    /// A permission from its parts.
    public init(host: String, port: UInt16? = nil) {
        self.host = host
        self.port = port
    }

    /// As a list writes it.
    public var description: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }
}
