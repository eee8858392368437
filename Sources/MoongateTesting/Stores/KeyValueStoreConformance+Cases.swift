import Moongate

extension KeyValueStoreConformance {
    private typealias Rule = StoreConformance

    static let valueCases: [Case] = [
        Case("a value comes back byte by byte") { values in
            for value in [#"{"a":[1,"é",null]}"#, "\"\"", "1.0", "false", #""\u0000""#] {
                try await values.set("k", value)
                try await values.requireGet("k", value)
            }
        },
        Case("a value that nobody wrote is absent") { values in try await values.requireGet("k", nil) },
        Case("the last write is what is there") { values in
            try await values.set("k", "1", expires: 10)
            try await values.set("k", "2")
            try await values.requireGet("k", "2", at: 11)
        },
        Case("keys are compared by their bytes") { values in
            let names = ["a", "A", "a ", "\u{e9}", "e\u{301}", "a%", "a\u{0}b"]
            for (index, name) in names.enumerated() { try await values.set(name, "\(index)") }
            for (index, name) in names.enumerated() { try await values.requireGet(name, "\(index)") }
        },
        Case("owners do not see each other") { values in
            let other = values.owner + "-other"
            try await values.set("k", "1")
            try await values.requireGet("k", nil, of: other)
            try await values.set("k", "2", of: other)
            try await values.requireGet("k", "1")
            _ = try await values.delete("k")
            try await values.requireGet("k", "2", of: other)
        },
        Case("owner and name do not run into each other") { values in
            try await values.set("bc", "1", of: values.owner + "a")
            try await values.requireGet("c", nil, of: values.owner + "ab")
        },
        Case("a value is there until the moment of its expiry") { values in
            try await values.set("k", "1", expires: 10)
            try await values.requireGet("k", "1", at: 9)
            try await values.requireGet("k", nil, at: 10)
        },
        Case("a value without an expiry stays") { values in
            try await values.set("k", "1")
            try await values.requireGet("k", "1", at: 1_000_000_000)
        },
        Case("deletion says whether there was something") { values in
            try await values.set("k", "1")
            try Rule.requireEqual(try await values.delete("k"), true, "the first deletion")
            try Rule.requireEqual(try await values.delete("k"), false, "the second deletion")
            try await values.requireGet("k", nil)
        },
        Case("an expired value is not there to be deleted") { values in
            try await values.set("k", "1", expires: 10)
            try Rule.requireEqual(try await values.delete("k", at: 10), false, "the deletion")
        },
        Case("a sweep takes what has expired, at most as many as asked, and nothing else") { values in
            for index in 0..<5 { try await values.set("old\(index)", "1", expires: -1_000_000_000 + Int64(index)) }
            try await values.set("new", "1", expires: 10)
            try await values.set("forever", "1")
            var total = 0
            for _ in 0..<3 {
                let count = try await values.deleteExpired(at: -999_999_990, limit: 2)
                try Rule.require(count <= 2, "a sweep took more than its limit")
                total += count
            }
            try Rule.require(total >= 5, "\(total) of 5 expired values were taken")
            try await values.requireGet("new", "1")
            try await values.requireGet("forever", "1")
            try Rule.requireEqual(try await values.deleteExpired(at: -999_999_990, limit: 0), 0, "a sweep of none")
        },
    ]

    static let integerCases: [Case] = [
        Case("counting begins at zero and goes both ways") { values in
            try Rule.requireEqual(try await values.increment("n"), 1, "the first sum")
            try Rule.requireEqual(try await values.increment("n", by: -5), -4, "the second sum")
            try await values.requireGet("n", "-4")
        },
        Case("counting goes on from a value that was set") { values in
            try await values.set("n", "40")
            try Rule.requireEqual(try await values.increment("n", by: 2), 42, "the sum")
        },
        Case("the first step decides when a count expires") { values in
            _ = try await values.increment("n", expires: 10)
            _ = try await values.increment("n", expires: 100, at: 9)
            try await values.requireGet("n", "2", at: 9)
            try await values.requireGet("n", nil, at: 10)
            try Rule.requireEqual(try await values.increment("n", expires: 20, at: 10), 1, "the sum after the expiry")
            try await values.requireGet("n", nil, at: 20)
        },
        Case("integers use all of 64 bits and no more") { values in
            try await values.set("n", "\(Int64.max - 1)")
            try Rule.requireEqual(try await values.increment("n"), Int64.max, "the largest sum")
            try await values.requireRefused(.type, "a sum beyond 64 bits") { _ = try await values.increment("n") }
            try await values.requireGet("n", "\(Int64.max)")
            try await values.set("n", "\(Int64.min)")
            try await values.requireRefused(.type, "a sum below 64 bits") {
                _ = try await values.increment("n", by: -1)
            }
        },
        Case("what is no integer is not counted") { values in
            for value in ["\"1\"", "1.5", "true", "{}", "[]"] {
                try await values.set("n", value)
                try await values.requireRefused(.type, "counting on \(value)") { _ = try await values.increment("n") }
                try await values.requireGet("n", value)
            }
        },
    ]

    static let quotaCases: [Case] = [
        Case("an owner holds as many values as its quota says") { values in
            let quota = KeyValueQuota(entries: 2, bytes: 1000)
            try await values.set("a", "1", quota: quota)
            try await values.set("b", "1", quota: quota)
            try await values.requireRefused(.quota, "a third value") { try await values.set("c", "1", quota: quota) }
            try await values.requireRefused(.quota, "a third count") {
                _ = try await values.increment("c", quota: quota)
            }
            try await values.requireGet("c", nil)
            try await values.set("b", "2", quota: quota)
            _ = try await values.delete("a")
            try await values.set("c", "1", quota: quota)
        },
        Case("an owner holds as many bytes of names and values as its quota says") { values in
            let quota = KeyValueQuota(entries: 10, bytes: 10)
            try await values.set("ab", "12345678", quota: quota)
            try await values.requireRefused(.quota, "an eleventh byte") { try await values.set("c", "", quota: quota) }
            try await values.requireRefused(.quota, "a longer value") {
                try await values.set("ab", "123456789", quota: quota)
            }
            try await values.requireGet("ab", "12345678")
            try await values.set("ab", "1234", quota: quota)
            try await values.set("é", "12", quota: quota)
            try await values.requireRefused(.quota, "an eleventh byte") { try await values.set("x", "", quota: quota) }
        },
        Case("expired values take up no quota") { values in
            let quota = KeyValueQuota(entries: 2, bytes: 100)
            try await values.set("a", "1", expires: 10, quota: quota)
            try await values.set("b", "1", expires: 20, quota: quota)
            try await values.set("c", "1", quota: quota, at: 10)
            try await values.requireRefused(.quota, "a third value") {
                try await values.set("d", "1", quota: quota, at: 10)
            }
            try await values.requireGet("b", "1", at: 10)
            try await values.requireGet("c", "1", at: 10)
        },
        Case("an expired value can be written over in a full quota") { values in
            let quota = KeyValueQuota(entries: 1, bytes: 100)
            try await values.set("a", "1", expires: 10, quota: quota)
            try Rule.requireEqual(
                try await values.increment("a", by: 7, expires: 20, quota: quota, at: 10), 7, "the count")
            try await values.set("a", "1", expires: 30, quota: quota, at: 20)
            try await values.requireGet("a", "1", at: 20)
        },
        Case("quotas are each owner's own") { values in
            let quota = KeyValueQuota(entries: 1, bytes: 100)
            try await values.set("a", "1", quota: quota)
            try await values.set("a", "1", quota: quota, of: values.owner + "-other")
        },
        Case("a sweep gives quota back") { values in
            let quota = KeyValueQuota(entries: 1, bytes: 5)
            try await values.set("a", "1234", expires: 10, quota: quota)
            _ = try await values.deleteExpired(at: 10)
            try await values.set("b", "1234", quota: quota, at: 10)
            try await values.requireRefused(.quota, "a second value") {
                try await values.set("c", "1", quota: quota, at: 10)
            }
        },
    ]

    static let raceCases: [Case] = [
        Case("of many steps at once none is lost, and no two give one sum") { values in
            let sums = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<StoreConformance.callers { group.addTask { try await values.increment("n") } }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            try Rule.requireEqual(sums, Set(1...Int64(StoreConformance.callers)), "the sums")
            try await values.requireGet("n", "\(StoreConformance.callers)")
        },
        Case("of many writers into a small quota as many succeed as there is room") { values in
            let quota = KeyValueQuota(entries: 10, bytes: 100_000)
            let won = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<StoreConformance.callers {
                    group.addTask {
                        try await !values.isRefused(.quota) { try await values.set("\(index)", "1", quota: quota) }
                    }
                }
                return try await group.reduce(into: 0) { if $1 { $0 += 1 } }
            }
            try Rule.requireEqual(won, 10, "the number of writers that succeeded")
        },
        Case("of many deletions at once exactly one found something") { values in
            try await values.set("k", "1")
            let found = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<StoreConformance.callers { group.addTask { try await values.delete("k") } }
                return try await group.reduce(into: 0) { if $1 { $0 += 1 } }
            }
            try Rule.requireEqual(found, 1, "the number of deletions that found something")
        },
    ]
}
