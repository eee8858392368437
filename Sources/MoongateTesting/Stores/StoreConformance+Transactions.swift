import Moongate

extension StoreConformance {
    static let transactionCases: [Case] = [
        Case("a whole sign-in is applied in one piece") { store, keys in
            try await store.apply([
                .insertUser(keys.user()), .insertAccount(keys.account()), .insertSession(keys.stored()),
            ])
            let found = try await store.findSession(key: keys.session())
            try requireEqual(found?.user, keys.user(), "the session's user")
            try requireEqual(try await store.listAccounts(userId: keys.id()), [keys.account()], "the accounts")
        },
        Case("no changes change nothing") { store, _ in try await store.apply([]) },
        Case("changes are made in order") { store, keys in
            var renamed = keys.user()
            renamed.name = "second"
            try await store.apply([
                .insertUser(keys.user()), .updateUser(renamed), .insertSession(keys.stored("a")),
                .deleteSession(key: keys.session("a")), .insertSession(keys.stored("a", expires: 5)),
            ])
            let found = try await store.findSession(key: keys.session("a"))
            try requireEqual(found?.user, renamed, "the user")
            try requireEqual(found?.session, keys.stored("a", expires: 5), "the session")
        },
        Case("an account before its user is a conflict") { store, keys in
            try await requireConflict(
                store, [.insertAccount(keys.account()), .insertUser(keys.user())], "an account before its user")
            try require(try await store.findUser(id: keys.id()) == nil, "the refused user is there")
        },
        Case("when the last change is refused, nothing of the others is kept") { store, keys in
            try await store.apply([.insertUser(keys.user("old")), .insertSession(keys.stored("taken", user: "old"))])
            let changes: [StoreChange] = [
                .insertUser(keys.user()), .insertAccount(keys.account()), .insertSession(keys.stored()),
                .insertSession(keys.stored("taken")),
            ]
            try await requireConflict(store, changes, "a session key that is taken")
            let account = try await store.findAccount(provider: "github", providerAccountId: keys.accountId())
            try require(try await store.findUser(id: keys.id()) == nil, "the user of the refused changes is there")
            try require(try await store.findUser(email: keys.email()) == nil, "their e-mail is taken")
            try require(account == nil, "their account is there")
            try require(try await store.findSession(key: keys.session()) == nil, "their session is there")
            try requireEqual(
                try await store.findSession(key: keys.session("taken"))?.user.id, keys.id("old"), "the old session")
        },
        Case("when a change is refused, updates and deletions before it are undone") { store, keys in
            try await store.apply([
                .insertUser(keys.user("a")), .insertAccount(keys.account()), .insertSession(keys.stored()),
                .insertUser(keys.user("b")), .insertSession(keys.stored("b", user: "b")),
            ])
            var renamed = keys.user("a")
            renamed.name = "renamed"
            let changes: [StoreChange] = [
                .updateUser(renamed), .updateSession(key: keys.session(), expires: Timestamp(seconds: 1)),
                .deleteAccount(provider: "github", providerAccountId: keys.accountId()),
                .deleteUser(id: keys.id("b")), .updateUser(keys.user("nobody")),
            ]
            try await requireConflict(store, changes, "an update of nobody")
            let found = try await store.findSession(key: keys.session())
            try requireEqual(found?.user, keys.user("a"), "the user")
            try requireEqual(found?.session, keys.stored(), "the session")
            try requireEqual(try await store.listAccounts(userId: keys.id()), [keys.account()], "the accounts")
            try requireEqual(
                try await store.findSession(key: keys.session("b"))?.user, keys.user("b"), "the deleted user")
        },
        Case("a refused store answers as before") { store, keys in
            try await store.apply([.insertUser(keys.user())])
            for _ in 0..<10 { try await requireConflict(store, [.insertUser(keys.user())], "a second user of one id") }
            try await store.apply([.insertUser(keys.user("b"))])
            try requireEqual(try await store.findUser(id: keys.id("b")), keys.user("b"), "the next user")
        },
    ]
}
