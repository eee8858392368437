import Moongate

extension StoreConformance {
    static let userCases: [Case] = [
        Case("an unknown user id finds nobody, whatever its form") { store, keys in
            try await store.apply([.insertUser(keys.user())])
            let long = String(repeating: "x", count: 4096)
            for id in [keys.id("other"), "", "0", "-1", "not a uuid", "' OR '1'='1", "%", long, "\u{0}", "\u{1F600}"] {
                try require(try await store.findUser(id: id) == nil, "a user was found under an id never given")
            }
        },
        Case("a user comes back with every field") { store, keys in
            try await roundTrip(keys.user(), in: store)
        },
        Case("absent fields stay absent, and an empty string is not absent") { store, keys in
            try await roundTrip(User(id: keys.id("bare")), in: store)
            try await roundTrip(User(id: keys.id("empty"), name: "", image: ""), in: store)
        },
        Case("letters of every script come back byte by byte") { store, keys in
            let names = [
                "Zoë", "Zoe\u{308}", "山田 太郎", "\u{202E}עברית", "👩🏽‍🚀", "O'Brien; DROP TABLE users; --", "a\\b%_\"c\"",
                " spaces ", "line\nbreak\ttab", String(repeating: "ж", count: 10_000),
            ]
            for (index, name) in names.enumerated() {
                var user = keys.user("script\(index)")
                user.name = name
                user.image = "https://example.com/" + name
                try await roundTrip(user, in: store)
            }
        },
        Case("a NUL character comes back, or the user is refused") { store, keys in
            var user = keys.user()
            user.name = "before\u{0}after"
            do { try await store.apply([.insertUser(user)]) } catch is StoreError { return }
            let found = try await store.findUser(id: user.id)
            try requireSameBytes(found?.name, user.name, "name")
        },
        Case("moments keep their milliseconds, before 1970 and in the far future") { store, keys in
            for (index, moment) in [0, 1, 999, -1, -86_400_001, 253_402_300_799_999].enumerated() {
                var user = keys.user("moment\(index)")
                user.emailVerified = Timestamp(milliseconds: Int64(moment))
                try await roundTrip(user, in: store)
            }
        },
        Case("a user id is taken once") { store, keys in
            try await store.apply([.insertUser(keys.user())])
            var second = keys.user("second")
            second.id = keys.id()
            try await requireConflict(store, [.insertUser(second)], "a second user of one id")
            try requireEqual(try await store.findUser(id: keys.id()), keys.user(), "the first user")
        },
        Case("an update changes every field of its user and no other user") { store, keys in
            try await store.apply([.insertUser(keys.user("a")), .insertUser(keys.user("b"))])
            var changed = keys.user("changed")
            changed.id = keys.id("a")
            changed.emailVerified = Timestamp(milliseconds: 7)
            try await store.apply([.updateUser(changed)])
            try requireEqual(try await store.findUser(id: keys.id("a")), changed, "the changed user")
            try requireEqual(try await store.findUser(id: keys.id("b")), keys.user("b"), "the other user")
        },
        Case("an update can take values away") { store, keys in
            try await store.apply([.insertUser(keys.user()), .updateUser(User(id: keys.id()))])
            try requireEqual(try await store.findUser(id: keys.id()), User(id: keys.id()), "the emptied user")
            try require(try await store.findUser(email: keys.email()) == nil, "the old e-mail still finds the user")
        },
        Case("a new profile changes name and picture and nothing else") { store, keys in
            try await store.apply([.insertUser(keys.user("a")), .insertUser(keys.user("b"))])
            var changed = keys.user("a")
            changed.name = "another"
            changed.image = nil
            let change = ProfileChange(name: .set("another"), image: .set(nil))
            try await store.apply([.updateProfile(userId: keys.id("a"), change)])
            try requireEqual(try await store.findUser(id: keys.id("a")), changed, "the changed user")
            try requireEqual(try await store.findUser(id: keys.id("b")), keys.user("b"), "the other user")
        },
        Case("of a profile only what is named changes") { store, keys in
            try await store.apply([.insertUser(keys.user())])
            var expected = keys.user()
            expected.image = "https://example.com/new.png"
            try await store.apply([.updateProfile(userId: keys.id(), ProfileChange(image: .set(expected.image)))])
            try requireEqual(try await store.findUser(id: keys.id()), expected, "the user with a new picture")
            try await store.apply([.updateProfile(userId: keys.id(), ProfileChange())])
            try requireEqual(try await store.findUser(id: keys.id()), expected, "the user of whom nothing changed")
        },
        Case("claims come back as they were, and go") { store, keys in
            var user = keys.user()
            user.claims = Claims([
                "plan": "pro", "seats": 9_007_199_254_740_993, "share": 0.1, "flags": [true, false, .null, "ж\n\""],
                "nested": ["a": ["b": []]],
            ])
            try await roundTrip(user, in: store)
            let more = Claims(["plan": "free"])
            let change = ProfileChange(claims: .init(from: user.claims, to: more))
            try await store.apply([.updateProfile(userId: user.id, change)])
            try requireEqual(try await store.findUser(id: user.id)?.claims, more, "the new claims")
            let last = ProfileChange(claims: .init(from: more, to: Claims()))
            try await store.apply([.updateProfile(userId: user.id, last)])
            try requireEqual(try await store.findUser(id: user.id)?.claims, Claims(), "the claims that were taken away")
        },
        Case("claims that were changed meanwhile are not written over") { store, keys in
            var user = keys.user()
            user.claims = Claims(["plan": "pro"])
            try await store.apply([.insertUser(user)])
            let late = ProfileChange(name: .set("late"), claims: .init(from: Claims(), to: Claims(["plan": "free"])))
            try await requireConflict(store, [.updateProfile(userId: user.id, late)], "claims made of older ones")
            try requireEqual(try await store.findUser(id: user.id), user, "the user")
        },
        Case("an update of nobody is a conflict") { store, keys in
            try await requireConflict(
                store, [.updateProfile(userId: keys.id(), ProfileChange(name: .set("a")))], "a profile of nobody")
            try await requireConflict(store, [.updateUser(keys.user())], "an update of a user who is not there")
            try require(try await store.findUser(id: keys.id()) == nil, "an update made a user")
        },
        Case("a deleted user is gone with accounts and sessions, and no other user's") { store, keys in
            for name in ["a", "b"] {
                try await store.apply([
                    .insertUser(keys.user(name)), .insertAccount(keys.account(name, user: name)),
                    .insertSession(keys.stored(name, user: name)),
                ])
            }
            try await store.apply([.deleteUser(id: keys.id("a"))])
            try await requireGone("a", store, keys)
            try requireEqual(try await store.findUser(id: keys.id("b")), keys.user("b"), "the other user")
            try requireEqual(try await store.listAccounts(userId: keys.id("b")).count, 1, "the other user's accounts")
            try requireEqual(try await store.listSessions(userId: keys.id("b")).count, 1, "the other user's sessions")
        },
        Case("deleting nobody does nothing") { store, keys in
            try await store.apply([.insertUser(keys.user()), .deleteUser(id: keys.id("other"))])
            try requireEqual(try await store.findUser(id: keys.id()), keys.user(), "the user")
        },
        Case("a deleted user's id and e-mail are free again, without what was theirs") { store, keys in
            try await store.apply([.insertUser(keys.user()), .insertSession(keys.stored())])
            try await store.apply([.deleteUser(id: keys.id())])
            try await store.apply([.insertUser(keys.user())])
            try require(try await store.findSession(key: keys.session()) == nil, "an old session found the new user")
        },
    ]

    private static func roundTrip(_ user: User, in store: any AuthStore) async throws {
        try await store.apply([.insertUser(user)])
        let found = try await store.findUser(id: user.id)
        try requireEqual(found, user, "the stored user")
        try requireSameBytes(found?.name, user.name, "name")
        try requireSameBytes(found?.image, user.image, "image")
    }

    private static func requireGone(_ name: String, _ store: any AuthStore, _ keys: Keys) async throws {
        let id = keys.id(name)
        let account = keys.account(name, user: name)
        let byAccount = try await store.findUser(
            provider: account.provider, providerAccountId: account.providerAccountId)
        let kept = try await store.findAccount(
            provider: account.provider, providerAccountId: account.providerAccountId)
        try require(try await store.findUser(id: id) == nil, "the user is still there")
        try require(byAccount == nil && kept == nil, "the account is still there")
        try require(try await store.findSession(key: keys.session(name)) == nil, "the session is still there")
        try require(try await store.listAccounts(userId: id).isEmpty, "accounts are still listed")
        try require(try await store.listSessions(userId: id).isEmpty, "sessions are still listed")
    }
}
