import MoongateTokens

/// One file of rules, read and checked by itself; ``RuleSet`` puts files together.
struct RuleFile: Sendable {
    /// `scripts/rules.lua`
    let name: String
    /// Which requests it speaks of; empty for all hosts that no other file names.
    var hosts: [HostPattern] = []
    /// Where no route matches.
    var fallback: (verdict: RuleVerdict, place: RulePlace)?
    /// What functions of this file may read of the user.
    var readable = ReadableClaims([])
    var injected: [InjectedHeader] = []
    /// Where the file names them.
    var injectedPlaces: [String: RulePlace] = [:]
    /// Role to the roles that it includes.
    var roles: [String: [String]] = [:]
    /// Where the file says so.
    var rolePlaces: [String: RulePlace] = [:]
    var forbids: [Rule] = []
    var routes: [Rule] = []
    var tests: [RuleTest] = []
}

/// A route, or an entry of `forbid`.
final class Rule: Sendable {
    let place: RulePlace
    /// `nil` only in `forbid`: every path.
    let pattern: PathPattern?
    /// `nil`: every method.
    let methods: Set<String>?
    let network: NetworkCondition?
    let access: Access
    let when: RuleFunction?
    let decide: RuleFunction?
    /// What a hit of `forbid` answers.
    let denial: RuleVerdict?
    /// What its functions may read.
    let readable: ReadableClaims
    /// The `params` of its functions: a name that its path does not have cannot be read.
    let strictParams: HookCall.StrictTable

    /// Who may use a route.
    struct Access: Sendable, Equatable {
        var isPublic = false
        var anyRole: [String]?
        var allRoles: [String] = []
        var scopes: [String] = []
        var maxAge: Int64?

        /// What is said of a user who lacks them.
        var missingRoles: String {
            let any = anyRole.map { "one of \($0.joined(separator: ", "))" }
            let all = allRoles.isEmpty ? nil : "all of \(allRoles.joined(separator: ", "))"
            return "the user has not " + [any, all].compactMap { $0 }.joined(separator: " and ")
        }

        /// What it needs to know of the user.
        var asked: RuleTrace.Asked {
            var asked: RuleTrace.Asked = []
            if anyRole != nil || !allRoles.isEmpty { asked.insert(.roles) }
            if !scopes.isEmpty { asked.insert(.scopes) }
            if maxAge != nil { asked.insert(.authTime) }
            return asked
        }
    }

    init(
        place: RulePlace, pattern: PathPattern?, methods: Set<String>? = nil, network: NetworkCondition? = nil,
        access: Access = Access(), when: RuleFunction? = nil, decide: RuleFunction? = nil,
        denial: RuleVerdict? = nil, readable: ReadableClaims
    ) {
        self.place = place
        self.pattern = pattern
        self.methods = methods
        self.network = network
        self.access = access
        self.when = when
        self.decide = decide
        self.denial = denial
        self.readable = readable
        strictParams = HookCall.StrictTable(
            argument: "params", path: "c.params", reason: "not in the path of this rule",
            fields: pattern?.parameterNames ?? [])
    }

    /// Whether its id was written down: others are made up and may be the same.
    var isNamed: Bool { place.id != pattern?.text && !place.id.hasPrefix("forbid[") }

    /// The methods that it matches: HEAD follows GET. `nil`: every one.
    var matchedMethods: Set<String>? { methods.map { $0.contains("GET") ? $0.union(["HEAD"]) : $0 } }

    /// HEAD follows GET.
    func takes(method: String) -> Bool {
        guard let methods else { return true }
        return methods.contains(method) || method == "HEAD" && methods.contains("GET")
    }
}

/// A function of a rule file, as the script host finds it.
struct RuleFunction: Sendable, Hashable {
    let reference: HookReference
    let line: Int?
}

/// `network = "office"`, `"!office"`.
struct NetworkCondition: Sendable, Equatable {
    let name: String
    let ranges: [NetworkRange]
    let isNegated: Bool

    /// `nil` for an address that nobody knows: it is in no network, and not outside of one either.
    func holds(_ address: String?) -> Bool? {
        guard let address, NetworkRange.isAddress(address) else { return nil }
        return ranges.contains { $0.contains(address) } != isNegated
    }
}

/// A header of `inject`: deleted, unless a rule or a claim gives it a value.
struct InjectedHeader: Sendable, Hashable {
    let name: String
    /// The claim whose value it gets on every request that is allowed; `nil`: only `allow{ headers = … }` sets it.
    let claim: String?

    /// `-` and `_` spell one name, and so do letters of either case and every other sign: CGI and WSGI cannot tell the
    /// first apart, PHP cannot tell `.` from `_`.
    static func key(_ name: String) -> String {
        String(
            decoding: name.utf8.map {
                $0.isCapitalLetter ? $0 | 0x20 : $0.isLetterOrDigitByte ? $0 : UInt8(ascii: "-")
            }, as: UTF8.self)
    }
}

/// `shop.example.com` or `*.example.com`, lower case.
struct HostPattern: Sendable, Hashable {
    let name: String
    let isWildcard: Bool

    init?(_ text: String) {
        isWildcard = text.hasPrefix("*.")
        let rest = isWildcard ? String(text.dropFirst(2)) : text
        guard !rest.contains(":") || rest.hasPrefix("["), let name = CanonicalHost.name(of: rest), !rest.hasSuffix("]:")
        else { return nil }
        self.name = name
    }

    var text: String { isWildcard ? "*.\(name)" : name }
}

/// One entry of `tests`: a request, who asks, what must come out.
package struct RuleTest: Sendable {
    package let name: String
    let place: RulePlace
    /// A request that is not canonical is denied before any rule is looked at, and may be tested for it.
    let request: Result<CanonicalRequest, Denial>
    /// Claims of the user; `nil` for nobody.
    let user: Claims?
    let expected: Expectation
    /// Seconds since the sign-in; `nil`: nobody knows.
    let authAge: Int64?

    struct Expectation: Sendable {
        var kind: String
        /// The status of a denial, the URL of a redirect, the age of a step-up: checked where given.
        var detail: JSONValue?
    }
}
