import Moongate

extension StoreConformance {
    static let sessionCases: [Case] = [
        Case("a session is found with its user, exactly as stored") { store, keys in
            try await store.apply([
                .insertUser(keys.user("a")), .insertUser(keys.user("b")), .insertSession(keys.stored("a", user: "a")),
                .insertSession(keys.stored("b", user: "b", expires: 1_769_817_600_123)),
            ])
            let found = try await store.findSession(key: keys.session("b"))
            let wanted = keys.stored("b", user: "b", expires: 1_769_817_600_123)
            try requireEqual(found?.session, wanted, "the session")
            try requireEqual(found?.user, keys.user("b"), "the session's user")
        },
        Case("an unknown or near session key finds nothing") { store, keys in
            try await store.apply([.insertUser(keys.user()), .insertSession(keys.stored())])
            let key = keys.session().stored
            for near in ["", key.uppercased(), key + " ", key + "\u{0}", String(key.dropLast()), "%", "_"] {
                let found = try await store.findSession(key: SessionKey(stored: near))
                try require(found == nil, "a near key found the session")
            }
        },
        Case("an expired session is found: the caller's clock decides") { store, keys in
            let expired = keys.stored("a", expires: 1)
            try await store.apply([.insertUser(keys.user()), .insertSession(expired)])
            try requireEqual(try await store.findSession(key: keys.session())?.session, expired, "the expired session")
        },
        Case("a session key is taken once, by whichever user") { store, keys in
            try await store.apply([
                .insertUser(keys.user("a")), .insertUser(keys.user("b")), .insertSession(keys.stored()),
            ])
            try await requireConflict(
                store, [.insertSession(keys.stored("a", user: "b"))], "a second session of one key")
            try requireEqual(try await store.findSession(key: keys.session())?.user.id, keys.id("a"), "its user")
        },
        Case("a session of nobody is a conflict") { store, keys in
            try await requireConflict(store, [.insertSession(keys.stored())], "a session without a user")
            try require(try await store.findSession(key: keys.session()) == nil, "a session without a user is there")
        },
        Case("an update moves the expiry of one session, to the millisecond") { store, keys in
            try await store.apply([
                .insertUser(keys.user()), .insertSession(keys.stored("a")), .insertSession(keys.stored("b")),
            ])
            let moment = Timestamp(milliseconds: 1_772_000_000_007)
            try await store.apply([.updateSession(key: keys.session("a"), expires: moment)])
            let changed = try await store.findSession(key: keys.session("a"))?.session.expires
            try requireEqual(changed, moment, "the new expiry")
            let other = try await store.findSession(key: keys.session("b"))?.session
            try requireEqual(other, keys.stored("b"), "the other session")
        },
        Case("an update to the same expiry is no conflict") { store, keys in
            try await store.apply([.insertUser(keys.user()), .insertSession(keys.stored())])
            try await store.apply([.updateSession(key: keys.session(), expires: keys.stored().expires)])
            try requireEqual(try await store.findSession(key: keys.session())?.session, keys.stored(), "the session")
        },
        Case("an update of no session is a conflict") { store, keys in
            let change = StoreChange.updateSession(key: keys.session(), expires: Timestamp(seconds: 1))
            try await requireConflict(store, [change], "an update of no session")
        },
        Case("a deleted session is gone, and only that one") { store, keys in
            try await store.apply([
                .insertUser(keys.user()), .insertSession(keys.stored("a")), .insertSession(keys.stored("b")),
            ])
            try await store.apply([.deleteSession(key: keys.session("a")), .deleteSession(key: keys.session("none"))])
            try require(try await store.findSession(key: keys.session("a")) == nil, "the deleted session is there")
            try requireEqual(try await store.findSession(key: keys.session("b"))?.session, keys.stored("b"), "other")
        },
        Case("a user's sessions are listed, soonest expiry first, expired ones too") { store, keys in
            try await store.apply([.insertUser(keys.user("a")), .insertUser(keys.user("b"))])
            let sessions = [("c", 30), ("a", -5), ("b", 20)].map { keys.stored($0.0, expires: Int64($0.1)) }
            try await store.apply(sessions.map(StoreChange.insertSession))
            try await store.apply([.insertSession(keys.stored("other", user: "b"))])
            let listed = try await store.listSessions(userId: keys.id("a"))
            try requireEqual(listed.map(\.expires.milliseconds), [-5, 20, 30], "the order")
            try requireEqual(Set(listed), Set(sessions), "the sessions")
            try require(try await store.listSessions(userId: keys.id("c")).isEmpty, "an unknown user has sessions")
        },
        Case("expired sessions are deleted up to the moment, and not one at it") { store, keys in
            let now = ancient + 100
            let all = [("old", now - 1), ("at", now), ("new", now + 1)].map { keys.stored($0.0, expires: $0.1) }
            try await store.apply([.insertUser(keys.user())] + all.map(StoreChange.insertSession))
            let count = try await store.deleteExpiredSessions(before: Timestamp(milliseconds: now), limit: 100)
            try requireEqual(count, 1, "the number of deleted sessions")
            let left = try await store.listSessions(userId: keys.id())
            try requireEqual(left, [all[1], all[2]], "what is left")
            try await store.apply([.deleteUser(id: keys.id())])
        },
        Case("no more expired sessions are deleted than the limit, and none for a limit of zero") { store, keys in
            let now = Timestamp(milliseconds: ancient + 100)
            let all = (0..<5).map { keys.stored("\($0)", expires: ancient + Int64($0)) }
            try await store.apply([.insertUser(keys.user())] + all.map(StoreChange.insertSession))
            for (limit, deleted) in [(0, 0), (2, 2), (2, 2), (2, 1), (2, 0)] {
                let count = try await store.deleteExpiredSessions(before: now, limit: limit)
                try requireEqual(count, deleted, "the number deleted with limit \(limit)")
            }
            try require(try await store.listSessions(userId: keys.id()).isEmpty, "expired sessions are left")
        },
    ]

    /// A day in 1969: before the expiry of any session that another case stores.
    static var ancient: Int64 { -10_000_000 }
}
