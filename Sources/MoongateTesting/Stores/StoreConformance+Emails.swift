import Moongate

extension StoreConformance {
    static let emailCases: [Case] = [
        Case("an e-mail finds its user, and an unknown one nobody") { store, keys in
            try await store.apply([.insertUser(keys.user("a")), .insertUser(keys.user("b"))])
            try requireEqual(try await store.findUser(email: keys.email("b")), keys.user("b"), "the user of an e-mail")
            try require(try await store.findUser(email: keys.email("c")) == nil, "an unknown e-mail found somebody")
        },
        Case("an e-mail is compared exactly: no case folding, no trimming, no patterns") { store, keys in
            try await store.apply([.insertUser(keys.user())])
            let email = keys.email()
            let near = [
                email.uppercased(), " " + email, email + " ", email + "\u{0}", "%", "%@example.com",
                email.replacingFirst("a", with: "_"), email.replacingFirst("a", with: "á"), "",
            ]
            for other in near {
                try require(try await store.findUser(email: other) == nil, "a near e-mail found the user")
            }
        },
        Case("e-mails that differ in case belong to different users") { store, keys in
            var upper = keys.user("upper")
            upper.email = keys.email().uppercased()
            try await store.apply([.insertUser(keys.user()), .insertUser(upper)])
            try requireEqual(try await store.findUser(email: keys.email())?.id, keys.id(), "the lower-case user")
        },
        Case("an e-mail is taken once") { store, keys in
            try await store.apply([.insertUser(keys.user())])
            var second = keys.user("second")
            second.email = keys.email()
            try await requireConflict(store, [.insertUser(second)], "a second user of one e-mail")
            try require(try await store.findUser(id: second.id) == nil, "the refused user is there")
        },
        Case("any number of users may have no e-mail") { store, keys in
            let users = ["a", "b", "c"].map { User(id: keys.id($0)) }
            try await store.apply(users.map(StoreChange.insertUser))
            for user in users { try requireEqual(try await store.findUser(id: user.id), user, "a user without e-mail") }
        },
        Case("an update cannot take another user's e-mail") { store, keys in
            try await store.apply([.insertUser(keys.user("a")), .insertUser(keys.user("b"))])
            var thief = keys.user("b")
            thief.email = keys.email("a")
            try await requireConflict(store, [.updateUser(thief)], "an update to another user's e-mail")
            try requireEqual(try await store.findUser(id: keys.id("b")), keys.user("b"), "the refused user")
        },
        Case("an update may keep its own e-mail") { store, keys in
            var user = keys.user()
            try await store.apply([.insertUser(user)])
            user.name = "renamed"
            try await store.apply([.updateUser(user)])
            try requireEqual(try await store.findUser(email: keys.email()), user, "the renamed user")
        },
        Case("an e-mail that was given up is free") { store, keys in
            var moved = keys.user("a")
            moved.email = keys.email("new")
            var next = keys.user("b")
            next.email = keys.email("a")
            try await store.apply([.insertUser(keys.user("a")), .updateUser(moved), .insertUser(next)])
            try requireEqual(try await store.findUser(email: keys.email("a"))?.id, next.id, "the e-mail's new user")
        },
    ]
}

extension String {
    fileprivate func replacingFirst(_ old: Character, with new: Character) -> String {
        guard let index = firstIndex(of: old) else { return self }
        return String(self[..<index]) + String(new) + String(self[self.index(after: index)...])
    }
}
