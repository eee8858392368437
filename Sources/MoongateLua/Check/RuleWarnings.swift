import Moongate

extension RuleSet {
    /// A `default` that lets everybody in is taken, as somebody may want a site that is open but for some routes; it also
    /// opens every path that is misspelt in a route, so it is said.
    package var openDefaultProblems: [CheckProblem] {
        openDefaults.map { place in
            CheckProblem(
                .warning, code: "rules.openDefault",
                message: "`default` lets everybody in, signed in or not, wherever no route matches: "
                    + "better name what is open (public = true) and write default = deny{}",
                file: place.file, line: place.line)
        }
    }

    /// A misspelt role lets nobody in, and says nothing of it.
    package var strayRoleProblems: [CheckProblem] {
        strayRoles.map { stray in
            CheckProblem(
                .warning, code: "rules.strayRole",
                message: "\(stray.place.id): the role \"\(stray.role)\" stands here alone; "
                    + "did you mean \"\(stray.guess)\"?",
                file: stray.place.file, line: stray.place.line)
        }
    }
}
