/// Which rules were looked at and did not apply, each with the reason: what the trace noted of `forbid`, and the routes
/// that were passed over, which follow from rules and request.
struct RulesTried {
    /// Routes of other paths that a record lists; a file may have ten thousand.
    static let mostOtherPaths = 20

    private(set) var steps: [RuleTrace.Step]
    /// Routes of other paths that are not listed.
    private(set) var omitted = 0
    /// Of every rule whose path is the request's.
    let patterns: [PathPattern]

    init(_ trace: RuleTrace, _ request: CanonicalRequest) {
        steps = trace.steps
        let tables = trace.rules.tables(of: request.host)
        // Also where `forbid` spoke first: what a rule calls secret is that before it is asked.
        patterns = tables.flatMap { $0.forbids + $0.routes }.compactMap(\.pattern).filter { $0.matches(request.path) }
        guard trace.soughtRoute else { return }
        var others: [RuleTrace.Step] = []
        let deciding = tables.firstIndex { $0.routes.contains { $0 === trace.route } }
        for (index, table) in tables.enumerated() {
            for rule in table.routes {
                guard rule.pattern?.matches(request.path) == true else {
                    if others.count < Self.mostOtherPaths {
                        others.append(.init(place: rule.place, reason: .path))
                    } else {
                        omitted += 1
                    }
                    continue
                }
                guard rule !== trace.route else { continue }
                let taking: RuleTrace.Step.Reason = index == deciding ? .narrower : .host
                let reason = rule.takes(method: request.method) ? taking : .method
                steps.append(.init(place: rule.place, reason: reason))
            }
        }
        steps += others
    }
}
