import Hummingbird
import Moongate
import MoongateHummingbird
import MoongateRuntime

/// What `session.user` holds. `scripts/session.lua` decides it.
struct Profile: ResponseCodable {
    let id: String
    let name: String?
    let email: String?
    let role: String
    let tenant: String
}

@main
struct App {
    static func main() async throws {
        var options = MoongateOptions()
        options.development = CommandLine.arguments.contains("--dev")
        let moongate = try await load("config.lua", options)
        if let link = moongate.developmentLink { print("Sign in: \(link)") }
        try await application(moongate).runService()
    }

    /// The site of a configuration, with a hook in Swift that runs before the scripts.
    static func load(_ path: String, _ options: MoongateOptions) async throws -> MoongateService {
        var hooks = Hooks()
        hooks.jwt = { token, input in
            if input.user != nil { token["tenant"] = "acme" }
            return .keep
        }
        return try await MoongateService.load(path, hooks: hooks, options: options)
    }

    static func application(_ moongate: MoongateService) throws -> some ApplicationProtocol {
        let pages = try Pages()
        let router = Router(context: AuthServerContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: AuthRoutes(moongate.engine))
        router.add(middleware: SessionMiddleware(moongate.engine))
        router.add(middleware: RulesMiddleware(moongate.engine))  // scripts/rules.lua: who may ask for what

        router.get("/") { _, context in
            try await pages.home(context.auth.optionalUser(as: Profile.self))
        }
        router.get("/account") { _, context in
            try await pages.account(context.auth.user(as: Profile.self))
        }
        router.get("/api/me") { _, context in try await context.auth.user(as: Profile.self) }

        return Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 8080)),
            services: [moongate])
    }
}
