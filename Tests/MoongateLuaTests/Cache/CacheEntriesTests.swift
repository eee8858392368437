import Moongate
import Testing

@testable import MoongateLua

@Suite struct CacheEntriesTests {
    private let now = Timestamp(seconds: 1_000)

    private func request(_ name: String) -> CacheRequest {
        let key = CacheKey(owner: "scripts", code: "1", subject: "ada", name: name)
        return CacheRequest(key: key, ttl: 60, staleIfError: 0, clock: MovingClock())
    }

    private func insert(_ entries: inout CacheEntries, _ name: String, bytes: Int = 1) {
        entries.insert([UInt8](repeating: 48, count: bytes), for: request(name), now: now)
    }

    private func has(_ entries: inout CacheEntries, _ name: String) -> Bool {
        entries.find(request(name).key, now: now) != nil
    }

    @Test func theOneThatWasNotAskedForTheLongestGoes() {
        var entries = CacheEntries(.init(entries: 3))
        for name in ["a", "b", "c"] { insert(&entries, name) }
        #expect(has(&entries, "a"))
        insert(&entries, "d")
        #expect(!has(&entries, "b"))
        #expect(["a", "c", "d"].allSatisfy { has(&entries, $0) })
        #expect(entries.count == 3)
    }

    @Test func bytesAreBoundedAndGivenBack() {
        var entries = CacheEntries(.init(bytes: 3_000))
        for index in 0..<100 { insert(&entries, "\(index)", bytes: 500) }
        #expect(entries.bytes <= 3_000)
        #expect(entries.count == 3 || entries.count == 4)
        #expect(has(&entries, "99"))
        #expect(!has(&entries, "0"))
    }

    @Test func whatIsLargerThanTheRoomIsNotKeptAndPushesNothingOut() {
        var entries = CacheEntries(.init(bytes: 3_000))
        insert(&entries, "a")
        insert(&entries, "b", bytes: 4_000)
        #expect(has(&entries, "a"))
        #expect(!has(&entries, "b"))
    }

    @Test func writingOverCountsOnce() {
        var entries = CacheEntries(.init())
        insert(&entries, "a", bytes: 10)
        let before = entries.bytes
        insert(&entries, "a", bytes: 20)
        #expect(entries.bytes == before + 10)
        #expect(entries.count == 1)
    }

    @Test func whatHasExpiredIsTakenOutWhenItIsLookedFor() {
        var entries = CacheEntries(.init())
        insert(&entries, "a")
        #expect(entries.find(request("a").key, now: now.adding(seconds: 60)) == nil)
        #expect(entries.count == 0)
        #expect(entries.bytes == 0)
    }

    @Test func manyWritesAndReadsKeepTheOrderWhole() {
        var entries = CacheEntries(.init(entries: 7))
        var model: [String] = []
        var seed: UInt64 = 1
        for _ in 0..<5_000 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let name = "\(seed >> 33 % 20)"
            if seed >> 60 < 8 {
                insert(&entries, name)
                model.removeAll { $0 == name }
                model.append(name)
                if model.count > 7 { model.removeFirst() }
            } else {
                #expect(has(&entries, name) == model.contains(name))
                if let index = model.firstIndex(of: name) { model.append(model.remove(at: index)) }
            }
        }
        #expect(entries.count == model.count)
    }
}
