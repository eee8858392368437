import LuaHost
import MoongateTokens
import Synchronization

/// The right to make one cached value, and the duty to say what became of it. Whoever lets it go without a word (the
/// call broke a limit, its client went away) passes the right on to a call that waits.
final class CacheTicket: FillTicket {
    private let cache: ScriptCache
    private let request: CacheRequest
    let number: UInt64
    private let finished = Atomic(false)

    init(_ cache: ScriptCache, _ request: CacheRequest, number: UInt64) {
        self.cache = cache
        self.request = request
        self.number = number
    }

    deinit {
        if !finished.load(ordering: .acquiring) { cache.passOn(request, ticket: number) }
    }

    func finish(_ outcome: FillOutcome) -> HostAnswer {
        guard !finished.exchange(true, ordering: .acquiringAndReleasing) else { return .failure("") }
        switch outcome {
        case .value(let document):
            cache.keep(document, request, ticket: number)
            return .value(document)
        case .failure(let reason):
            let text = (try? JSONValue(parsing: reason))?.stringValue
            return answer(cache.fail(request, ticket: number, reason: text ?? "could not be made"))
        case .error:
            return answer(cache.fail(request, ticket: number, reason: nil))
        case .unfit:
            cache.passOn(request, ticket: number)
            return .failure("")
        }
    }

    /// Without a value that may stand in, the script has what its function gave.
    private func answer(_ stale: [UInt8]?) -> HostAnswer { stale.map(HostAnswer.value) ?? .failure("") }
}
