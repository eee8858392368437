import Foundation
import LuaHost
import Testing

@Suite struct AttackTests {
    static let all =
        Attack.escapes + Attack.hungry + Attack.data + Attack.metatables + Attack.text + Attack.control + Attack.results
        + Attack.output + Attack.tables + Attack.lengths + Attack.breaches

    /// What attacks may call and read. `wait` answers at once, on another turn.
    static func pool(_ texts: [String], limits: LuaLimits) throws -> LuaPool {
        let functions: [HostFunction] = [
            .immediate("note") { .value($0) }, .waiting("wait") { .value($0) },
            .immediate("secret") { .handle(kind: "secret", payload: $0) },
        ]
        let libraries = [
            "lib": "return { name = 'lib' }", "loop": "return require('loop')", "endless": "while true do end",
        ].map { ($0.key, LuaSource(name: "scripts/lib/\($0.key).lua", $0.value)) }
        let program = try LuaProgram(
            entries: texts.enumerated().map { LuaSource(name: "attack\($0.offset).lua", $0.element) }
                + [LuaSource(name: "honest.lua", honest)],
            libraries: Dictionary(uniqueKeysWithValues: libraries),
            constants: ["config": Array(#"{"url":"x","list":[1,2],"key":{"@secret":"X"}}"#.utf8)],
            functions: functions, limits: limits)
        return LuaPool(program: program)
    }

    /// What must end by itself has the usual steps; what must be stopped is stopped sooner, so that the suite is quick.
    static func limits(for attack: Attack) -> LuaLimits {
        var limits = Running.generous
        if case .fails = attack.ending { limits.steps = 100_000 }
        return limits
    }

    static let honest = """
        local lib = require('lib')
        table.sort({ 2, 1 })
        return string.format('%d', 42) .. ('x'):upper() .. lib.name .. tostring(lib.extra) .. config.url
        """
    static let answer = "\"42Xlibnilx\""

    static func end(_ lease: LuaLease, _ entry: Int) async -> Result<String, LuaFailure> {
        do {
            return .success(try await lease.call(LuaCall(entry: entry, mode: .chunk)).text)
        } catch let failure as LuaFailure {
            return .failure(failure)
        } catch {
            return .failure(LuaFailure(code: "?", message: "\(error)"))
        }
    }

    static func judge(_ attack: Attack, _ outcome: Result<String, LuaFailure>) {
        switch (attack.ending, outcome) {
        case (.safe, .success(let text)): #expect(text == "\"safe\"", "\(attack.name)")
        case (.fails(let code), .failure(let failure)):
            #expect(failure.code.hasPrefix(code), "\(attack.name): \(failure)")
            #expect(!failure.message.contains("0x") && failure.message.utf8.count < 512, "\(attack.name)")
        case (.fails, .success(let text)): Issue.record("\(attack.name) returned \(text.prefix(80))")
        case (.safe, .failure(let failure)): Issue.record("\(attack.name): \(failure)")
        case (.either, _): break
        }
    }

    /// Each ends as it should, and an honest call on the same pool, and on the same state where it is used again, is
    /// none the wiser.
    @Test(arguments: all)
    func anAttackEndsAsItShould(_ attack: Attack) async throws {
        let pool = try Self.pool([attack.text], limits: Self.limits(for: attack))
        let lease = try pool.lease()
        Self.judge(attack, await Self.end(lease, 0))
        lease.end()
        #expect(await Self.end(try pool.lease(), 1) == .success(Self.answer))
    }

    /// On one thread and in one piece: at most twice the CPU budget and 10 ms.
    @Test(arguments: all)
    func anAttackIsStoppedInTime(_ attack: Attack) async throws {
        var limits = LuaLimits()
        limits.slices.firstSteps = 0
        limits.slices.laterSteps = 0
        limits.steps = .max / 2
        limits.cpu = .milliseconds(10)
        limits.wall = .seconds(60)
        let most = Self.slowdown * (2 * 10_000_000 + 10_000_000)
        // A processor that is shared counts its stalls as the thread's: what lasts too long every time is the attack.
        var used = most + 1
        for _ in 1...3 where used > most {
            let lease = try Self.pool([attack.text], limits: limits).lease()
            let before = threadTime()
            _ = lease.start(LuaCall(entry: 0, mode: .chunk))
            used = min(used, threadTime() - before)
        }
        #expect(used <= most, "\(Double(used) / 1e6) ms")
    }

    /// A sanitizer looks at every copy and comparison that C makes, which the budgets know nothing of.
    private static let slowdown = ProcessInfo.processInfo.environment["MOONGATE_SANITIZED"] == nil ? 1 : 4

    /// All at once, as hooks, with honest calls between them.
    @Test func attacksAtOnceLeaveHonestCallsAlone() async throws {
        let attacks = Self.all
        var limits = LuaLimits()
        limits.wall = .seconds(60)
        let pool = try Self.pool(attacks.map(\.text), limits: limits)
        await withTaskGroup(of: Void.self) { group in
            for (index, attack) in attacks.enumerated() {
                group.addTask {
                    guard let lease = try? pool.lease() else { Issue.record("no state"); return }
                    if case .success = await Self.end(lease, index), case .fails = attack.ending {
                        Issue.record("\(attack.name) succeeded")
                    }
                }
                group.addTask {
                    guard let lease = try? pool.lease() else { Issue.record("no state"); return }
                    #expect(await Self.end(lease, attacks.count) == .success(Self.answer))
                }
            }
        }
        #expect(pool.usage.lent == 0)
    }

    private func threadTime() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
