import Moongate

extension StoreConformance {
    static let accountCases: [Case] = [
        Case("an account comes back with every token field") { store, keys in
            try await store.apply([.insertUser(keys.user()), .insertAccount(keys.account())])
            try await requireStored(keys.account(), in: store)
        },
        Case("an account without tokens comes back without") { store, keys in
            var account = keys.account()
            account.tokens = AccountTokens()
            try await store.apply([.insertUser(keys.user()), .insertAccount(account)])
            try await requireStored(account, in: store)
        },
        Case("empty tokens, long tokens and letters of every script are kept") { store, keys in
            try await store.apply([.insertUser(keys.user())])
            for (index, text) in ["", String(repeating: "t", count: 65_536), "Zoe\u{308} 山田 👩🏽‍🚀 '\""].enumerated() {
                var account = keys.account("text\(index)")
                account.tokens.accessToken = text
                account.tokens.idToken = text
                try await store.apply([.insertAccount(account)])
                try await requireStored(account, in: store)
            }
        },
        Case("expires_at is any 64-bit number, in seconds") { store, keys in
            try await store.apply([.insertUser(keys.user())])
            for (index, seconds) in [Int64.min, -1, 0, 1, 2_147_483_648, Int64.max].enumerated() {
                var account = keys.account("seconds\(index)")
                account.tokens.expiresAt = seconds
                try await store.apply([.insertAccount(account)])
                try await requireStored(account, in: store)
            }
        },
        Case("an account is found by both halves of its key, and its user by it") { store, keys in
            try await store.apply([.insertUser(keys.user()), .insertAccount(keys.account())])
            let id = keys.accountId()
            let user = try await store.findUser(provider: "github", providerAccountId: id)
            try requireEqual(user, keys.user(), "the user of the account")
            let near = [
                ("google", id), ("github", id + "x"), ("GITHUB", id), ("github", id.uppercased()), ("github", ""),
                ("", id), ("githu", "b" + id), (id, "github"), ("%", "%"),
            ]
            for (provider, accountId) in near {
                let account = try await store.findAccount(provider: provider, providerAccountId: accountId)
                let owner = try await store.findUser(provider: provider, providerAccountId: accountId)
                try require(account == nil && owner == nil, "a near key found the account")
            }
        },
        Case("one id at two providers is two accounts") { store, keys in
            let second = keys.account("a", user: "b", provider: "google")
            try await store.apply([
                .insertUser(keys.user("a")), .insertUser(keys.user("b")), .insertAccount(keys.account()),
                .insertAccount(second),
            ])
            let owner = try await store.findUser(provider: "google", providerAccountId: keys.accountId())
            try requireEqual(owner?.id, keys.id("b"), "the user of the second account")
        },
        Case("a user's accounts are listed oldest first, and nobody else's") { store, keys in
            let names = ["z", "a", "m"]
            try await store.apply([.insertUser(keys.user("a")), .insertUser(keys.user("b"))])
            for name in names { try await store.apply([.insertAccount(keys.account(name))]) }
            try await store.apply([.insertAccount(keys.account("other", user: "b"))])
            try requireEqual(
                try await store.listAccounts(userId: keys.id("a")), names.map { keys.account($0) }, "the accounts")
            try require(try await store.listAccounts(userId: keys.id("c")).isEmpty, "an unknown user has accounts")
        },
        Case("an account is linked once, to whichever user") { store, keys in
            try await store.apply([
                .insertUser(keys.user("a")), .insertUser(keys.user("b")), .insertAccount(keys.account()),
            ])
            for user in ["a", "b"] {
                try await requireConflict(
                    store, [.insertAccount(keys.account("a", user: user))], "a second account of one key")
            }
            try await requireStored(keys.account(), in: store)
        },
        Case("an account of nobody is a conflict") { store, keys in
            try await requireConflict(store, [.insertAccount(keys.account())], "an account without a user")
        },
        Case("an update replaces the tokens and nothing else") { store, keys in
            try await store.apply([.insertUser(keys.user("a")), .insertUser(keys.user("b"))])
            try await store.apply([.insertAccount(keys.account("a")), .insertAccount(keys.account("other"))])
            var changed = keys.account("a", user: "b")
            changed.type = "oauth"
            changed.tokens = AccountTokens()
            changed.tokens.accessToken = "new"
            try await store.apply([.updateAccount(changed)])
            var wanted = keys.account("a")
            wanted.tokens = changed.tokens
            try await requireStored(wanted, in: store)
            try await requireStored(keys.account("other"), in: store)
        },
        Case("an update of no account is a conflict") { store, keys in
            try await store.apply([.insertUser(keys.user())])
            try await requireConflict(store, [.updateAccount(keys.account())], "an update of no account")
        },
        Case("a deleted account is gone, its user stays, and its key is free") { store, keys in
            try await store.apply([.insertUser(keys.user()), .insertAccount(keys.account())])
            let delete = StoreChange.deleteAccount(provider: "github", providerAccountId: keys.accountId())
            try await store.apply([delete])
            let found = try await store.findUser(provider: "github", providerAccountId: keys.accountId())
            try require(found == nil, "the deleted account finds its user")
            try requireEqual(try await store.findUser(id: keys.id()), keys.user(), "the user")
            try await store.apply([delete, .insertAccount(keys.account())])  // deleting nothing does nothing
            try await requireStored(keys.account(), in: store)
        },
        Case("deleting an account takes both halves of its key") { store, keys in
            try await store.apply([.insertUser(keys.user()), .insertAccount(keys.account())])
            try await store.apply([
                .deleteAccount(provider: "google", providerAccountId: keys.accountId()),
                .deleteAccount(provider: "github", providerAccountId: keys.accountId("b")),
            ])
            try await requireStored(keys.account(), in: store)
        },
    ]

    private static func requireStored(_ account: Account, in store: any AuthStore) async throws {
        let found = try await store.findAccount(
            provider: account.provider, providerAccountId: account.providerAccountId)
        try require(found == account, "the account did not come back equal")
        try requireSameBytes(found?.tokens.accessToken, account.tokens.accessToken, "access_token")
        try requireSameBytes(found?.tokens.idToken, account.tokens.idToken, "id_token")
    }
}
