import HTTPTypes
import Moongate

/// One request of a script, with the redirects that it asks to be followed.
struct HTTPExchange: Sendable {
    let gate: HTTPGate
    let fetcher: any HTTPFetcher
    /// The owner, whose requests share places.
    let lane: String

    /// The last answer. The timeout holds for all hops together.
    func run(_ call: HTTPCall) async throws(FetchError) -> FetchResponse {
        let deadline = ContinuousClock.now + call.timeout
        var call = call
        var destination = try gate.admit(call.url)
        var left = call.redirects
        while true {
            let answer = try await fetch(call, destination, until: deadline)
            guard call.redirects > 0, let location = Self.location(of: answer) else { return answer }
            guard left > 0 else {
                throw FetchError(.redirect, "\(destination.authority): more than \(call.redirects) redirects")
            }
            left -= 1
            let next = try gate.admit(location, relativeTo: destination)
            guard next.scheme == .https || destination.scheme == .http else {
                throw FetchError(.redirect, "\(destination.authority) leads from https to http")
            }
            call.follow(status: answer.status, staysAtOrigin: next.isSameOrigin(as: destination))
            destination = next
        }
    }

    private func fetch(
        _ call: HTTPCall, _ destination: FetchDestination, until deadline: ContinuousClock.Instant
    ) async throws(FetchError) -> FetchResponse {
        let left = deadline - ContinuousClock.now
        guard left > .zero else { throw FetchError(.timeout, destination.authority) }
        // A host is listed by the operator, who thereby says that it may be inside.
        var request = FetchRequest(
            method: call.method, url: destination.url, headers: call.headers, body: call.body, timeout: left,
            maximumBytes: call.maximumBytes, allowsPrivateAddresses: true)
        request.lane = lane
        do {
            return try await fetcher.fetch(request)
        } catch {
            throw error as? FetchError ?? FetchError(.unreachable, destination.authority)
        }
    }

    /// RFC 9110 section 15.4: a redirect says where to, else it is an answer as any other.
    private static func location(of answer: FetchResponse) -> String? {
        guard [301, 302, 303, 307, 308].contains(answer.status) else { return nil }
        return answer.headers[.location]
    }
}
