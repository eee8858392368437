import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// `http.get`, `http.post`, `http.request`, for an owner that lists hosts.
    ///
    /// What can go wrong outside is `nil` and a text that begins with a code (`fetch.timeout: …`); a call that could not
    /// be right anywhere is an error in the script.
    static func http(_ owner: ScriptOwner, _ services: HostServices) -> [HostFunction] {
        guard !owner.needs.http.isEmpty, let fetcher = services.http else { return [] }
        let reader = HTTPCallReader(secrets: OwnerSecrets(owner, services))
        let gate = HTTPGate(
            hosts: owner.needs.http, own: services.origin, listensOn: services.listensOn, fetcher: fetcher)
        let exchange = HTTPExchange(gate: gate, fetcher: fetcher, lane: owner.id)
        let known = services.knownSecrets
        let shapes: [(String, @Sendable (HostArguments) throws(HostRefusal) -> HTTPCall)] = [
            ("http.get", { arguments throws(HostRefusal) in try reader.get(arguments) }),
            ("http.post", { arguments throws(HostRefusal) in try reader.post(arguments) }),
            ("http.request", { arguments throws(HostRefusal) in try reader.request(arguments) }),
        ]
        return shapes.map { name, read in
            HostFunction.awaiting(name) { arguments async throws(HostRefusal) in
                let call = try read(arguments)
                do throws(FetchError) {
                    return .value(HTTPAnswer.json(try await exchange.run(call)))
                } catch {
                    return .failure(known.redacted("\(error.code.name): \(error.message)"))
                }
            }.takingHandles()
        }
    }
}
