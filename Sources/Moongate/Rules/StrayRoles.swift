extension RuleSet {
    /// A role that one route alone speaks of, and that nearly is another's name.
    package struct StrayRole: Sendable, Equatable {
        package let role: String
        package let place: RulePlace
        /// What was probably meant.
        package let guess: String
    }

    /// Roles that look misspelt. Nobody knows which roles users have, so this is a guess, made only where the other name is
    /// well known: in `roles`, in a test, or in several routes.
    package var strayRoles: [StrayRole] {
        var uses: [String: [RulePlace]] = [:]
        for rule in files.flatMap(\.routes) {
            for role in Set((rule.access.anyRole ?? []) + rule.access.allRoles) {
                uses[role, default: []].append(rule.place)
            }
        }
        let said = Set(files.flatMap { [String]($0.roles.keys) + $0.roles.values.joined() })
            .union(tests.flatMap { $0.user.map { RuleSubject(claims: $0.canonicalBytes).roles } ?? [] })
        let known = said.union(uses.filter { $0.value.count > 1 }.keys).sorted()
        let strays = uses.filter { $0.value.count == 1 && !said.contains($0.key) }.sorted { $0.key < $1.key }
        guard strays.count * known.count <= Self.mostGuesses else { return [] }
        return strays.compactMap { role, places in
            guard let guess = NearestName.of(role, among: known, within: role.utf8.count < 8 ? 1 : 2),
                !Self.differInNumber(role, guess)
            else { return nil }
            return StrayRole(role: role, place: places[0], guess: guess)
        }
    }

    /// Pairs of names that are compared; with more, nobody has written them by hand.
    private static let mostGuesses = 100_000

    /// `team1` and `team2` are both meant.
    private static func differInNumber(_ one: String, _ other: String) -> Bool {
        one.filter { !$0.isNumber } == other.filter { !$0.isNumber }
    }
}
