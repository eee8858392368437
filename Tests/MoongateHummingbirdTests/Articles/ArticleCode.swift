// The code of the articles and of the README, so that it compiles. Nothing here is called; ``ArticleTests`` compares.

import Hummingbird
import Moongate
import MoongateHummingbird
import MoongateRuntime
import MoongateTesting
import NIOCore

private enum Landing {
    static func run() async throws {
        let moongate = try await MoongateService.load("config.lua")
        let router = Router(context: AuthServerContext.self)
        router.add(middleware: AuthRoutes(moongate.engine))
        router.add(middleware: SessionMiddleware(moongate.engine))
        router.get("/me") { _, context in try await context.auth.user(as: Profile.self).role }
        try await Application(router: router, services: [moongate]).runService()
    }
}

private enum AddSignIn {
    static func run() async throws {
        var options = MoongateOptions()
        options.development = CommandLine.arguments.contains("--dev")
        let moongate = try await MoongateService.load("config.lua", options: options)
        if let link = moongate.developmentLink { print("Sign in: \(link)") }

        let router = Router(context: AppContext.self)
        router.add(middleware: AuthRoutes(moongate.engine))
        router.add(middleware: SessionMiddleware(moongate.engine))

        router.get("/me") { _, context in try await context.auth.user(as: Profile.self).role }
        router.get("/") { _, context in
            let user = try await context.auth.optionalUser(as: Profile.self)
            return "Hello, \(user?.name ?? "whoever you are")"
        }
        try await Application(router: router, services: [moongate]).runService()
    }

    static func sealed(_ engine: Engine) throws -> String {
        let cookie = try engine.signedInCookie(
            user: ["id": "7", "email": "ada@example.com"], claims: ["role": "admin"])
        return cookie
    }

    static func stored(_ engine: Engine) async throws -> String {
        let cookie = try await engine.signedInCookie(storing: User(id: "7", email: "ada@example.com"))
        return cookie
    }
}

private struct AppContext: AuthRequestContext, RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    var auth = AuthContext()
    let remoteAddress: SocketAddress?

    init(source: Source) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}

private struct Profile: Decodable {
    let id: String
    let name: String?
    let role: String
}

private enum WriteAHook {
    static func run() async throws -> MoongateService {
        var hooks = Hooks()
        hooks.signIn = { input in
            input.user["email"]?.stringValue?.hasSuffix("@example.com") == true
                ? .allow : .deny(Denial(.init("domain"), "another domain"))
        }
        hooks.jwt = { token, input in
            if input.user != nil { token["tenant"] = "acme" }  // at sign-in; later reads have no user here
            return .keep
        }
        hooks.session = { session, input in
            guard case .object(var user)? = session["user"] else { return }
            user["tenant"] = input.token?["tenant"]
            session["user"] = .object(user)
        }
        let moongate = try await MoongateService.load("config.lua", hooks: hooks)
        return moongate
    }

    struct Directory: Sendable {
        func team(of id: String?) async throws -> String { id ?? "" }
    }

    static func patient(_ directory: Directory) -> Hooks {
        var hooks = Hooks()
        hooks.jwt = { token, _ in
            if let team = try? await directory.team(of: token["sub"]?.stringValue) { token["team"] = .string(team) }
            return .keep
        }
        return hooks
    }
}

private enum WriteARule {
    static func run(_ router: Router<AppContext>, _ moongate: MoongateService) {
        router.add(middleware: AuthRoutes(moongate.engine))
        router.add(middleware: SessionMiddleware(moongate.engine))
        router.add(middleware: RulesMiddleware(moongate.engine))
    }
}
