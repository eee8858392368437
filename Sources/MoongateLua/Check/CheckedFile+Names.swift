import LuaHost
import Moongate

/// Names that nothing is behind.
extension CheckedFile {
    /// What is known where a file runs.
    struct Surroundings {
        /// What it may name as its owner's permissions are.
        let granted: KnownNames
        /// What there is with all permissions.
        let every: KnownNames
        /// Where permissions are listed: `scripts.needs in config.lua`.
        let needs: String
    }

    /// Names that nothing is behind, each with the one that was probably meant.
    func names(_ facts: CodeFacts, in known: Surroundings) -> [CheckProblem] {
        reads(facts, known) + writes(facts) + members(facts, known) + colonCalls(facts, known)
            + libraries(facts)
    }

    private func reads(_ facts: CodeFacts, _ known: Surroundings) -> [CheckProblem] {
        var counter = CodeFacts.UseCounter()
        let granted = known.granted
        return facts.reads.filter { !granted.all.contains($0.name) }.map { use in
            let spot = LuaTokens.Spot(
                name: use.name, role: .global, line: use.line, number: counter.number(use.name, use.line))
            guard !known.every.all.contains(use.name) else { return undeclared("`\(use.name)`", spot, known) }
            let candidates =
                granted.globals.filter { $0 != "_ENV" }
                + facts.locals.filter { !$0.hasPrefix("(") && $0 != "_ENV" }.sorted()
            let nearest =
                candidates.contains(use.name)
                ? "; the local of this name is declared behind this, or in a block of its own"
                : NearestName.of(use.name, among: candidates).map { "; did you mean '\($0)'?" }
            let guess = Self.instead(of: use.name, granted) ?? nearest ?? ""
            return problem("script.undeclared", "undeclared global '\(use.name)'\(guess)", at: spot)
        }
    }

    private func writes(_ facts: CodeFacts) -> [CheckProblem] {
        var counter = CodeFacts.UseCounter()
        return facts.writes.map { use in
            problem(
                "script.undeclared", "assignment to the undeclared global '\(use.name)'; is a `local` missing?",
                at: .init(name: use.name, role: .assigned, line: use.line, number: counter.number(use.name, use.line)))
        }
    }

    /// What to use for something that Lua has elsewhere.
    private static func instead(of name: String, _ granted: KnownNames) -> String? {
        switch name {
        case "print" where granted.all.contains("log.info"): "; use log.info"
        case "os" where granted.all.contains("time.now"): "; use time.now()"
        case "os" where granted.all.contains("env"): "; use env(\"NAME\")"
        case "unpack" where granted.all.contains("table.unpack"): "; use table.unpack"
        default: nil
        }
    }

    private func members(_ facts: CodeFacts, _ known: Surroundings) -> [CheckProblem] {
        var counter = CodeFacts.UseCounter()
        return facts.members.compactMap { use in
            let number = counter.number(use.name, use.line)
            guard let (library, name) = use.asMember else { return nil }
            let spot = LuaTokens.Spot(name: name, role: .member(of: library), line: use.line, number: number)
            return member(use.name, library, name, spot, known)
        }
    }

    private func member(
        _ path: String, _ library: String, _ name: String, _ spot: LuaTokens.Spot, _ known: Surroundings
    ) -> CheckProblem? {
        let (granted, every) = (known.granted, known.every)
        guard !granted.all.contains(path) else { return nil }
        // Without the permission for its members, what is a library with it may be there as a function: `cache`.
        let isBare = granted.all.contains(library) && every.libraries.contains(library)
        guard granted.libraries.contains(library) || isBare else { return nil }
        guard !every.all.contains(path) else { return undeclared("`\(path)`", spot, known) }
        let there = (granted.libraries.contains(library) ? granted : every).members(of: library)
        let hint =
            NearestName.of(name, among: there.map { String($0.dropFirst(library.count + 1)) })
            .map { "did you mean \(library).\($0)?" } ?? "there are \(there.joined(separator: ", "))"
        let code = library == "config" ? "script.unknownSetting" : "script.unknownFunction"
        return problem(code, "there is no \(path); \(hint)", at: spot)
    }

    /// `log:info("x")` gives the library itself to a function that has no use for it.
    private func colonCalls(_ facts: CodeFacts, _ known: Surroundings) -> [CheckProblem] {
        var counter = CodeFacts.UseCounter()
        return facts.colonCalls.compactMap { use in
            let number = counter.number(use.name, use.line)
            guard let (library, name) = use.asMember, library != "config", known.granted.all.contains(use.name),
                known.granted.libraries.contains(library)
            else { return nil }
            return problem(
                "script.colonCall",
                "`\(library):\(name)` hands \(library) itself over as the first argument; write \(use.name)(…)",
                at: .init(name: name, role: .member(of: library), line: use.line, number: number))
        }
    }

    private func undeclared(_ what: String, _ spot: LuaTokens.Spot, _ known: Surroundings) -> CheckProblem {
        problem("needs.undeclared", "\(what) is used, and \(known.needs) does not list it", at: spot)
    }

    private func libraries(_ facts: CodeFacts) -> [CheckProblem] {
        var counter = CodeFacts.UseCounter()
        return facts.calls.filter { $0.name == "require" }.compactMap { call in
            guard case .whole(let name)? = call.argument, !libraries.contains(name), name != SpecLibrary.name else {
                return nil
            }
            let guess = NearestName.of(name, among: libraries.sorted()).map { "; did you mean \"\($0)\"?" } ?? ""
            return problem(
                "script.unknownLibrary", "there is no lib/\(name).lua\(guess)",
                at: .init(name: name, role: .text, line: call.line, number: counter.number(name, call.line)))
        }
    }
}

extension CodeFacts.Use {
    /// `log` and `info` of `log.info`.
    fileprivate var asMember: (library: String, name: String)? {
        name.lastIndex(of: ".").map { (String(name[..<$0]), String(name[name.index(after: $0)...])) }
    }
}
