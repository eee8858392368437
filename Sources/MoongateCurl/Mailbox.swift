import CCurl
import Moongate
import Synchronization

/// One request on its way to the loop, with the flag that cancels it.
final class Job: Sendable {
    let request: FetchRequest
    let target: FetchTarget
    let deadline: ContinuousClock.Instant
    private let cancelled = Atomic<Bool>(false)

    init(request: FetchRequest, target: FetchTarget) {
        self.request = request
        self.target = target
        // Held within an hour, so that no caller's duration can overflow the clock.
        deadline = .now + min(max(request.timeout, .milliseconds(1)), .seconds(3_600))
    }

    /// Set before the loop is told, so that a job which is cancelled before it starts is never started.
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    func cancel() { cancelled.store(true, ordering: .releasing) }
}

/// Where requests are left for the loop's thread.
final class Mailbox: Sendable {
    typealias Continuation = CheckedContinuation<FetchResponse, any Error>

    enum Letter: Sendable {
        case start(Job, Continuation)
        case cancel(Job)
        case stop
    }

    /// `@unchecked`: only the loop's thread works with the handle; the one call from other threads is
    /// `curl_multi_wakeup`, which libcurl allows from any thread, and the mailbox's lock keeps it before the cleanup.
    struct Multi: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    private struct State {
        var letters: [Letter] = []
        var isClosed = false
    }

    let multi: Multi
    private let state = Mutex(State())

    init(multi: UnsafeMutableRawPointer) { self.multi = Multi(pointer: multi) }

    /// Leaves a letter and wakes the loop; `false` when the loop has ended and nobody will read it.
    @discardableResult
    func post(_ letter: Letter) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.letters.append(letter)
            curl_multi_wakeup(multi.pointer)
            return true
        }
    }

    /// Everything that has come since the last call.
    func take() -> [Letter] {
        state.withLock { state in
            let letters = state.letters
            state.letters.removeAll(keepingCapacity: true)
            return letters
        }
    }

    /// Takes the last letters and no more after them.
    @discardableResult
    func close() -> [Letter] {
        state.withLock { state in
            state.isClosed = true
            let letters = state.letters
            state.letters = []
            return letters
        }
    }
}
