import LuaHost
import Moongate
import Testing

@testable import MoongateLua

/// Many calls on few keys, with every outcome there is, in whatever order the machine finds.
@Suite(.timeLimit(.minutes(1))) struct CacheStormTests {
    private let cache = ScriptCache(entries: 4)
    private let clock = MovingClock()

    private func request(_ name: Int, stale: Int64 = 0) -> CacheRequest {
        let key = CacheKey(owner: "scripts", code: "1", subject: nil, name: "\(name)")
        return CacheRequest(key: key, ttl: 1, staleIfError: stale, clock: clock)
    }

    /// One call, which may ask for a second value while it makes the first.
    private func run(_ name: Int, call: UInt64, luck: Int, depth: Int = 0) async -> Bool {
        let request = request(name, stale: Int64(luck % 2))
        var answer = cache.attempt(request, call: call)
        while case .wait = answer { answer = await cache.wait(request, call: call) }
        switch answer {
        case .answer(.value(let document)): return String(decoding: document, as: UTF8.self) == "\(name)"
        case .answer: return true
        case .wait: return false
        case .fill(let ticket):
            await Task.yield()
            if luck % 3 == 0, depth < 3 {
                _ = await run((name + 1 + luck) % 6, call: call, luck: luck / 3, depth: depth + 1)
            }
            switch luck % 5 {
            case 0: return true  // lets the ticket go
            case 1: _ = ticket.finish(.failure(Array("\"down\"".utf8)))
            case 2: _ = ticket.finish(.error)
            default: _ = ticket.finish(.value(Array("\(name)".utf8)))
            }
            return true
        }
    }

    @Test func everyCallEndsAndNothingIsLeftInTheAir() async {
        let right = await withTaskGroup(of: Bool.self) { group in
            for call in 1...2_000 {
                group.addTask {
                    let task = Task { await run(call % 6, call: UInt64(call), luck: call * 7 % 31) }
                    if call % 11 == 0 { task.cancel() }
                    if call % 50 == 0 { clock.advance(1) }
                    return await task.value
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(right)
        #expect(cache.waiting == 0)
        for name in 0..<6 {
            switch cache.attempt(request(name), call: 10_000) {
            case .wait: Issue.record("a value is still being made")
            case .answer, .fill: break
            }
        }
        #expect(cache.usage(of: "scripts").entries <= 4)
    }
}
