import Moongate
import MoongateCurl
import Testing

@Suite(.timeLimit(.minutes(1))) struct CertificateTests {
    private func fetch(_ server: TLSServer, host: String, trusted: Bool) async throws -> Int {
        let fetcher = try CurlFetcher(
            configuration: .init(certificateAuthorities: trusted ? server.certificate : nil))
        let request = FetchRequest(
            url: "https://\(host):\(server.port)/", timeout: .seconds(20), allowsPrivateAddresses: true)
        return try await fetcher.fetch(request).status
    }

    @Test func certificateOfATrustedAuthorityIsAccepted() async throws {
        let server = try TLSServer(name: "DNS:localhost")
        #expect(try await fetch(server, host: "localhost", trusted: true) == 200)
    }

    @Test func selfSignedCertificateIsRefused() async throws {
        let server = try TLSServer(name: "DNS:localhost")
        await #expect(throws: FetchError(.tls, "")) { try await fetch(server, host: "localhost", trusted: false) }
    }

    @Test func certificateOfAnotherHostIsRefused() async throws {
        let server = try TLSServer(name: "DNS:other.example")
        await #expect(throws: FetchError(.tls, "")) { try await fetch(server, host: "localhost", trusted: true) }
    }

    @Test func oldProtocolIsRefused() async throws {
        let server = try TLSServer(name: "DNS:localhost", options: ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"])
        await #expect(throws: FetchError(.tls, "")) { try await fetch(server, host: "localhost", trusted: true) }
    }
}
