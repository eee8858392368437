import HTTPTypes
import Testing

@testable import Moongate

@Suite struct CookieOrderTests {
    private func read(_ site: Site, _ header: String) async throws -> SessionRead {
        try await site.engine.session(from: AuthRequest(target: "/mine", headers: [.cookie: header]))
    }

    @Test func firstOfTwoSessionsCounts() async throws {
        let site = try Site()
        let name = site.names.session
        let ada = try site.sealed(["sub": "1", "name": "Ada"]), eve = try site.sealed(["sub": "2", "name": "Eve"])
        #expect(try await read(site, "\(name)=\(ada); \(name)=\(eve)").session?["user"]?["name"] == "Ada")
        #expect(try await read(site, "\(name)=\(eve); \(name)=\(ada)").session?["user"]?["name"] == "Eve")
    }

    @Test func chunkTossedInBehindOursChangesNothing() async throws {
        let site = try Site()
        let name = site.names.session
        let sealed = try site.sealed(["sub": "1", "name": .string(String(repeating: "A", count: 5000))])
        let head = sealed.prefix(3936), tail = sealed.dropFirst(3936)
        #expect(!tail.isEmpty)
        let header = "\(name).0=\(head); \(name).1=\(tail)"
        #expect(try await read(site, "\(header); \(name).0=z; \(name).1=z").session != nil)
        #expect(try await read(site, "\(name).1=z; \(header)").session == nil)
    }

    @Test func sessionBehindThreeHundredCookiesIsRead() async throws {
        let site = try Site()
        let others = (0..<300).map { "c\($0)=v\($0)" }.joined(separator: "; ")
        let sealed = try site.sealed(["sub": "1", "name": "Ada"])
        #expect(try await read(site, "\(others); \(site.names.session)=\(sealed)").session?["user"]?["name"] == "Ada")
        #expect(try await read(site, others).session == nil)
    }

    @Test func sessionInTheLastOfManyCrumbsIsRead() async throws {
        let site = try Site()
        var headers = HTTPFields()
        for number in 0..<300 { headers.append(HTTPField(name: .cookie, value: "c\(number)=v")) }
        let sealed = try site.sealed(["sub": "1"])
        headers.append(HTTPField(name: .cookie, value: "\(site.names.session)=\(sealed)"))
        #expect(try await site.engine.session(from: AuthRequest(target: "/mine", headers: headers)).session != nil)
    }
}
