import MoongateTokens
import Testing

@testable import Moongate

/// DESIGN section 6: who is let through, and who is not. Each yes has a no beside it.
@Suite struct RuleCoreTests {
    private let script = ScriptedRules()
    private let when = RuleBench.function("forbid", 1, "when")
    private let decide = RuleBench.function("routes", 1, "decide")
    private let place = (when: #"["forbid",1,"when"]"#, decide: #"["routes",1,"decide"]"#)

    private func verdict(
        _ rules: JSONValue, _ target: String = "/a", method: String = "GET", as claims: JSONValue? = nil,
        ip: String? = nil,
        host: String = "app.example.com"
    ) throws -> Decision.Verdict {
        try script.decide(RuleBench.rules(rules), method, target, host: host, ip: ip, as: claims).verdict
    }

    private func open(_ more: [String: JSONValue]) -> JSONValue {
        .object(["routes": [RuleBench.route("/**")]].merging(more) { $1 })
    }

    // MARK: what is not said

    @Test func withoutRulesEverythingIsDenied() throws {
        #expect(try script.decide(.none, "GET", "/").code == "rules.absent")
        #expect(try script.decide(.off, "GET", "/").code == "rules.off")
        #expect(try script.decide(.off, "GET", "/").verdict == .deny(status: 403))
    }

    @Test func withoutARouteTheDefaultDecides() throws {
        let rules: JSONValue = ["routes": [RuleBench.route("/a")]]
        #expect(try verdict(rules) == .allow)
        #expect(try verdict(rules, "/b") == .deny(status: 403))
        let hidden: JSONValue = ["default": ["@deny": ["status": 404]], "routes": [RuleBench.route("/a")]]
        #expect(try verdict(hidden, "/b") == .deny(status: 404))
    }

    @Test func publicRouteReadsNoSession() throws {
        #expect(try verdict(open([:]), as: ["sub": "1"]) == .allow)
        #expect(script.reads == 0)
    }

    // MARK: forbid

    @Test func forbidGoesBeforeEveryRoute() throws {
        let rules = open(["forbid": [["path": "/a", "methods": ["POST"]]]])
        #expect(try verdict(rules, method: "POST") == .deny(status: 403))
        #expect(try verdict(rules, method: "GET") == .allow)
        #expect(try verdict(rules, "/b", method: "POST") == .allow)
    }

    @Test func conditionOfForbidDeniesWhenItHolds() throws {
        let rules = open([
            "forbid": [["id": "suspended", "when": when, "deny": ["@deny": ["status": 410, "code": "gone"]]]]
        ])
        script.answers[place.when] = .success(.no)
        #expect(try verdict(rules) == .allow)
        script.answers[place.when] = .success(.yes)
        let ruling = try script.decide(RuleBench.rules(rules), "GET", "/a")
        #expect(ruling.verdict == .deny(status: 410))
        #expect(ruling.code == "gone")
        #expect(ruling.place?.id == "suspended")
    }

    @Test(arguments: [
        HookResult.null, .nothing, .value(Array("1".utf8), restored: []), .value(Array(#""true""#.utf8), restored: []),
        .value(Array("{}".utf8), restored: []), .verdict(.allow(headers: [:])), .denied(code: "x", message: nil),
    ])
    func conditionThatSaysNeitherTrueNorFalseIsAnError(result: HookResult) throws {
        script.answers[place.when] = .success(result)
        #expect(try verdict(open(["forbid": [["when": when]]])) == .error)
    }

    @Test(arguments: ["script.error", "script.steps", "hook.noReturn", "overloaded"])
    func conditionThatFailsLetsNobodyIn(code: String) throws {
        script.answers[place.when] = .failure(ScriptFailure(code: code, message: "x"))
        let ruling = try script.decide(RuleBench.rules(open(["forbid": [["when": when]]])), "GET", "/a")
        #expect(ruling.verdict == .error)
        #expect(ruling.code == code)
    }

    @Test func forbiddenNetworkHoldsForAnAddressThatNobodyKnows() throws {
        let rules = open(["networks": ["office": ["10.0.0.0/8"]], "forbid": [["path": "/a", "network": "!office"]]])
        #expect(try verdict(rules, ip: "10.1.2.3") == .allow)
        #expect(try verdict(rules, ip: "192.0.2.1") == .deny(status: 403))
        #expect(try verdict(rules, ip: nil) == .deny(status: 403))
    }

    // MARK: routes

    @Test func loginAsksWhoIsNotSignedIn() throws {
        let rules: JSONValue = ["routes": [RuleBench.route("/a", ["login": true])]]
        #expect(try verdict(rules, as: ["sub": "1"]) == .allow)
        #expect(try verdict(rules) == .login(provider: nil))
    }

    @Test func oneRoleOfAnyAndEachOfAll() throws {
        let any: JSONValue = ["routes": [RuleBench.route("/a", ["roles": ["any": ["support", "finance"]]])]]
        #expect(try verdict(any, as: ["roles": ["finance"]]) == .allow)
        #expect(try verdict(any, as: ["role": "support"]) == .allow)
        #expect(try verdict(any, as: ["roles": ["editor"]]) == .deny(status: 403))
        #expect(try verdict(any, as: ["roles": "support finance"]) == .deny(status: 403))
        #expect(try verdict(any) == .login(provider: nil))
        let all: JSONValue = ["routes": [RuleBench.route("/a", ["roles": ["all": ["a", "b"]]])]]
        #expect(try verdict(all, as: ["roles": ["b", "a"]]) == .allow)
        #expect(try verdict(all, as: ["roles": ["a"]]) == .deny(status: 403))
    }

    @Test func aRoleIncludesOthers() throws {
        let rules: JSONValue = [
            "roles": ["admin": ["editor"], "editor": ["reader"]],
            "routes": [
                RuleBench.route("/a", ["roles": ["any": ["reader"]]]),
                RuleBench.route("/b", ["roles": ["any": ["admin"]]]),
            ],
        ]
        #expect(try verdict(rules, as: ["roles": ["admin"]]) == .allow)
        #expect(try verdict(rules, as: ["roles": ["editor"]]) == .allow)
        #expect(try verdict(rules, as: ["roles": ["stranger"]]) == .deny(status: 403))
        #expect(try verdict(rules, "/b", as: ["roles": ["reader"]]) == .deny(status: 403))
        #expect(try verdict(rules, "/b", as: ["roles": ["editor"]]) == .deny(status: 403))
    }

    @Test func everyScopeIsNeeded() throws {
        let rules: JSONValue = ["routes": [RuleBench.route("/a", ["scopes": ["orders:read", "orders:write"]])]]
        #expect(try verdict(rules, as: ["scope": "orders:write openid orders:read"]) == .allow)
        #expect(try verdict(rules, as: ["scopes": ["orders:read", "orders:write"]]) == .allow)
        #expect(try verdict(rules, as: ["scope": "orders:read"]) == .deny(status: 403))
        #expect(try verdict(rules, as: ["scope": "orders:readorders:write"]) == .deny(status: 403))
    }

    @Test func oldSignInStepsUp() throws {
        let rules: JSONValue = ["routes": [RuleBench.route("/a", ["maxAge": 300])]]
        #expect(try verdict(rules, as: ["auth_time": 999_700]) == .allow)
        #expect(try verdict(rules, as: ["auth_time": 999_699]) == .stepUp(maxAge: 300))
        #expect(try verdict(rules, as: ["auth_time": 1_000_100]) == .stepUp(maxAge: 300))
        #expect(try verdict(rules, as: ["auth_time": "999700"]) == .stepUp(maxAge: 300))
        #expect(try verdict(rules, as: ["sub": "1"]) == .stepUp(maxAge: 300))
        #expect(try verdict(rules) == .login(provider: nil))
    }

    @Test func routeOfANetworkIsForItAlone() throws {
        let rules: JSONValue = [
            "networks": ["office": ["10.0.0.0/8"]],
            "routes": [RuleBench.route("/a", ["public": true, "network": "office"])],
        ]
        #expect(try verdict(rules, ip: "10.0.0.1") == .allow)
        #expect(try verdict(rules, ip: "11.0.0.1") == .deny(status: 403))
        #expect(try verdict(rules, ip: nil) == .deny(status: 403))
    }

    @Test func conditionOfARouteHasToHold() throws {
        let rules: JSONValue = [
            "routes": [RuleBench.route("/a", ["public": true, "when": RuleBench.function("routes", 1, "when")])]
        ]
        script.answers[#"["routes",1,"when"]"#] = .success(.yes)
        #expect(try verdict(rules) == .allow)
        script.answers[#"["routes",1,"when"]"#] = .success(.no)
        #expect(try verdict(rules) == .deny(status: 403))
    }

    // MARK: decide

    @Test(arguments: [
        (HookResult.null, Decision.Verdict.allow), (.verdict(.allow(headers: [:])), .allow),
        (.verdict(.deny(status: 404, code: nil, message: nil)), .deny(status: 404)),
        (.verdict(.deny(status: nil, code: nil, message: nil)), .deny(status: 403)),
        (.verdict(.login(provider: "corp")), .login(provider: "corp")),
        (.verdict(.stepUp(maxAge: 9)), .stepUp(maxAge: 9)),
        (.verdict(.redirect(to: "/x", status: 303)), .redirect(to: "/x", status: 303)),
    ])
    func decideSaysWhatHappens(result: HookResult, expected: Decision.Verdict) throws {
        script.answers[place.decide] = .success(result)
        #expect(try verdict(["routes": [RuleBench.route("/a", ["public": true, "decide": decide])]]) == expected)
    }

    @Test(arguments: [
        HookResult.nothing, .yes, .no, .value(Array(#"{"headers":{}}"#.utf8), restored: []),
        .value(Array(#"{"@allow":{}}"#.utf8), restored: []), .denied(code: "x", message: nil),
    ])
    func everythingElseThatDecideReturnsIsAnError(result: HookResult) throws {
        script.answers[place.decide] = .success(result)
        #expect(try verdict(["routes": [RuleBench.route("/a", ["public": true, "decide": decide])]]) == .error)
    }

    @Test func decideOnlyNarrows() throws {
        script.answers[place.decide] = .success(.verdict(.allow(headers: [:])))
        let rules: JSONValue = ["routes": [RuleBench.route("/a", ["roles": ["any": ["admin"]], "decide": decide])]]
        #expect(try verdict(rules, as: ["roles": ["guest"]]) == .deny(status: 403))
        #expect(script.calls.isEmpty)
        #expect(try verdict(rules, as: ["roles": ["admin"]]) == .allow)
        #expect(script.calls.count == 1)
    }

    // MARK: hosts

    @Test func theMostExactHostIsAskedFirst() throws {
        func file(_ hosts: JSONValue?, _ status: Int64) -> JSONValue {
            var members: [String: JSONValue] = [
                "routes": [RuleBench.route("/own\(status)")], "default": ["@deny": ["status": .integer(status)]],
            ]
            members["hosts"] = hosts
            return .object(members)
        }
        let rules = try RuleSet([
            RuleBench.source(file(nil, 401), name: "a"), RuleBench.source(file(["*.example.com"], 404), name: "b"),
            RuleBench.source(file(["shop.example.com"], 410), name: "c"),
        ])
        func status(_ host: String) throws -> Decision.Verdict {
            try script.decide(rules, "GET", "/x", host: host).verdict
        }
        #expect(try status("shop.example.com") == .deny(status: 410))
        #expect(try status("blog.example.com") == .deny(status: 404))
        #expect(try status("a.b.example.com") == .deny(status: 404))
        #expect(try status("example.com") == .deny(status: 401))
        #expect(try status("notexample.com") == .deny(status: 401))
        // A route of a wider host is still there where the narrower one has none.
        #expect(try script.decide(rules, "GET", "/own401", host: "shop.example.com").verdict == .allow)
    }

    @Test func forbidOfEveryFileCounts() throws {
        let rules = try RuleSet([
            RuleBench.source(["forbid": [["path": "/x"]]], name: "a"),
            RuleBench.source(["hosts": ["shop.example.com"], "routes": [RuleBench.route("/x/**")]], name: "b"),
        ])
        #expect(try script.decide(rules, "GET", "/x", host: "shop.example.com").verdict == .deny(status: 403))
        #expect(try script.decide(rules, "GET", "/x/y", host: "shop.example.com").verdict == .allow)
    }

    // MARK: what functions are given

    @Test func functionsReadWhatTheFileNamesAndNothingElse() throws {
        script.answers[place.when] = .success(.no)
        let rules: JSONValue = [
            "claims": ["plan"], "forbid": [["when": when]], "routes": [RuleBench.route("/o/:id")],
        ]
        _ = try verdict(
            rules, "/o/7?a=1&b=2&a=3",
            as: ["sub": "u1", "email": "a@example.com", "plan": "pro", "secret": "x", "roles": "staff", "name": .null])
        let call = try #require(script.calls.first?.call)
        var given: [String: JSONValue] = [:]
        for argument in call.arguments {
            guard case .json(let bytes) = argument.value else { continue }
            given["\(argument.name)"] = try JSONValue(parsing: bytes)
        }
        #expect(given["user"] == ["id": "u1", "email": "a@example.com", "plan": "pro", "roles": ["staff"]])
        #expect(given["query"] == ["a": ["1", "3"], "b": "2"])
        #expect(given["path"] == "/o/7")
        #expect(given["signedIn"] == true)
        let listings = try call.strict.map { try JSONValue(parsing: $0.listing) }
        #expect(listings.contains(["c.params", "not in the path of this rule"]))
        #expect(listings.contains(["c.user", "not named in claims", "email", "id", "name", "plan", "roles"]))
        #expect(Set(given.keys).isSubset(of: RuleArguments.fields))
    }

    @Test func nobodyIsAnEmptyUser() throws {
        script.answers[place.when] = .success(.no)
        _ = try verdict(open(["forbid": [["when": when]]]))
        let call = try #require(script.calls.first?.call)
        let user = call.arguments.first { "\($0.name)" == "user" }
        guard case .json(let bytes)? = user?.value else {
            Issue.record("no user")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self) == "{}")
    }
}
