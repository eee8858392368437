import MoongateTokens

// For the benchmarks, which are a package of their own and see nothing but what is public.

@_spi(Measuring) extension RuleSet {
    /// Rules of one file without functions, from what it would return.
    /// - Throws: ``RuleSetError``.
    public convenience init(measuring file: JSONValue) throws {
        try self.init([
            RuleSource(name: "scripts/rules.lua", value: file, function: { _ in nil }, line: { _ in nil })
        ])
    }

    /// Canonical request, route and static conditions: everything that a decision without Lua is, but the session read.
    /// - Returns: Whether it is allowed; `nil` where a function would have to run.
    public func judge(method: String, host: String, target: String, claims: [UInt8]?, now: Timestamp) -> Bool? {
        guard let request = try? CanonicalRequest(method: method, host: host, target: target) else { return false }
        var core = RuleCore(self, request, now: now)
        while true {
            switch core.next() {
            case .readSubject: core.subjectRead(RuleSubject(claims: claims))
            case .function: return nil
            case .finish(let ruling): return ruling.verdict == .allow
            }
        }
    }
}

@_spi(Measuring) extension Engine {
    /// ``decide(_:)`` for somebody who is known already.
    public func decide(_ request: AuthRequest, as claims: Claims) async -> Decision {
        await judge(request, knowing: SessionRead(assuming: claims)).decision
    }
}
