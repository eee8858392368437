import HTTPTypes
import Synchronization

@testable import Moongate

/// An engine with a store, a provider and a clock of its own: everything by values.
struct Site {
    let engine: Engine
    let store = InMemoryStore()
    let clock = StandInClock()
    let provider = ProviderStandIn()

    init(
        _ url: String = "https://app.example.com", hooks: Hooks = Hooks(), scripts: (any HookRunner)? = nil,
        stored: Bool = true, replacing store: (any AuthStore)? = nil,
        _ configure: (inout Configuration) -> Void = { _ in }
    ) throws {
        guard let origin = Origin(url) else { throw StoreError(.configuration, "no origin") }
        let form = CredentialsConfiguration(fields: [.init(name: "username", label: "Name")])
        var configuration = Configuration(
            origin: origin, secrets: [Secret("a secret of a test, long enough")],
            providers: [
                Provider(id: "corp", name: "Corp", kind: .oidc(ProviderStandIn.configuration)),
                Provider(id: "form", name: "Form", kind: .credentials(form)),
            ])
        configure(&configuration)
        let generation = try Generation(id: "g", configuration: configuration, hooks: hooks, scripts: scripts)
        let port = stored ? store ?? self.store : nil
        engine = Engine(generation, ports: Ports(store: port, http: provider, clock: clock))
    }

    var names: CookieNames { engine.generation.cookies }

    /// Claims sealed as a session of this site.
    func sealed(_ claims: [String: JSONValue], age: Int64 = 0, maxAge: Int64 = 2_592_000) throws -> String {
        let now = clock.now().seconds
        let times: [String: JSONValue] = ["iat": .integer(now - age), "exp": .integer(now - age + maxAge)]
        let bytes = JSONValue.object(claims.merging(times) { $1 }).canonicalBytes()
        return String(decoding: try engine.generation.keys.session.seal(bytes), as: UTF8.self)
    }
}

/// A browser: it keeps cookies and sends them.
struct Browser {
    let site: Site
    var jar: [String: String] = [:]
    var csrf = ""
    var headers: HTTPFields = [:]
    var authority: String?
    var peer: PeerAddress?

    init(_ site: Site) { self.site = site }

    var session: String? { jar[site.names.session] }

    mutating func get(_ target: String) async -> AuthResponse { await send(.get, target) }

    /// A form; the CSRF token goes along.
    mutating func post(_ target: String, _ fields: [(String, String)] = []) async -> AuthResponse {
        if csrf.isEmpty { await takeToken() }
        let pairs = fields + [("csrfToken", csrf)]
        let body = pairs.map { $0 + "=" + PercentCoding.encodeComponent($1) }.joined(separator: "&")
        return await send(.post, target, type: "application/x-www-form-urlencoded", body)
    }

    mutating func send(
        _ method: HTTPRequest.Method, _ target: String, type: String? = nil, _ body: String = ""
    ) async -> AuthResponse {
        var fields = headers
        if let type { fields[.contentType] = type }
        for (name, value) in jar { fields.append(HTTPField(name: .cookie, value: "\(name)=\(value)")) }
        let response = await site.engine.respond(
            to: AuthRequest(
                method: method, target: target, authority: authority, headers: fields, body: Array(body.utf8),
                peer: peer))
        for field in response.headers[values: .setCookie] { keep(field) }
        return response
    }

    mutating func takeToken() async {
        let response = await get("/auth/csrf")
        csrf = (try? JSONValue(parsing: response.body))?["csrfToken"]?.stringValue ?? ""
    }

    /// From the button to the provider's answer; the callback's target.
    mutating func beginSignIn(subject: String, email: String? = nil) async throws -> String {
        let response = await post("/auth/signin/corp")
        let query = FormFields(urlEncoded: Route.split(response.location).query.utf8)
        var claims: [String: JSONValue] = [
            "iss": .string(ProviderStandIn.issuer), "aud": "moongate", "sub": .string(subject), "name": "Ada",
            "exp": .integer(site.clock.now().seconds + 300), "iat": .integer(site.clock.now().seconds),
            "nonce": .string(query["nonce"] ?? ""),
        ]
        claims["email"] = email.map(JSONValue.string)
        site.provider.answer(
            ProviderStandIn.issuer + "/token",
            ["access_token": "at", "token_type": "Bearer", "id_token": .string(site.provider.key.sign(claims))])
        let issuer = PercentCoding.encodeComponent(ProviderStandIn.issuer)
        return "/auth/callback/corp?code=c&iss=\(issuer)&state=\(query["state"] ?? "")"
    }

    mutating func signIn(subject: String = "u1", email: String? = "ada@example.com") async throws -> AuthResponse {
        await get(try await beginSignIn(subject: subject, email: email))
    }

    private mutating func keep(_ field: String) {
        let pair = field.prefix { $0 != ";" }
        guard let equals = pair.firstIndex(of: "=") else { return }
        let value = String(pair[pair.index(after: equals)...])
        jar[String(pair[..<equals])] = field.contains("; Max-Age=0") ? nil : value
    }
}

extension AuthResponse {
    var location: String { headers[.location] ?? "" }
    var text: String { String(decoding: body, as: UTF8.self) }
    var cookies: [String] { headers[values: .setCookie] }
}
