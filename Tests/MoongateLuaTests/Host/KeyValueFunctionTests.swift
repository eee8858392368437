import Moongate
import Testing

@testable import MoongateLua

@Suite struct KeyValueFunctionTests {
    @Test func valueIsThereForTheNextCall() async throws {
        let bench = CacheBench()
        #expect(try await bench.call("return { kv.set('k', { a = { 1, 'x' } }) }") == "[true]")
        #expect(try await bench.call("return kv.get('k')") == #"{"a":[1,"x"]}"#)
        #expect(try await bench.call("return { kv.delete('k'), kv.delete('k') }") == "[true,false]")
        #expect(try await bench.call("return { kv.get('k') == nil, select('#', kv.get('k')) }") == "[true,1]")
    }

    @Test func countsGoUpAndDownAndExpire() async throws {
        let bench = CacheBench()
        let text = "return { kv.incr('n', nil, { ttl = 10 }), kv.incr('n', 5), kv.incr('n', -10) }"
        #expect(try await bench.call(text) == "[1,6,-4]")
        bench.clock.advance(10)
        #expect(try await bench.call("return { kv.incr('n') }") == "[1]")
    }

    @Test func valueExpires() async throws {
        let bench = CacheBench()
        _ = try await bench.call("return { kv.set('k', 1, { ttl = 10 }) }")
        bench.clock.advance(9)
        #expect(try await bench.call("return { kv.get('k') }") == "[1]")
        bench.clock.advance(1)
        #expect(try await bench.call("return { kv.get('k') == nil }") == "[true]")
    }

    @Test func ownersDoNotSeeEachOther() async throws {
        let values = InMemoryKeyValueStore()
        let site = CacheBench(values: values)
        let plugin = CacheBench(owner: "roles", values: values)
        _ = try await site.call("return { kv.set('k', 'mine') }")
        #expect(try await plugin.call("return { kv.get('k') == nil }") == "[true]")
        _ = try await plugin.call("return { kv.set('k', 'theirs'), kv.delete('k') }")
        #expect(try await site.call("return { kv.get('k') }") == #"["mine"]"#)
    }

    @Test func withoutThePermissionThereIsNoFunction() async throws {
        #expect(await CacheBench(needs: ScriptNeeds()).failure("return kv.get('k')")?.message.contains("kv") == true)
    }

    @Test(arguments: ["kv.get('k')", "kv.set('k', 1)", "kv.incr('k')", "kv.delete('k')"])
    func aStoreThatIsDownIsAFailureThatTheScriptCanSee(call: String) async throws {
        let bench = CacheBench(values: BrokenValues())
        let text = "local v, why = \(call) return { v == nil, why }"
        #expect(try await bench.call(text) == #"[true,"store.unavailable: the store cannot answer now"]"#)
    }

    @Test func aFullQuotaIsAFailureThatTheScriptCanSee() async throws {
        let values = InMemoryKeyValueStore()
        for index in 0..<10_000 {
            try await values.setValue(
                KeyValueKey(owner: "scripts", name: "\(index)"), [48], expires: nil, quota: KeyValueQuota(),
                now: Timestamp(seconds: 0))
        }
        let text =
            "local ok, why = kv.set('k', 1) return { ok == nil, why, kv.set('0', 2), kv.delete('1'), kv.set('k', 1) }"
        let result = try await CacheBench(values: values).call(text)
        #expect(
            result == #"[true,"store.quota: more than 10000 values, or 10485760 bytes, of one owner",true,true,true]"#)
    }

    @Test func countingOnTextIsAFailure() async throws {
        let text = "kv.set('k', 'x') local v, why = kv.incr('k') return { v == nil, why }"
        #expect(try await CacheBench().call(text) == #"[true,"store.type: the value is not an integer"]"#)
    }

    @Test(arguments: [
        "kv.get()", "kv.get('')", "kv.get(1)", "kv.get(('k'):rep(257))", "kv.get('k', 1)", "kv.set('k')",
        "kv.set('k', nil)", "kv.set('k', json.null)", "kv.set('k', ('x'):rep(16384))", "kv.set('k', 1, { ttl = 0 })",
        "kv.set('k', 1, { tll = 1 })", "kv.set('k', 1, { ttl = 315360001 })", "kv.set('k', tostring)",
        "kv.incr('k', 1.5)", "kv.incr('k', '1')", "kv.delete()", "kv.set('k', 1, { ttl = 1, owner = 'roles' })",
    ])
    func misuseIsAnError(call: String) async throws {
        #expect(await CacheBench().failure(call)?.code == "script.error")
    }

    @Test func keyAndValueAtTheirLimitsAreKept() async throws {
        let text = "return { kv.set(('k'):rep(256), ('x'):rep(16382)), #kv.get(('k'):rep(256)) }"
        #expect(try await CacheBench().call(text) == "[true,16382]")
    }
}

/// A store that cannot answer, and whose words are not for scripts.
private struct BrokenValues: KeyValueStore {
    private var down: StoreError { StoreError(.unavailable, "database /srv/secret.db is locked") }

    func findValue(_ key: KeyValueKey, now: Timestamp) async throws -> [UInt8]? { throw down }
    func setValue(
        _ key: KeyValueKey, _ value: [UInt8], expires: Timestamp?, quota: KeyValueQuota, now: Timestamp
    ) async throws { throw down }
    func incrementValue(
        _ key: KeyValueKey, by amount: Int64, expires: Timestamp?, quota: KeyValueQuota, now: Timestamp
    ) async throws -> Int64 { throw down }
    func deleteValue(_ key: KeyValueKey, now: Timestamp) async throws -> Bool { throw down }
    func deleteExpiredValues(now: Timestamp, limit: Int) async throws -> Int { throw down }
}
