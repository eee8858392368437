import CCurl
import Moongate

/// The loop: takes letters, drives libcurl, answers. Lives and dies on its own thread.
final class CurlLoop {
    private let mailbox: Mailbox
    private let multi: UnsafeMutableRawPointer
    private let configuration: CurlFetcher.Configuration
    private let proxies: ProxyEnvironment
    private var running: [ObjectIdentifier: Transfer] = [:]
    private var lanes: [String: Int] = [:]
    private let lookups = NameLookups()
    private var waiting: [(job: Job, continuation: Mailbox.Continuation)] = []
    private var spares: [UnsafeMutableRawPointer] = []

    init(mailbox: Mailbox, configuration: CurlFetcher.Configuration, proxies: ProxyEnvironment) {
        self.mailbox = mailbox
        self.configuration = configuration
        self.proxies = proxies
        multi = mailbox.multi.pointer
        let kept = min(max(configuration.maximumConcurrent / 4, 64), 256)
        moongate_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, kept)
    }

    /// Returns after a `stop`, with every request answered and everything of libcurl's given back.
    func run() {
        while read(mailbox.take()) {
            startWaiting()
            var active: Int32 = 0
            curl_multi_perform(multi, &active)
            collect()
            startWaiting()
            // Those who wait have deadlines that libcurl does not know of.
            curl_multi_poll(multi, nil, 0, waiting.isEmpty ? 60_000 : 50, nil)
        }
        end()
    }

    /// `false` when told to stop; the letters after that are answered too.
    private func read(_ letters: [Mailbox.Letter]) -> Bool {
        var goesOn = true
        for letter in letters {
            switch letter {
            case .start(let job, let continuation): waiting.append((job, continuation))
            case .cancel(let job): cancel(job)
            case .stop: goesOn = false
            }
        }
        return goesOn
    }

    private func startWaiting() {
        guard !waiting.isEmpty else { return }
        let now = ContinuousClock.now
        var rest: [(job: Job, continuation: Mailbox.Continuation)] = []
        for entry in waiting {
            if entry.job.isCancelled {
                entry.continuation.resume(throwing: FetchError(.cancelled, entry.job.target.origin))
            } else if entry.job.deadline <= now {
                entry.continuation.resume(throwing: FetchError(.timeout, entry.job.target.origin))
            } else if !hasRoom(for: entry.job, now) {
                rest.append(entry)
            } else {
                start(entry.job, entry.continuation, now)
            }
        }
        waiting = rest
    }

    private func hasRoom(for job: Job, _ now: ContinuousClock.Instant) -> Bool {
        let places = max(configuration.maximumConcurrent, 1)
        guard running.count < places, lookups.admits(job.target, at: now) else { return false }
        guard let lane = job.request.lane else { return true }
        return lanes[lane, default: 0] < max(places / 2, 1)
    }

    private func watchLookup(of transfer: Transfer, _ now: ContinuousClock.Instant) {
        let target = transfer.job.target
        guard lookups.begin(target, at: now) else { return }
        transfer.onAddress = { [lookups] found in
            if found { lookups.found(target, at: .now) } else { lookups.gaveUp(target) }
        }
    }

    private func leave(_ job: Job) {
        guard let lane = job.request.lane, let count = lanes[lane] else { return }
        lanes[lane] = count > 1 ? count - 1 : nil
    }

    private func start(_ job: Job, _ continuation: Mailbox.Continuation, _ now: ContinuousClock.Instant) {
        guard let easy = spares.popLast() ?? curl_easy_init() else {
            return continuation.resume(throwing: FetchError(.unreachable, "no memory for a request"))
        }
        let transfer = Transfer(
            easy: easy, job: job, continuation: continuation, proxy: proxies.proxy(for: job.target))
        guard transfer.prepare(configuration, remaining: job.deadline - now),
            curl_multi_add_handle(multi, easy) == CURLM_OK
        else {
            giveBack(easy)
            return transfer.fail(FetchError(.unreachable, "the request cannot be prepared"))
        }
        running[ObjectIdentifier(job)] = transfer
        watchLookup(of: transfer, now)
        if let lane = job.request.lane { lanes[lane, default: 0] += 1 }
    }

    private func collect() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let result = moongate_curl_message_result(message)
            guard let transfer = Transfer.of(easy) else { continue }
            running[ObjectIdentifier(transfer.job)] = nil
            leave(transfer.job)
            transfer.finish(result)
            curl_multi_remove_handle(multi, easy)
            giveBack(easy)
        }
    }

    private func cancel(_ job: Job) {
        guard let transfer = running.removeValue(forKey: ObjectIdentifier(job)) else { return }
        curl_multi_remove_handle(multi, transfer.easy)
        leave(job)
        giveBack(transfer.easy)
        transfer.fail(FetchError(.cancelled, job.target.origin))
    }

    private func giveBack(_ easy: UnsafeMutableRawPointer) {
        guard spares.count < 32 else { return curl_easy_cleanup(easy) }
        curl_easy_reset(easy)
        spares.append(easy)
    }

    private func end() {
        _ = read(mailbox.close())
        for (_, transfer) in running {
            curl_multi_remove_handle(multi, transfer.easy)
            curl_easy_cleanup(transfer.easy)
            transfer.fail(FetchError(.shutdown, "the fetcher is shut down"))
        }
        for entry in waiting {
            entry.continuation.resume(throwing: FetchError(.shutdown, "the fetcher is shut down"))
        }
        running = [:]
        lanes = [:]
        waiting = []
        for easy in spares { curl_easy_cleanup(easy) }
        spares = []
        curl_multi_cleanup(multi)
    }
}
