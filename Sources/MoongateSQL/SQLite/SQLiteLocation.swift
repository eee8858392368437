import Moongate

/// Where the file of a `sqlite:` url lies.
struct SQLiteLocation: Hashable {
    /// Absolute, or beginning with `./`: so never read as a `file:` URI, and never as SQLite's `:memory:`.
    let path: String

    init(url: String, relativeTo directory: String) throws {
        guard url.hasPrefix("sqlite:") else {
            throw StoreError(.configuration, "the database url must begin with sqlite:, as in sqlite:moongate.db")
        }
        let rest = String(url.dropFirst("sqlite:".count))
        if rest.contains("?") || rest.contains("#") {
            throw StoreError(.configuration, "a sqlite: url takes no options: leave out what follows ? or #")
        }
        if rest == ":memory:" {
            throw StoreError(.configuration, "write database = \"memory:\" for a database that is not kept")
        }
        if rest.hasPrefix("//"), !rest.hasPrefix("///") {
            throw StoreError(
                .configuration, "a sqlite: url names no host: write sqlite:name.db or sqlite:/folder/name.db")
        }
        let name = rest.hasPrefix("///") ? String(rest.dropFirst(2)) : rest
        try self.init(path: name.hasPrefix("/") || directory.isEmpty ? name : directory + "/" + name, named: name)
    }

    init(path: String) throws { try self.init(path: path, named: path) }

    private init(path: String, named name: String) throws {
        guard !name.isEmpty, !name.hasSuffix("/"), !path.utf8.contains(0) else {
            throw StoreError(.configuration, "the database url must name a file, as in sqlite:moongate.db")
        }
        self.path = path.hasPrefix("/") ? path : "./" + path
    }
}
