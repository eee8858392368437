import Moongate

extension StoreConformance {
    static let raceCases: [Case] = [
        Case("of many inserts of one user id exactly one wins") { store, keys in
            let won = try await winners(store) { index in
                var user = keys.user("\(index)")
                user.id = keys.id("one")
                return [.insertUser(user)]
            }
            try requireEqual(won.count, 1, "the number of winners")
            let kept = try await store.findUser(id: keys.id("one"))
            try requireEqual(kept?.email, won.first.map { keys.email("\($0)") }, "the winner's e-mail")
        },
        Case("of many users with one e-mail exactly one wins, and no loser leaves a trace") { store, keys in
            let won = try await winners(store) { index in
                var user = keys.user("\(index)")
                user.email = keys.email("one")
                return [.insertUser(user), .insertAccount(keys.account("\(index)", user: "\(index)"))]
            }
            try requireEqual(won.count, 1, "the number of winners")
            for index in 0..<callers {
                let there = try await store.findUser(id: keys.id("\(index)")) != nil
                let accounts = try await store.listAccounts(userId: keys.id("\(index)"))
                try requireEqual(there, won.contains(index), "whether user \(index) is there")
                try requireEqual(accounts.count, there ? 1 : 0, "the accounts of user \(index)")
            }
        },
        Case("of many first sign-ins with one account exactly one wins") { store, keys in
            let won = try await winners(store) { index in
                [
                    .insertUser(keys.user("\(index)")), .insertAccount(keys.account("one", user: "\(index)")),
                    .insertSession(keys.stored("\(index)", user: "\(index)")),
                ]
            }
            try requireEqual(won.count, 1, "the number of winners")
            let owner = try await store.findUser(provider: "github", providerAccountId: keys.accountId("one"))
            try requireEqual(owner?.id, won.first.map { keys.id("\($0)") }, "the account's user")
        },
        Case("of many inserts of one session key exactly one wins") { store, keys in
            try await store.apply([.insertUser(keys.user())])
            let won = try await winners(store) { index in [.insertSession(keys.stored("one", expires: Int64(index)))] }
            try requireEqual(won.count, 1, "the number of winners")
            let kept = try await store.findSession(key: keys.session("one"))?.session.expires.milliseconds
            try requireEqual(kept, won.first.map(Int64.init), "the winner's session")
        },
        Case("of many updates to one e-mail exactly one wins") { store, keys in
            try await store.apply((0..<callers).map { .insertUser(keys.user("\($0)")) })
            let won = try await winners(store) { index in
                var user = keys.user("\(index)")
                user.email = keys.email("one")
                return [.updateUser(user)]
            }
            try requireEqual(won.count, 1, "the number of winners")
        },
        Case("writers of different keys all succeed, and readers see whole sign-ins meanwhile") { store, keys in
            async let seen = readWhole(store, keys)
            let won = try await winners(store) { index in
                [.insertUser(keys.user("\(index)")), .insertSession(keys.stored("\(index)", user: "\(index)"))]
            }
            try requireEqual(won.count, callers, "the number of writers that succeeded")
            try await seen
            for index in 0..<callers {
                let found = try await store.findSession(key: keys.session("\(index)"))
                try requireEqual(found?.user, keys.user("\(index)"), "the user of session \(index)")
            }
        },
        Case("a session never outlives its user, whichever of deletion and sign-in comes first") { store, keys in
            try await store.apply([.insertUser(keys.user())])
            _ = try await winners(store) { index in
                index == callers / 2
                    ? [.deleteUser(id: keys.id())] : [.insertSession(keys.stored("\(index)"))]
            }
            try require(try await store.listSessions(userId: keys.id()).isEmpty, "sessions of a deleted user are left")
        },
        Case("racing clean-ups delete every expired session once") { store, keys in
            let all = (0..<callers).map { keys.stored("\($0)", expires: ancient + Int64($0)) }
            try await store.apply([.insertUser(keys.user())] + all.map(StoreChange.insertSession))
            let now = Timestamp(milliseconds: ancient + 1_000)
            let deleted = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await store.deleteExpiredSessions(before: now, limit: 10) } }
                return try await group.reduce(0, +)
            }
            try requireEqual(deleted, callers, "the number of deleted sessions")
            try require(try await store.listSessions(userId: keys.id()).isEmpty, "expired sessions are left")
        },
    ]

    /// How many callers race.
    static var callers: Int { 100 }

    /// Applies `changes(0)`, `changes(1)`, … at once; returns those that were not refused. An error other than
    /// `conflict` ends the case: a busy database is no reason to fail a sign-in.
    private static func winners(
        _ store: any AuthStore, _ changes: @escaping @Sendable (Int) -> [StoreChange]
    ) async throws -> Set<Int> {
        try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            for index in 0..<callers {
                group.addTask { (index, try await !conflicts(store, changes(index))) }
            }
            return try await group.reduce(into: Set()) { if $1.1 { $0.insert($1.0) } }
        }
    }

    /// A user whom a reader sees has a session already: both come with one `apply`.
    private static func readWhole(_ store: any AuthStore, _ keys: Keys) async throws {
        for round in 0..<(callers * 5) {
            let name = "\(round % callers)"
            guard try await store.findUser(id: keys.id(name)) != nil else { continue }
            try require(try await store.findSession(key: keys.session(name)) != nil, "half a sign-in was seen")
        }
    }
}
