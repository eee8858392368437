import Moongate

extension CheckedFile {
    /// The provider's tokens that listeners read and are not told, each at its first place. Only a guess, since a table of
    /// the script's own may have such a member, too.
    func withheldTokens(_ role: OwnedScripts.Role, _ needs: OwnerCheck.Needs) -> [CheckProblem] {
        guard role == .events || role == .plugin([.events]) else { return [] }
        var told: Set<String> = []
        return zip(tokens.all, tokens.all.dropFirst()).compactMap { before, token in
            let name: String
            switch (before.kind, token.kind) {
            case (.symbol("."), .name(let member)), (.symbol("["), .text(let member)): name = member
            default: return nil
            }
            guard AuthEvent.tokenNames.contains(name), told.insert(name).inserted else { return nil }
            return CheckProblem(
                .warning, code: "needs.withheld",
                message:
                    "events are told without the provider's `\(name)`; with `providerTokens = true` in \(needs.path) of "
                    + "\(needs.file) listeners see it",
                file: source.name, line: token.line, column: token.column)
        }
    }
}
