import HTTPTypes
import Moongate
import Synchronization

/// Answers requests with what the spec gave for them; nothing leaves the process.
final class SpecFetcher: HTTPFetcher {
    /// What is answered to one request.
    enum Answer: Sendable {
        case response(FetchResponse)
        case error(FetchError)
    }

    private struct State {
        var answers: [String: [Answer]] = [:]
        var requests: [JSONValue] = []
        var unknown: [String] = []
    }

    private let state = Mutex(State())
    private let addresses: (any HTTPFetcher)?

    init(addresses: (any HTTPFetcher)?) { self.addresses = addresses }

    /// Gives answers for `GET https://…` (a `*` at the end stands for anything): in their order, the last one for good.
    func give(_ answers: [Answer], for request: String) { state.withLock { $0.answers[request] = answers } }

    /// `{method, url, headers, body}` each, oldest first.
    var requests: [JSONValue] { state.withLock { $0.requests } }

    /// Requests that nothing was given for.
    var unknown: [String] { state.withLock { $0.unknown } }

    func destination(of url: String, relativeTo base: String?) throws -> FetchDestination {
        guard let addresses else { throw FetchError(.badURL, "URLs cannot be read here") }
        return try addresses.destination(of: url, relativeTo: base)
    }

    func fetch(_ request: FetchRequest) async throws -> FetchResponse {
        let name = "\(request.method.rawValue) \(request.url)"
        let answer: Answer? = state.withLock { state in
            if state.requests.count < 1_000 { state.requests.append(Self.record(request)) }
            guard let key = Self.key(name, among: state.answers) else {
                state.unknown.append(name)
                return nil
            }
            guard var answers = state.answers[key], let first = answers.first else { return nil }
            if answers.count > 1 {
                answers.removeFirst()
                state.answers[key] = answers
            }
            return first
        }
        switch answer {
        case .response(let response):
            guard response.body.count <= request.maximumBytes else {
                throw FetchError(.tooLarge, "the answer has more than \(request.maximumBytes) bytes")
            }
            return response
        case .error(let error): throw error
        case nil: throw FetchError(.unreachable, "the spec gives no answer for \(name)")
        }
    }

    /// The whole request, or the longest beginning that ends in `*`.
    private static func key(_ name: String, among answers: [String: [Answer]]) -> String? {
        if answers[name] != nil { return name }
        return answers.keys.filter { $0.hasSuffix("*") && name.hasPrefix($0.dropLast()) }.max { $0.count < $1.count }
    }

    private static func record(_ request: FetchRequest) -> JSONValue {
        var headers: [String: JSONValue] = [:]
        for field in request.headers { headers[field.name.canonicalName] = .string(field.value) }
        var record: [String: JSONValue] = [
            "method": .string(request.method.rawValue), "url": .string(request.url), "headers": .object(headers),
        ]
        if !request.body.isEmpty {
            record["body"] = .string(String(decoding: request.body, as: UTF8.self))
            record["json"] = try? JSONValue(parsing: request.body)
        }
        return .object(record)
    }
}
