import Moongate
import NIOCore
import Testing

@testable import MoongateHummingbird

@Suite struct PeerAddressTests {
    @Test(arguments: [
        "0.0.0.0", "127.0.0.1", "192.0.2.7", "255.255.255.255", "1.10.100.9", "99.100.101.0", "::1", "2001:db8::7",
    ])
    func isTheTextOfTheSocketsAddress(text: String) throws {
        let address = try SocketAddress(ipAddress: text, port: 1)
        #expect(PeerAddress(address)?.text == text)
        #expect(address.ipAddress == text)
    }

    @Test func mappedAddressIsTheOneThatItMaps() throws {
        #expect(PeerAddress(try SocketAddress(ipAddress: "::ffff:192.0.2.7", port: 1))?.text == "192.0.2.7")
    }

    @Test func aUnixSocketHasNone() throws {
        #expect(PeerAddress(try SocketAddress(unixDomainSocketPath: "/tmp/s")) == nil)
    }
}
