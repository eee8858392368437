import LuaHost
import Moongate

extension SiteScripts {
    /// Claims that a rule file may read and that nothing in it reads: each is one more thing that a function could tell, and
    /// often a misspelt name. Only a guess, since code may put names together.
    package func unusedClaims(in rules: RuleSet) -> [CheckProblem] {
        let libraries = scripts.libraries.values.map { LuaTokens($0.text).all }
        return rules.namedClaims.flatMap { file, names -> [CheckProblem] in
            guard let source = scripts.rules.first(where: { $0.name == file }) else { return [] }
            let tokens = LuaTokens(source.text).all
            return names.compactMap { name in
                let places = tokens.filter { $0.kind == .text(name) || $0.kind == .name(name) }
                let isShared = libraries.joined().contains { $0.kind == .text(name) || $0.kind == .name(name) }
                guard places.count == 1, let place = places.first, !isShared else { return nil }
                return CheckProblem(
                    .warning, code: "rules.unusedClaim", message: "`claims` names \(name), which nothing here reads",
                    file: file, line: place.line, column: place.column)
            }
        }
    }
}
