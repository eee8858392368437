import MoongateTokens

/// Decides one request, step by step and without waiting: whoever drives it reads the session or runs a function when
/// asked to and brings back what came of it. There is one core for every shape of the product, for `explain` and for the
/// tests of a rule file.
struct RuleCore {
    /// What the driver has to do next.
    enum Action {
        /// Read who asks and call ``subjectRead(_:)``.
        case readSubject
        /// Run this function and call ``functionReturned(_:)``.
        case function(HookReference, HookCall)
        /// Done.
        case finish(Ruling)
    }

    private enum Stage {
        case begin
        case forbid(table: Int, rule: Int)
        case forbidWhen(table: Int, rule: Int)
        case route, access, when, decide
        case finished(Ruling)
    }

    private let rules: RuleSet
    private let request: CanonicalRequest
    private let now: Timestamp
    private let tables: [RuleSet.HostTable]
    private var stage = Stage.begin
    private var subject: RuleSubject?
    private var route: Rule?
    private let notes: Notes?

    /// What was tried and read; `nil` where nobody asks.
    var trace: RuleTrace? { notes?.trace }

    /// One reference, so that a core without a trace stays small.
    private final class Notes {
        var trace: RuleTrace
        init(_ rules: RuleSet) { trace = RuleTrace(rules) }
    }

    init(_ rules: RuleSet, _ request: CanonicalRequest, now: Timestamp, isTraced: Bool = false) {
        self.rules = rules
        self.request = request
        self.now = now
        tables = rules.tables(of: request.host)
        notes = isTraced ? Notes(rules) : nil
    }

    /// The next thing to do.
    mutating func next() -> Action {
        while true {
            switch stage {
            case .begin:
                guard !rules.isEmpty else {
                    return finish(.deny(status: 403), rules.absence, nil, rules.whyAbsent)
                }
                stage = .forbid(table: 0, rule: 0)
            case .forbid(let table, let index):
                if let action = tryForbid(table, index) { return action }
            case .forbidWhen(let table, let index): return call(tables[table].forbids[index], \.when)
            case .route: findRoute()
            case .access:
                if let action = checkAccess() { return action }
            case .when:
                guard let route, route.when != nil else {
                    stage = .decide
                    continue
                }
                return call(route, \.when)
            case .decide:
                guard let route else { return finish(.error, .ruleNone, nil, nil) }
                guard route.decide != nil else { return finish(.allow, .ruleAllows, route.place, nil) }
                return call(route, \.decide)
            case .finished(let ruling): return .finish(ruling)
            }
        }
    }

    mutating func subjectRead(_ subject: RuleSubject) {
        self.subject = subject
        notes?.trace.note(subject)
    }

    /// Something failed on the way: a script, a store. Nobody comes in.
    mutating func failed(code: String, message: String) {
        let place: RulePlace? =
            switch stage {
            case .forbidWhen(let table, let index): tables[table].forbids[index].place
            default: route?.place
            }
        stage = .finished(Ruling(verdict: .error, code: code, message: message, place: place))
    }

    // MARK: forbid

    /// One entry, then the next; a condition that cannot be judged counts as hit.
    private mutating func tryForbid(_ table: Int, _ index: Int) -> Action? {
        guard table < tables.count else {
            stage = .route
            return nil
        }
        guard index < tables[table].forbids.count else {
            stage = .forbid(table: table + 1, rule: 0)
            return nil
        }
        let rule = tables[table].forbids[index]
        let reason = mismatch(rule)
        if let network = rule.network, reason == nil || reason == .network { notes?.trace.note(network, request.ip) }
        if let reason {
            notes?.trace.note(rule.place, reason)
            stage = .forbid(table: table, rule: index + 1)
            return nil
        }
        guard rule.when != nil else { return forbidden(rule) }
        stage = .forbidWhen(table: table, rule: index)
        return nil
    }

    private func mismatch(_ rule: Rule) -> RuleTrace.Step.Reason? {
        if let pattern = rule.pattern, !pattern.matches(request.path) { return .path }
        if !rule.takes(method: request.method) { return .method }
        if let network = rule.network, network.holds(request.ip) == false { return .network }
        return nil
    }

    private mutating func forbidden(_ rule: Rule) -> Action {
        guard case .deny(let status, let code, let message)? = rule.denial else {
            return finish(.deny(status: 403), .ruleForbids, rule.place, nil)
        }
        return finish(.deny(status: status ?? 403), code.map { .init($0) } ?? .ruleForbids, rule.place, message)
    }

    // MARK: routes

    private mutating func findRoute() {
        for table in tables {
            guard let index = table.router.find(request.path, method: request.method) else { continue }
            route = table.routes[index]
            notes?.trace.note(route: route)
            stage = .access
            return
        }
        notes?.trace.note(route: nil)
        if let fallback = tables.lazy.compactMap(\.fallback).first {
            apply(fallback.verdict, fallback.place, .ruleDefault)
        } else {
            stage = .finished(
                Ruling(
                    verdict: .deny(status: 403), code: Denial.Code.ruleNone.name, message: "no route matches",
                    place: nil))
        }
    }

    /// What a route says about everybody; cheap conditions first, those of the network before anybody is asked to sign in.
    private mutating func checkAccess() -> Action? {
        guard let route else { return finish(.error, .ruleNone, nil, nil) }
        if let network = route.network { notes?.trace.note(network, request.ip) }
        if let network = route.network, network.holds(request.ip) != true {
            return finish(.deny(status: 403), .ruleNetwork, route.place, "the client is not in `\(network.name)`")
        }
        let access = route.access
        if !access.isPublic {
            guard let subject else { return .readSubject }
            guard subject.isSignedIn else { return finish(.login(provider: nil), .ruleLogin, route.place, nil) }
            notes?.trace.note(access.asked)
            if !holds(access, roles: subject) {
                return finish(.deny(status: 403), .ruleRoles, route.place, access.missingRoles)
            }
            if !access.scopes.isEmpty {
                let own = subject.scopes
                guard access.scopes.allSatisfy(own.containsBytes) else {
                    return finish(.deny(status: 403), .ruleScopes, route.place, access.scopes.joined(separator: " "))
                }
            }
            if let maxAge = access.maxAge, !isFresh(subject, maxAge) {
                return finish(.stepUp(maxAge: maxAge), .ruleMaxAge, route.place, nil)
            }
        }
        stage = .when
        return nil
    }

    private func holds(_ access: Rule.Access, roles subject: RuleSubject) -> Bool {
        guard access.anyRole != nil || !access.allRoles.isEmpty else { return true }
        let own = subject.roles
        if let any = access.anyRole, !any.contains(where: { rules.roles.has($0, own) }) { return false }
        return access.allRoles.allSatisfy { rules.roles.has($0, own) }
    }

    /// A sign-in that nobody knows the time of is never fresh, and neither is one that lies ahead.
    private func isFresh(_ subject: RuleSubject, _ maxAge: Int64) -> Bool {
        guard let time = subject.authTime else { return false }
        let age = now.seconds.subtractingReportingOverflow(time)
        return !age.overflow && age.partialValue >= -60 && age.partialValue <= maxAge
    }

    // MARK: functions

    private mutating func call(_ rule: Rule, _ function: KeyPath<Rule, RuleFunction?>) -> Action {
        guard let subject else { return .readSubject }
        guard let function = rule[keyPath: function] else { return finish(.error, .ruleNone, rule.place, nil) }
        notes?.trace.note(given: rule.readable)
        return .function(function.reference, RuleArguments.call(request, subject, rule, now: now))
    }

    /// A function's result: `when` says true or false and nothing else; `decide` gives a verdict, or `nil` for none.
    mutating func functionReturned(_ result: HookResult) {
        switch stage {
        case .forbidWhen(let table, let index):
            let rule = tables[table].forbids[index]
            guard let hit = boolean(result) else { return wrongType(rule, \.when, "true or false") }
            if hit {
                _ = forbidden(rule)
            } else {
                notes?.trace.note(rule.place, .when)
                stage = .forbid(table: table, rule: index + 1)
            }
        case .when:
            guard let route else { return }
            guard let holds = boolean(result) else { return wrongType(route, \.when, "true or false") }
            if holds {
                stage = .decide
            } else {
                _ = finish(.deny(status: 403), .ruleWhen, route.place, nil)
            }
        case .decide:
            guard let route else { return }
            switch result {
            case .null: _ = finish(.allow, .ruleAllows, route.place, nil)
            case .verdict(let verdict): apply(verdict, route.place, .ruleDecide)
            default: wrongType(route, \.decide, "allow{}, deny{}, login{}, redirect{}, stepUp{} or nil")
            }
        case .begin, .forbid, .route, .access, .finished: break
        }
    }

    private func boolean(_ result: HookResult) -> Bool? {
        guard case .value(let bytes, _) = result else { return nil }
        if bytes.elementsEqual("true".utf8) { return true }
        return bytes.elementsEqual("false".utf8) ? false : nil
    }

    private mutating func wrongType(_ rule: Rule, _ function: KeyPath<Rule, RuleFunction?>, _ expected: String) {
        let line = rule[keyPath: function]?.line
        failed(
            code: "hook.type",
            message: "\(rule.place.file)\(line.map { ":\($0)" } ?? ""): must return \(expected)")
    }

    private mutating func apply(_ verdict: RuleVerdict, _ place: RulePlace, _ code: Denial.Code) {
        switch verdict {
        case .allow(let headers):
            stage = .finished(
                Ruling(
                    verdict: .allow, code: (code == .ruleDecide ? Denial.Code.ruleAllows : code).name, message: nil,
                    place: place, headers: headers))
        case .deny(let status, let own, let message):
            _ = finish(.deny(status: status ?? 403), own.map { .init($0) } ?? code, place, message)
        case .login(let provider): _ = finish(.login(provider: provider), code, place, nil)
        case .redirect(let url, let status): _ = finish(.redirect(to: url, status: status), code, place, nil)
        case .stepUp(let maxAge): _ = finish(.stepUp(maxAge: maxAge), code, place, nil)
        }
    }

    @discardableResult
    private mutating func finish(
        _ verdict: Decision.Verdict, _ code: Denial.Code, _ place: RulePlace?, _ message: String?
    ) -> Action {
        let ruling = Ruling(verdict: verdict, code: code.name, message: message, place: place)
        stage = .finished(ruling)
        return .finish(ruling)
    }

    /// Who was found to ask; `nil` when no rule wanted to know.
    var knownSubject: RuleSubject? { subject }
}

/// What the core says; ``Decision`` is made of it.
struct Ruling {
    var verdict: Decision.Verdict
    var code: String
    var message: String?
    var place: RulePlace?
    /// Of `allow{ headers = … }`, as the script wrote them.
    var headers: [String: String] = [:]
}
