import LuaHost
import Moongate

/// What the scripts of one generation have used, script by script.
public struct ScriptLedger: Sendable {
    /// One script's line.
    public struct Row: Sendable, Equatable {
        /// `scripts` for the site's own, else the plugin's id.
        public let owner: String
        /// The hook that it serves.
        public let hook: HookName
        /// `scripts/jwt.lua`.
        public let file: String
        /// Its calls so far.
        public let totals: ScriptTotals
    }

    private let lines: [(owner: String, hook: HookName, file: String, account: ScriptAccount)]

    /// A ledger for these scripts; each is found again by its position.
    init(_ scripts: [(owner: String, hook: HookName, file: String)]) {
        lines = scripts.map { ($0.owner, $0.hook, $0.file, ScriptAccount()) }
    }

    /// Where the script at this position is counted; `nil` for none.
    func account(_ index: Int) -> ScriptAccount? { lines.indices.contains(index) ? lines[index].account : nil }

    /// Every script's line, in the order in which they run, those that have not run yet included.
    public var rows: [Row] {
        lines.map { Row(owner: $0.owner, hook: $0.hook, file: $0.file, totals: $0.account.totals) }
    }

    /// The lines of scripts that have run since this was last called, with what has come since then: for one reporter,
    /// which passes it on to a metrics system.
    public func takeUnreported() -> [Row] {
        lines.compactMap { line in
            let totals = line.account.takeUnreported()
            guard totals.calls > 0 || totals.cacheHits > 0 else { return nil }
            return Row(owner: line.owner, hook: line.hook, file: line.file, totals: totals)
        }
    }
}

/// How much of one owner's pool of script states is in use.
public struct ScriptPoolUsage: Sendable, Equatable {
    /// `scripts` for the site's own, else the plugin's id.
    public let owner: String
    /// States that serve a call now.
    public let lent: Int
    /// States that wait for one.
    public let idle: Int

    /// A usage from its parts.
    public init(owner: String, lent: Int, idle: Int) {
        self.owner = owner
        self.lent = lent
        self.idle = idle
    }
}
