import Foundation
import HTTPTypes
import HummingbirdTesting
import Moongate
import MoongateRuntime
import MoongateTesting
import Testing

@testable import App

/// The app with the files that it ships with. Who is signed in is said in one line.
@Suite struct AppTests {
    private func load() async throws -> MoongateService {
        var options = MoongateOptions()
        options.development = true
        let folder = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL.path
        return try await App.load("\(folder)/config.lua", options)
    }

    private func ada(_ moongate: MoongateService) throws -> HTTPFields {
        let cookie = try moongate.engine.signedInCookie(
            user: ["id": "7", "name": "Ada <A>", "email": "ada@example.com"],
            claims: ["role": "staff", "tenant": "acme"])
        return [.cookie: cookie]
    }

    @Test func pagesSayWhoIsSignedIn() async throws {
        let moongate = try await load()
        try await App.application(moongate).test(.router) { client in
            try await client.execute(uri: "/", method: .get) { response in
                #expect(response.status == .ok && String(buffer: response.body).contains("whoever you are"))
            }
            try await client.execute(uri: "/", method: .get, headers: ada(moongate)) { response in
                #expect(String(buffer: response.body).contains("Hello, Ada &lt;A&gt;."))
                #expect(response.headers[.cacheControl] == "private, no-cache")
            }
            try await client.execute(uri: "/account", method: .get, headers: ada(moongate)) { response in
                #expect(String(buffer: response.body).contains("ada@example.com, staff of acme"))
            }
        }
    }

    @Test func accountSendsWhoeverIsNotSignedInToSignIn() async throws {
        try await App.application(load()).test(.router) { client in
            try await client.execute(uri: "/account", method: .get, headers: [.accept: "text/html"]) { response in
                #expect(response.status == .found)
                #expect(response.headers[.location]?.hasPrefix("http://localhost:8080/auth/signin?") == true)
            }
            try await client.execute(uri: "/account", method: .get) { response in
                #expect(response.status == .unauthorized)
            }
        }
    }

    @Test func apiAnswersWithTheProfileOr401() async throws {
        let moongate = try await load()
        try await App.application(moongate).test(.router) { client in
            try await client.execute(uri: "/api/me", method: .get, headers: ada(moongate)) { response in
                #expect(response.status == .ok && String(buffer: response.body).contains(#""role":"staff""#))
            }
            try await client.execute(uri: "/api/me", method: .get) { response in
                #expect(response.status == .unauthorized)
            }
        }
    }

    @Test func rulesKeepOthersOutOfTheAPIAndEverybodyOutOfTheRest() async throws {
        let moongate = try await load()
        let cookie = try moongate.engine.signedInCookie(user: ["id": "8"], claims: ["role": "user", "tenant": "acme"])
        try await App.application(moongate).test(.router) { client in
            for (path, status) in [("/api/me", 403), ("/account", 200), ("/elsewhere", 404)] {
                try await client.execute(uri: path, method: .get, headers: [.cookie: cookie]) { response in
                    #expect(response.status.code == status, "\(path)")
                }
            }
        }
    }

    @Test func tokenWithoutWhatTheAppNeedsIs500() async throws {
        let moongate = try await load()
        let cookie = try moongate.engine.signedInCookie(user: ["id": "7"])
        try await App.application(moongate).test(.router) { client in
            try await client.execute(uri: "/account", method: .get, headers: [.cookie: cookie]) { response in
                #expect(response.status == .internalServerError)
            }
        }
    }
}
