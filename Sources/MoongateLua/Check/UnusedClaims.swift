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

    /// Claims that a rule's function reads as `c.user.name` and may not: each is an error, and a denial, when it runs.
    package func unreadableClaims(in rules: RuleSet) -> [CheckProblem] {
        rules.readableClaims.flatMap { file, names -> [CheckProblem] in
            guard let source = scripts.rules.first(where: { $0.name == file }) else { return [] }
            let tokens = LuaTokens(source.text).all
            let arguments = Self.firstParameters(tokens)
            var told: Set<String> = []
            return tokens.indices.dropLast(4).compactMap { index in
                guard case .name(let argument) = tokens[index].kind, arguments.contains(argument),
                    index == 0 || tokens[index - 1].kind != .symbol("."),
                    tokens[(index + 1)...(index + 3)].map(\.kind) == [.symbol("."), .name("user"), .symbol(".")],
                    case .name(let name) = tokens[index + 4].kind, !names.contains(name), told.insert(name).inserted
                else { return nil }
                let hint = NearestName.of(name, among: names).map { "did you mean `\($0)`?" }
                return CheckProblem(
                    .warning, code: "hook.unknownField",
                    message: "`\(argument).user.\(name)` is not named in `claims`; "
                        + (hint ?? "there are \(names.joined(separator: ", "))"),
                    file: file, line: tokens[index + 4].line, column: tokens[index + 4].column)
            }
        }
    }

    /// The names that functions of a file give their first argument.
    private static func firstParameters(_ tokens: [LuaTokens.Token]) -> Set<String> {
        zip(tokens.indices, tokens).reduce(into: []) { names, token in
            guard token.1.kind == .name("function") else { return }
            let behind = tokens[token.0...].prefix(8)
            guard let open = behind.firstIndex(where: { $0.kind == .symbol("(") }), open + 1 < tokens.count,
                case .name(let name) = tokens[open + 1].kind
            else { return }
            names.insert(name)
        }
    }
}
