import HTTPTypes
import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// What a spec may call beside its owner's functions. A hook that it runs has none of these.
    static func forSpecs(_ world: SpecWorld, fixtures: [String: [UInt8]]) -> [HostFunction] {
        [
            clockSet(world.clock), clockAdvance(world.clock), fake(world.http), requests(world.http),
            give("secret.fake", world.secrets), give("env.fake", world.secrets), fakeUser(world.store),
            entries(world.log), fixture(fixtures),
        ]
    }

    /// `clock.set(seconds)`
    private static func clockSet(_ clock: SpecClock) -> HostFunction {
        .immediate("clock.set") { bytes in
            let arguments = HostArguments(bytes)
            guard arguments.count == 1, let seconds = arguments[0]?.integerValue else {
                return .raise("clock.set takes seconds since 1970, as in clock.set(1700000000)")
            }
            clock.set(Timestamp(seconds: seconds))
            return .value([])
        }
    }

    /// `clock.advance(seconds)`
    private static func clockAdvance(_ clock: SpecClock) -> HostFunction {
        .immediate("clock.advance") { bytes in
            let arguments = HostArguments(bytes)
            guard arguments.count == 1, let seconds = arguments[0]?.doubleValue,
                let milliseconds = Int64(exactly: (seconds * 1000).rounded())
            else { return .raise("clock.advance takes seconds, as in clock.advance(60)") }
            clock.advance(milliseconds: milliseconds)
            return .value([])
        }
    }

    /// `http.fake("GET https://hr.internal/x", { status = 200, json = { … } })`; several answers follow each other.
    private static func fake(_ http: SpecFetcher) -> HostFunction {
        .deciding("http.fake") { arguments throws(HostRefusal) in
            guard arguments.count >= 2, case .string(let request)? = arguments[0],
                request.split(separator: " ").count == 2, request.contains("://")
            else {
                throw .raise("http.fake takes a request and what answers it: http.fake(\"GET https://…\", { … })")
            }
            var answers: [SpecFetcher.Answer] = []
            for index in 1..<arguments.count { answers.append(try answer(arguments[index])) }
            http.give(answers, for: request)
            return .value([])
        }
    }

    private static func answer(_ value: JSONValue?) throws(HostRefusal) -> SpecFetcher.Answer {
        let options = try HostOptions(
            value, of: "http.fake", known: ["status", "headers", "body", "json", "error"])
        if let code = try options.text("error") {
            return .error(FetchError(.init("fetch.\(code)"), "the spec wants it so"))
        }
        var response = FetchResponse(status: try options.number("status", in: 100...599) ?? 200, headers: [:], body: [])
        if let body = try options.text("body") { response.body = Array(body.utf8) }
        if let json = options["json"] {
            response.body = json.canonicalBytes()
            response.headers[.contentType] = "application/json"
        }
        if let fields = options["headers"]?.objectValue {
            for (name, value) in fields {
                guard let name = HTTPField.Name(name), let text = value.stringValue else {
                    throw .raise("http.fake: headers are names and strings")
                }
                response.headers[name] = text
            }
        }
        return .response(response)
    }

    /// `http.requests()`: what was sent, oldest first.
    private static func requests(_ http: SpecFetcher) -> HostFunction {
        .immediate("http.requests") { _ in .value(JSONValue.array(http.requests).canonicalBytes()) }
    }

    /// `secret.fake(name, value)`, `env.fake(name, value)`
    private static func give(_ function: String, _ secrets: SpecSecrets) -> HostFunction {
        .immediate(function) { bytes in
            let arguments = HostArguments(bytes)
            guard arguments.count == 2, case .string(let name)? = arguments[0], case .string(let value)? = arguments[1]
            else { return .raise("\(function) takes a name and a value, both strings") }
            secrets.give(name, value)
            return .value([])
        }
    }

    /// `users.fake{ id =, name =, email =, image = }`: somebody whom the store knows.
    private static func fakeUser(_ store: InMemoryStore) -> HostFunction {
        .awaiting("users.fake") { arguments async throws(HostRefusal) in
            let options = try HostOptions(
                arguments[0], of: "users.fake", known: ["id", "name", "email", "emailVerified", "image", "claims"])
            guard let id = try options.text("id"), !id.isEmpty else { throw .raise("users.fake: a user has an id") }
            let user = User(
                id: id, name: try options.text("name"), email: try options.text("email")?.lowercased(),
                emailVerified: options["emailVerified"]?.integerValue.map { Timestamp(seconds: $0) },
                image: try options.text("image"), claims: Claims(options["claims"]?.objectValue ?? [:]))
            do {
                try await store.apply([.insertUser(user)])
            } catch {
                throw .raise("users.fake: there is a user with this id or address already")
            }
            return .value([])
        }
    }

    /// `log.entries()`: what was logged, oldest first.
    private static func entries(_ log: SpecLog) -> HostFunction {
        .immediate("log.entries") { _ in .value(JSONValue.array(log.entries).canonicalBytes()) }
    }

    /// `fixture "name"`: the content of `spec/fixtures/name.json`.
    private static func fixture(_ fixtures: [String: [UInt8]]) -> HostFunction {
        .immediate("fixture") { bytes in
            let arguments = HostArguments(bytes)
            guard arguments.count == 1, case .string(let name)? = arguments[0] else {
                return .raise("fixture takes one name, as in fixture \"user\" for spec/fixtures/user.json")
            }
            if let content = fixtures[name] { return .value(content) }
            let guess = NearestName.of(name, among: fixtures.keys.sorted()).map { " (did you mean \"\($0)\"?)" } ?? ""
            return .raise("spec/fixtures/\(name).json is not there\(guess)")
        }
    }
}
