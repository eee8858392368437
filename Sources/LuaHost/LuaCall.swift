/// A named field of the one table that a hook gets.
public struct LuaArgument: Sendable {
    enum Content: Sendable {
        case json([UInt8])
        case late([UInt8])
        case kept
    }
    let name: StaticString
    let content: Content

    /// A value given as one JSON document, which is checked strictly.
    public static func json(_ name: StaticString, _ bytes: [UInt8]) -> LuaArgument {
        LuaArgument(name: name, content: .json(bytes))
    }

    /// A value that is decoded when the script first reads it, if ever. That the bytes are one JSON document is the caller's
    /// word: they are looked at no sooner.
    public static func late(_ name: StaticString, _ bytes: [UInt8]) -> LuaArgument {
        LuaArgument(name: name, content: .late(bytes))
    }

    /// The result that the call before kept (``LuaCall/keepsResult``), with nothing decoded again. It is given once.
    public static func kept(_ name: StaticString) -> LuaArgument {
        LuaArgument(name: name, content: .kept)
    }
}

/// Top-level members of a result that keep the value they had, whatever the script did to them; absent ones stay
/// absent.
public struct LuaRestoring: Sendable {
    /// Where the values to keep stand.
    public enum Source: Sendable {
        /// In the argument of this name, as it was before the script ran. Costs no second decoding.
        case argument(StaticString)
        /// In a JSON object of its own.
        case document([UInt8])
    }

    let names: [StaticString]
    let source: Source

    /// At most 32 names.
    public init(_ names: [StaticString], from source: Source) {
        precondition(names.count <= 32, "a call restores at most 32 members")
        self.names = names
        self.source = source
    }
}

/// A table of a call in which a misspelt field is an error: what is listed and absent is `nil`, anything else raises.
public struct LuaStrictTable: Sendable {
    let argument: StaticString?
    let listing: [UInt8]

    /// - Parameters:
    ///   - argument: The argument that it is; `nil` for the one table that holds all arguments.
    ///   - listing: A JSON array: how messages call the table, what they say, then the fields
    ///     (`["c.user","not named in claims","id"]`). States keep what they make of it, so few different ones are cheap.
    public init(_ argument: StaticString?, listing: [UInt8]) {
        self.argument = argument
        self.listing = listing
    }
}

/// One call of a script.
public struct LuaCall: Sendable {
    /// What is called.
    public enum Mode: Sendable {
        /// The function that the script returns, with the arguments as its one table.
        case hook
        /// The script itself; the result is what it returns.
        case chunk
        /// A function inside what the script returns, by its place: a JSON array such as `["routes",1,"when"]`, as a
        /// result writes it (`{"@function": […]}`).
        case member(path: [UInt8])
    }

    /// Index into the program's entries.
    public var entry: Int
    /// Whether the chunk itself is called, or the function that it returns.
    public var mode: Mode
    /// The fields of the one table that is passed.
    public var arguments: [LuaArgument]
    /// The result also stays in the state, for an argument of the lease's next call.
    public var keepsResult = false
    /// Members of the result that keep the value from before the call.
    public var restoring: LuaRestoring?
    /// Tables of the call in which reading a field that is not listed raises. At most four.
    public var strict: [LuaStrictTable] = []
    /// The result may hold handles, written `{"@<kind>": payload}`; keys of the script's own may then not begin with
    /// `@`.
    /// If the whole result is a handle, see ``LuaResult/Kind/handle(_:)``.
    public var allowsHandles = false
    /// The result may hold functions, written `{"@function": path}`.
    public var allowsFunctions = false
    /// A hook may return no value at all.
    public var allowsNoValue = false
    /// An object of the result may have as many keys as a constant.
    var allowsManyKeys = false
    /// How paths of refused values begin: `token` gives `token.groups[3]`.
    public var resultName: StaticString = "result"

    /// A call of one entry; everything else is off.
    public init(entry: Int, mode: Mode = .hook, arguments: [LuaArgument] = []) {
        self.entry = entry
        self.mode = mode
        self.arguments = arguments
    }
}
