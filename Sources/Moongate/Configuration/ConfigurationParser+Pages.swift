import MoongateTokens

/// What users and scripts meet: `pages`, `theme`, `limits`, `reload`.
extension ConfigurationParser {
    func readPages(_ table: ConfigurationTable, _ site: (origin: Origin, basePath: String)?) -> PagesConfiguration {
        var pages = PagesConfiguration()
        guard let own = table.table("pages") else { return pages }
        own.allow(["signIn", "signOut", "error", "newUser"], unavailable: ["verifyRequest"])
        pages.signIn = readPage(own, "signIn")
        pages.signOut = readPage(own, "signOut")
        pages.error = readPage(own, "error")
        pages.newUser = readPage(own, "newUser")
        guard let site else { return pages }
        let onward = ["signin": pages.signIn, "signout": pages.signOut, "error": pages.error].compactMapValues { $0 }
        for (key, action) in [("signIn", "signin"), ("signOut", "signout"), ("error", "error")]
        where Self.goesRound(from: action, onward, site) {
            own.problems.add(
                "config.value", own.path(key),
                "leads to a page that is built in and leads back here: name one of yours, or leave it out")
        }
        return pages
    }

    /// Whether a page that is replaced comes to itself again, by way of others that are.
    private static func goesRound(
        from action: String, _ onward: [String: String], _ site: (origin: Origin, basePath: String)
    ) -> Bool {
        var at = onward[action].flatMap { builtIn($0, site) }
        for _ in onward {
            guard let next = at else { return false }
            if next == action { return true }
            at = onward[next].flatMap { builtIn($0, site) }
        }
        return false
    }

    /// The action whose own page this would be; `nil` for every other page.
    private static func builtIn(_ page: String, _ site: (origin: Origin, basePath: String)) -> String? {
        let base = site.origin.description + site.basePath + "/"
        guard let url = RedirectCheck(origin: site.origin).resolve(page), url.hasPrefix(base) else { return nil }
        let path = url.dropFirst(base.count).prefix { $0 != "?" }
        return path.split(separator: "/").joined(separator: "/")
    }

    private func readPage(_ table: ConfigurationTable, _ key: String) -> String? {
        guard let text = table.nonEmptyString(key) else { return nil }
        let bytes = Array(text.utf8)
        let isPath = bytes[0] == UInt8(ascii: "/") && !text.hasPrefix("//")
        let origin = Origin.prefix(of: bytes)?.origin
        let isURL = origin.map { $0.scheme == .https || $0.isLoopback } ?? false
        // What is not printable ASCII or a backslash, a browser may read as something else than it looks.
        guard isPath || isURL, bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            table.problems.add("config.value", table.path(key), "must be a path like \"/sign-in\" or an https address")
            return nil
        }
        guard !text.contains("#") else {
            table.problems.add(
                "config.value", table.path(key), "has a `#`: what is added behind it, as `?error=`, reaches no server")
            return nil
        }
        return text
    }

    func readTheme(_ table: ConfigurationTable) -> ThemeConfiguration {
        var theme = ThemeConfiguration()
        guard let own = table.table("theme") else { return theme }
        own.allow(["colorScheme", "brandColor", "buttonText", "name"], unavailable: ["logo"])
        theme.colorScheme = own.choice("colorScheme") ?? .auto
        theme.brandColor = readColor(own, "brandColor")
        theme.buttonText = readColor(own, "buttonText")
        theme.name = readName(own)
        return theme
    }

    /// Colours go into a style sheet, so nothing but hexadecimal digits may.
    private func readColor(_ table: ConfigurationTable, _ key: String) -> String? {
        guard let text = table.string(key) else { return nil }
        let digits = text.utf8.dropFirst()
        guard text.utf8.first == UInt8(ascii: "#"), digits.count == 3 || digits.count == 6,
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) })
        else {
            table.problems.add("config.value", table.path(key), "must be a colour like \"#346df1\" or \"#fff\"")
            return nil
        }
        return text
    }

    func readLimits(_ table: ConfigurationTable) -> ScriptLimits {
        let limits = ScriptLimits()
        guard let own = table.table("limits") else { return limits }
        own.allow(["script"])
        return own.table("script").map { ScriptLimits($0, over: limits) } ?? limits
    }

    /// Whether files are watched, and whether a reload runs the scripts' specs. Who is just writing a script sees what it
    /// does first and mends its specs later, so in development mode they only run where that is asked for.
    func readReload(_ table: ConfigurationTable) -> (watch: Bool, specs: Bool) {
        let specs = development == nil
        guard let own = table.table("reload") else { return (true, specs) }
        own.allow(["watch", "specs"])
        return (own.bool("watch") ?? true, own.bool("specs") ?? specs)
    }
}
