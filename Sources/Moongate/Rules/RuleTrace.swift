/// What was tried on the way to a decision, for `explain` and the decision log.
struct RuleTrace: Sendable {
    /// A rule that did not apply, and why: `path`, `method`, `network`, `when`, `narrower`.
    struct Step: Sendable {
        let place: RulePlace
        let reason: String
    }

    private(set) var steps: [Step] = []
    private(set) var subject: RuleSubject?

    mutating func note(_ place: RulePlace, _ reason: String) { steps.append(Step(place: place, reason: reason)) }
    mutating func note(_ subject: RuleSubject) { self.subject = subject }
}
