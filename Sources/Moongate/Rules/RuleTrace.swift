/// What was tried and read on the way to a decision, for `explain` and the decision log.
///
/// Only what cannot be found out afterwards is noted: which routes were passed over follows from rules and request, and is
/// worked out where a record is written, off the request's path.
struct RuleTrace: Sendable {
    /// A rule that did not apply, and why.
    struct Step: Sendable, Equatable {
        /// The stable names of records.
        enum Reason: String, Sendable {
            /// Another path, another method, an address that is not in the network.
            case path, method, network
            /// Its `when` said false.
            case when
            /// A narrower route decides.
            case narrower
            /// A route of a file that names the host more exactly decides.
            case host
        }

        let place: RulePlace
        let reason: Reason
    }

    /// What conditions of a route asked about the user.
    struct Asked: OptionSet, Sendable {
        let rawValue: UInt8
        static let roles = Asked(rawValue: 1)
        static let scopes = Asked(rawValue: 2)
        static let authTime = Asked(rawValue: 4)
    }

    let rules: RuleSet
    /// Entries of `forbid`, in the order in which they were tried.
    private(set) var steps: [Step] = []
    private(set) var subject: RuleSubject?
    /// The routes were looked at.
    private(set) var soughtRoute = false
    private(set) var route: Rule?
    private(set) var asked: Asked = []
    /// What functions were given of the user, one for each that was called.
    private(set) var given: [ReadableClaims] = []
    /// Whether the client's address is in a network that a condition names; `nil` where nobody knows the address.
    private(set) var networks: [(name: String, holds: Bool?)] = []

    init(_ rules: RuleSet) { self.rules = rules }

    mutating func note(_ place: RulePlace, _ reason: Step.Reason) { steps.append(Step(place: place, reason: reason)) }
    mutating func note(_ subject: RuleSubject) { self.subject = subject }
    mutating func note(_ asked: Asked) { self.asked.formUnion(asked) }
    mutating func note(given readable: ReadableClaims) { given.append(readable) }

    mutating func note(route: Rule?) {
        soughtRoute = true
        self.route = route
    }

    mutating func note(_ network: NetworkCondition, _ address: String?) {
        guard !networks.contains(where: { $0.name == network.name }) else { return }
        networks.append((network.name, network.holds(address).map { $0 != network.isNegated }))
    }
}
