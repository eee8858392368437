import MoongateTokens

/// Where the site is and who stands before it: `url`, `basePath`, `redirects`, `trustedProxies`.
extension ConfigurationParser {
    /// The origin and the path under it. `url`, else `AUTH_URL`; a path in it is the base path where none is set.
    func readSite(_ table: ConfigurationTable) -> (origin: Origin, basePath: String)? {
        let configured = readBasePath(table)
        guard let text = table["url"] == nil ? secrets.variable("AUTH_URL") : table.nonEmptyString("url") else {
            if table["url"] == nil {
                table.problems.add(
                    "config.missing", "url",
                    "set the public address of the site here or in AUTH_URL, as in "
                        + "\"https://example.com\"")
            }
            return nil
        }
        guard let (origin, rest) = Origin.prefix(of: Array(text.utf8)) else {
            table.problems.add("config.value", "url", "must be an address like \"https://example.com\"")
            return nil
        }
        if origin.scheme == .http, !origin.isLoopback {
            table.problems.add("config.value", "url", "http is for loopback addresses only; use https")
        }
        if development != nil, !origin.isLoopback {
            table.problems.add(
                "config.value", "url",
                "development mode needs a loopback address, as in "
                    + "\"http://localhost:3000\"")
        }
        return (origin, basePath(configured, inURL: String(decoding: rest, as: UTF8.self), table))
    }

    private func basePath(_ configured: String?, inURL rest: String, _ table: ConfigurationTable) -> String {
        let standard = "/auth"
        guard !rest.isEmpty, rest != "/" else { return configured ?? standard }
        let path = rest.hasSuffix("/") ? String(rest.dropLast()) : rest
        guard Self.isBasePath(path) else {
            table.problems.add("config.value", "url", "has something after the host that is no plain path")
            return configured ?? standard
        }
        guard let configured else { return path }
        if configured != path {
            table.problems.warn("url", "its path is ignored, since basePath is set")
        }
        return configured
    }

    private func readBasePath(_ table: ConfigurationTable) -> String? {
        guard let path = table.string("basePath") else { return nil }
        guard Self.isBasePath(path) else {
            table.problems.add(
                "config.value", "basePath",
                "must begin with `/`, not end with one, and hold only letters, digits, "
                    + "`-`, `_`, `.`, `~`: as in \"/auth\"")
            return nil
        }
        return path
    }

    private static func isBasePath(_ path: String) -> Bool {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= 128 else { return false }
        return path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
            let segment = String(decoding: $0, as: UTF8.self)
            return !segment.isEmpty && segment != "." && segment != ".." && $0.allSatisfy(\.isUnreservedByte)
        }
    }

    /// Further origins that a redirect may go to.
    func readRedirects(_ table: ConfigurationTable) -> [Origin] {
        (table.strings("redirects") ?? []).compactMap { path, text in
            guard let origin = Origin(text) else {
                table.problems.add("config.value", path, "must be an origin like \"https://app.example.com\"")
                return nil
            }
            if origin.scheme == .http, !origin.isLoopback {
                table.problems.add("config.value", path, "http is for loopback addresses only; use https")
            }
            return origin
        }
    }

    /// CIDR ranges of the proxies in front.
    func readTrustedProxies(_ table: ConfigurationTable) -> [NetworkRange] {
        (table.strings("trustedProxies") ?? []).compactMap { path, text in
            guard let range = NetworkRange(text) else {
                table.problems.add("config.value", path, "must be a range like \"10.0.0.0/8\" or \"fd00::/8\"")
                return nil
            }
            return range
        }
    }
}

extension UInt8 {
    /// RFC 3986 section 2.3.
    var isUnreservedByte: Bool {
        isLetterOrDigitByte || self == UInt8(ascii: "-") || self == UInt8(ascii: "_") || self == UInt8(ascii: ".")
            || self == UInt8(ascii: "~")
    }

    /// ASCII letters and digits.
    var isLetterOrDigitByte: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}
