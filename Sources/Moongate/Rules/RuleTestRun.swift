import MoongateTokens

extension RuleSet {
    /// All tests of all files, in their order.
    package var tests: [RuleTest] { files.flatMap(\.tests) }

    /// What each file names in `claims`.
    package var namedClaims: [(file: String, names: [String])] {
        files.map { file in (file.name, file.readable.names.filter { !ReadableClaims.always.contains($0) }) }
    }

    /// What functions of each file may read of the user, sorted.
    package var readableClaims: [(file: String, names: [String])] { files.map { ($0.name, $0.readable.names) } }

    /// Each `default` that lets everybody in.
    package var openDefaults: [RulePlace] {
        files.compactMap { file in
            if case .allow? = file.fallback?.verdict { file.fallback?.place } else { nil }
        }
    }
}

extension RuleTest {
    /// `scripts/rules.lua`
    package var file: String { place.file }
    /// Where it stands, from 1.
    package var line: Int? { place.line }

    /// A failure at the place of the test.
    package func failure(_ code: String, _ message: String) -> ScriptFailure {
        ScriptFailure(code: code, message: "test \"\(name)\": \(message)", script: place.file, line: place.line)
    }

    /// Judges the request by all rules; `nil` when what is expected comes out.
    package func failure(
        in rules: RuleSet, scripts: (any HookRunner)?, _ configuration: Configuration, now: Timestamp
    ) async -> ScriptFailure? {
        let decision: Decision
        switch request {
        case .failure(let denial):
            let ruling = Ruling(verdict: .deny(status: 403), code: denial.code.name, message: denial.reason, place: nil)
            decision = rules.decision(ruling, subject: .nobody, setCookies: [], configuration, generation: "")
        case .success(let request):
            var core = RuleCore(rules, request, now: now)
            let ruling = await Self.drive(&core, scripts, subject(now))
            decision = rules.decision(
                ruling, subject: core.knownSubject ?? .nobody, setCookies: [], configuration, generation: "")
        }
        guard !expected.fits(decision.verdict, configuration) else { return nil }
        let rule = decision.rule.map { " by \($0)" } ?? ""
        let reason = decision.message.map { "; \($0)" } ?? ""
        return failure(
            "rules.test",
            "expected \(expected.text), got \(decision.verdict.text)\(rule), \(decision.code)\(reason)")
    }

    private func subject(_ now: Timestamp) -> RuleSubject {
        guard var claims = user else { return .nobody }
        if let authAge { claims["auth_time"] = .integer(now.seconds - authAge) }
        return RuleSubject(claims: JSONValue.object(claims.members).canonicalBytes())
    }

    private static func drive(
        _ core: inout RuleCore, _ scripts: (any HookRunner)?, _ subject: RuleSubject
    ) async -> Ruling {
        while true {
            switch core.next() {
            case .finish(let ruling): return ruling
            case .readSubject: core.subjectRead(subject)
            case .function(let reference, let call):
                do {
                    core.functionReturned(try await run(reference, call, scripts))
                } catch let failure as ScriptFailure {
                    core.failed(code: failure.code, message: failure.description)
                } catch {
                    core.failed(code: "script.error", message: "\(error)")
                }
            }
        }
    }

    private static func run(
        _ reference: HookReference, _ call: HookCall, _ scripts: (any HookRunner)?
    ) async throws -> HookResult {
        guard let scripts else {
            throw ScriptFailure(code: "hook.absent", message: "no scripts are loaded", script: reference.file)
        }
        let lease = try scripts.lease()
        defer { lease.end() }
        var step = lease.start(reference, call)
        while true {
            switch step {
            case .returned(let result): return result
            case .failed(let failure): throw failure
            case .pending: step = await lease.proceed()
            }
        }
    }
}

extension RuleTest.Expectation {
    /// Whether this is what was expected. A redirect may be written as the rule writes it or as the absolute URL.
    func fits(_ verdict: Decision.Verdict, _ configuration: Configuration) -> Bool {
        switch (kind, verdict) {
        case ("allow", .allow), ("error", .error): true
        case ("deny", .deny(let status)): detail.map { $0 == .integer(Int64(status)) } ?? true
        case ("login", .login(let provider)): detail.map { $0.stringValue == provider } ?? true
        case ("redirect", .redirect(let url, _)):
            detail?.stringValue.map { RedirectCheck(configuration).resolve($0) == url } ?? true
        case ("stepUp", .stepUp(let maxAge)): detail.map { $0 == .integer(maxAge) } ?? true
        default: false
        }
    }

    var text: String {
        switch detail {
        case .integer(let number)?: "\(kind) (\(number))"
        case .string(let text)?: "\(kind) (\(text))"
        default: kind
        }
    }
}

extension Decision.Verdict {
    /// In words for messages: `deny (403)`.
    var text: String {
        switch self {
        case .allow: "allow"
        case .deny(let status): "deny (\(status))"
        case .login(let provider): provider.map { "login (\($0))" } ?? "login"
        case .redirect(let url, _): "redirect (\(url))"
        case .stepUp(let maxAge): "stepUp (\(maxAge))"
        case .error: "error"
        }
    }
}
