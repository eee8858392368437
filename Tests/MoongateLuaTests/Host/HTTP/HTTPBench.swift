import Moongate
import MoongateCurl
import MoongateTokens

@testable import MoongateLua

/// One fetcher for all tests, as a program has one.
let sharedFetcher = Result { try CurlFetcher() }

/// Asks an expression with `http` in reach of these hosts.
func fetched(
    _ expression: String, hosts: [String], secrets: [String: String] = [:], url: String = "",
    _ change: (inout HostServices) -> Void = { _ in }
) async throws -> (value: JSONValue?, why: String?) {
    let fetcher = try sharedFetcher.get()
    return try await asked(expression, needs: httpNeeds(hosts, secrets), url: url) {
        $0.http = fetcher
        $0.secrets = DictionarySecretSource(secrets)
        change(&$0)
    }
}

/// The error that a call with `http` raises.
func fetchMisuse(_ expression: String, secrets: [String: String] = [:]) async throws -> String? {
    let fetcher = try sharedFetcher.get()
    return try await raised(expression, needs: httpNeeds(["127.0.0.1:9"], secrets)) {
        $0.http = fetcher
        $0.secrets = DictionarySecretSource(secrets)
    }
}

private func httpNeeds(_ hosts: [String], _ secrets: [String: String]) -> ScriptNeeds {
    var needs = ScriptNeeds()
    needs.secrets = secrets.keys.sorted()
    needs.http = hosts.map { text in
        let colon = text.hasSuffix("]") ? nil : text.lastIndex(of: ":")
        let host = String(colon.map { text[..<$0] } ?? text[...])
        return HTTPHostPermission(
            host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host,
            port: colon.flatMap { UInt16(text[text.index(after: $0)...]) })
    }
    return needs
}
