import LuaHost
import Moongate
import MoongateTokens
import Synchronization
import Testing

import func Glibc.usleep

@testable import MoongateLua

@Suite(.timeLimit(.minutes(2))) struct PasswordFunctionTests {
    @Test func hashIsVerified() async throws {
        let body = """
            local hash = password.hash('correct horse')
            return { hash = hash, right = password.verify('correct horse', hash), wrong = password.verify('x', hash) }
            """
        let answer = try await (try HostBench(body)).run()
        #expect(answer?["hash"]?.stringValue?.hasPrefix("$scrypt$ln=15,r=8,p=3$") == true)
        #expect(answer?["right"] == true)
        #expect(answer?["wrong"] == false)
    }

    @Test func twoHashesOfOnePasswordDiffer() async throws {
        let answer = try await asked("password.hash('a') == password.hash('a')")
        #expect(answer.value == false)
    }

    @Test func costIsChosen() async throws {
        let answer = try await asked("password.hash('a', { cost = 16 })")
        #expect(answer.value?.stringValue?.hasPrefix("$scrypt$ln=16,r=8,p=2$") == true)
    }

    @Test func nobodysHashTakesTheWorkAndIsNoMatch() async throws {
        #expect(try await asked("password.verify('a', nil)").value == false)
        #expect(try await asked("password.verify('a')").value == false)
    }

    @Test(arguments: ["plain", "", "$scrypt$ln=30,r=8,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg"])
    func storedTextThatIsNoHashIsAFailureAndNoMatch(stored: String) async throws {
        let answer = try await asked("password.verify('a', '\(stored)')")
        #expect(answer.value == nil)
        #expect(answer.why?.hasPrefix("password.hash: ") == true)
    }

    @Test func passwordHasALimit() async throws {
        let longest = try await asked("password.verify(('a'):rep(1024))")
        #expect(longest.value == false)
        let longer = try await asked("password.hash(('a'):rep(1025))")
        #expect(longer.why == "password.length: a password has 1 to 1024 bytes, this one has 1025")
        #expect(try await asked("password.hash('')").why?.hasPrefix("password.length") == true)
    }

    @Test(arguments: [
        "password.hash()", "password.hash(1)", "password.hash('a', { cost = 14 })", "password.hash('a', { cost = 18 })",
        "password.verify('a', 1)", "password.hash('a', { rounds = 1 })",
    ])
    func misuseIsAnError(call: String) async throws {
        #expect(try await raised(call) != nil)
    }

    @Test func fullQueueIsAnExpectedFailure() async throws {
        let answer = try await asked("password.hash('a')") { $0.passwords = PasswordWorkers(threads: 1, queue: 0) }
        #expect(answer.value != nil)
        let busy = PasswordWorkers(threads: 1, queue: 0)
        let (started, signal) = AsyncStream<Void>.makeStream()
        let latch = Latch()
        async let blocker: Bool? = busy.run(for: "scripts") {
            signal.yield()
            latch.wait()
            return true
        }
        for await _ in started { break }
        let refused = try await asked("password.hash('a')") { $0.passwords = busy }
        #expect(refused.why == "overloaded: too many passwords are being hashed")
        latch.open()
        #expect(await blocker == true)
    }
}

@Suite(.timeLimit(.minutes(1))) struct PasswordWorkersTests {
    @Test func noMoreWorkAtOnceThanThreads() async {
        let workers = PasswordWorkers(threads: 2, queue: 100)
        let crowd = Crowd()
        await withTaskGroup(of: Bool?.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    await workers.run(for: "scripts") {
                        crowd.enter()
                        for _ in 0..<1_000 { _ = SHA256.hash("x") }
                        crowd.leave()
                        return true
                    }
                }
            }
            for await done in group { #expect(done == true) }
        }
        #expect((1...2).contains(crowd.most))
    }

    @Test func cancelledWorkThatHasNotBegunIsNotDone() async {
        let workers = PasswordWorkers(threads: 1, queue: 10)
        let (started, signal) = AsyncStream<Void>.makeStream()
        let latch = Latch()
        let done = Mutex(false)
        async let blocker: Bool? = workers.run(for: "scripts") {
            signal.yield()
            latch.wait()
            return true
        }
        for await _ in started { break }
        let waiting = Task {
            await workers.run(for: "scripts") {
                done.withLock { $0 = true }
                return 1
            }
        }
        waiting.cancel()
        #expect(await waiting.value == nil)
        latch.open()
        #expect(await blocker == true)
        #expect(done.withLock { $0 } == false)
    }

    @Test func oneOwnerHasHalfOfThePlacesToWaitIn() async {
        let workers = PasswordWorkers(threads: 1, queue: 4)
        let latch = Latch()
        async let blocker: Bool? = workers.run(for: "greedy") {
            latch.wait()
            return true
        }
        while workers.underWay == 0 { await Task.yield() }
        async let first = workers.run(for: "greedy") { 1 }
        async let second = workers.run(for: "greedy") { 2 }
        while workers.waiting < 2 { await Task.yield() }
        #expect(await workers.run(for: "greedy") { 3 } == nil)
        async let other = workers.run(for: "scripts") { 4 }
        while workers.waiting < 3 { await Task.yield() }
        latch.open()
        #expect(await (blocker, first, second, other) == (true, 1, 2, 4))
    }

    @Test func theNextToBeginIsOfTheOwnerWithTheFewestUnderWay() async {
        let workers = PasswordWorkers(threads: 2, queue: 8)
        let (long, short) = (Latch(), Latch())
        let order = Order()
        async let blocker: Void? = workers.run(for: "greedy") { long.wait() }
        while workers.underWay < 1 { await Task.yield() }
        async let ending: Void? = workers.run(for: "greedy") { short.wait() }
        while workers.underWay < 2 { await Task.yield() }
        async let earlier: Void? = workers.run(for: "greedy") { order.note("greedy") }
        while workers.waiting < 1 { await Task.yield() }
        async let later: Void? = workers.run(for: "scripts") { order.note("scripts") }
        while workers.waiting < 2 { await Task.yield() }
        short.open()
        _ = await (ending, earlier, later)
        #expect(order.names == ["scripts", "greedy"])
        long.open()
        _ = await blocker
    }
}

/// How many are inside, and were at most.
private final class Crowd: Sendable {
    private let counts = Mutex((now: 0, most: 0))
    var most: Int { counts.withLock { $0.most } }
    func enter() {
        counts.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
    }
    func leave() { counts.withLock { $0.now -= 1 } }
}

/// Holds a thread until it is opened.
private final class Latch: Sendable {
    private let isOpen = Atomic<Bool>(false)
    func open() { isOpen.store(true, ordering: .releasing) }
    func wait() { while !isOpen.load(ordering: .acquiring) { usleep(200) } }
}

/// Names in the order in which they were noted.
private final class Order: Sendable {
    private let noted = Mutex<[String]>([])

    var names: [String] { noted.withLock { $0 } }

    func note(_ name: String) { noted.withLock { $0.append(name) } }
}
