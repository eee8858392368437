import Moongate
import Testing

/// Hosts that scripts ask, beside those that they may.
@Suite struct HostPermissionCheckTests {
    private func problems(_ url: String, _ hosts: HTTPHostPermission...) throws -> [String] {
        var needs = ScriptNeeds()
        needs.http = hosts
        return try CheckedScript.line("local a = http.get('\(url)')", needs: needs)
            .filter { $0.contains("needs.undeclared") }
    }

    private let ending = "scripts.needs.http of config.lua does not list"

    @Test func portThatIsNotListedIsNamed() throws {
        #expect(
            try problems("http://a.example:8080/", HTTPHostPermission(host: "a.example")) == [
                "2:16: error: http.get asks a.example:8080, which \(ending); it lists a.example (needs.undeclared)"
            ])
    }

    @Test(arguments: [("http", 80), ("https", 443)])
    func portThatTheSchemeMeansIsNamedWhereAnotherIsListed(scheme: String, port: Int) throws {
        #expect(
            try problems("\(scheme)://a.example/", HTTPHostPermission(host: "a.example", port: 8080)) == [
                "2:16: error: http.get asks a.example:\(port), which \(ending); it lists a.example:8080 (needs.undeclared)"
            ])
    }

    @Test func otherHostIsNamedAsItIsAsked() throws {
        let found = try problems("https://b.example:1/", HTTPHostPermission(host: "a.example"))
        #expect(found == ["2:16: error: http.get asks b.example:1, which \(ending) (needs.undeclared)"])
    }

    @Test func unusedHostIsNamedWithItsPort() throws {
        var needs = ScriptNeeds()
        needs.http = [HTTPHostPermission(host: "127.0.0.1", port: 8080)]
        let found = try CheckedScript.problems("return function(p) return p.token end", needs: needs)
        #expect(found.map(\.message) == ["the host 127.0.0.1:8080 is allowed, and nothing uses it"])
    }
}
