extension RuleSet {
    /// The decision of a ruling: URLs and headers of scripts are checked here, and a mistake in them lets nobody in.
    func decision(
        _ ruling: Ruling, subject: RuleSubject, setCookies: [String], _ configuration: Configuration, generation: String
    ) -> Decision {
        var verdict = ruling.verdict
        var code = ruling.code
        var message = ruling.message
        var values: [String?] = Array(repeating: nil, count: injected.count)
        func fail(_ denial: Denial.Code, _ reason: String) {
            (verdict, code, message) = (.error, denial.name, reason)
            values = Array(repeating: nil, count: values.count)
        }
        switch verdict {
        case .allow:
            values = subject.headerValues(of: injected, injectedClaims)
            for (name, value) in ruling.headers.sorted(by: { $0.key < $1.key }) {
                guard let index = injectedByKey[InjectedHeader.key(name)] else {
                    fail(.ruleHeader, "allow{} sets `\(name)`, which `inject` does not name")
                    break
                }
                values[index] = HeaderValue.encode(value)
            }
            if values.contains(where: { ($0?.utf8.count ?? 0) > HeaderValue.longest }) {
                fail(.ruleHeader, "a header for the server behind is longer than \(HeaderValue.longest) bytes")
            }
        case .redirect(let url, let status):
            if let checked = RedirectCheck(configuration).resolve(url) {
                verdict = .redirect(to: checked, status: status)
            } else {
                fail(.foreignRedirect, "redirect{} leads to a place that is neither this site nor in `redirects`")
            }
        case .login(let provider?) where !configuration.providers.contains { $0.id == provider }:
            fail(.unknownProvider, "login{} names a provider that is not configured")
        case .stepUp where configuration.session.strategy == .database:
            // Whoever signed in again would be asked again, without end.
            fail(.ruleMaxAge, "stepUp{} cannot be fulfilled with session.strategy \"database\"")
        case .deny, .login, .stepUp, .error: break
        }
        return Decision(
            verdict: verdict, code: code, message: message, rule: ruling.place,
            identityHeaders: zip(injected, values).map { .init(name: $0.name, value: $1) },
            setCookies: setCookies, generation: generation)
    }
}

extension RuleSet {
    /// What the rules ask for that a configuration cannot give.
    package func failures(with configuration: Configuration) -> [ScriptFailure] {
        var failures: [ScriptFailure] = []
        func add(_ code: String, _ place: RulePlace, _ message: String) {
            failures.append(
                ScriptFailure(code: code, message: "\(place.id): \(message)", script: place.file, line: place.line))
        }
        if configuration.session.strategy == .database {
            for rule in files.flatMap(\.routes) where rule.access.maxAge != nil {
                add(
                    "rules.maxAge", rule.place,
                    "maxAge cannot be measured with session.strategy \"database\", where no sign-in's time is kept: "
                        + "everybody would be asked to sign in again, without end")
            }
        }
        for case (let verdict, let place)? in files.map(\.fallback) {
            switch verdict {
            case .login(let provider?) where !configuration.providers.contains { $0.id == provider }:
                add(
                    "rules.value", place,
                    "login{} names the provider `\(provider)`, which config.lua does not configure")
            case .redirect(let url, _) where RedirectCheck(configuration).resolve(url) == nil:
                add("rules.value", place, "redirect{} leads to a place that is neither this site nor in `redirects`")
            case .stepUp where configuration.session.strategy == .database:
                add("rules.maxAge", place, "stepUp{} cannot be fulfilled with session.strategy \"database\"")
            default: break
            }
        }
        return failures
    }
}
