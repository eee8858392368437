import Foundation
import HTTPTypes
import Testing

@testable import Moongate

@Suite struct ClientAddressTests {
    private let trusted = ["127.0.0.0/8", "10.1.0.0/20", "fd00::/9"].compactMap { NetworkRange($0) }

    private func client(_ peer: String, _ forwarded: String...) -> String? {
        var headers = HTTPFields()
        for value in forwarded { headers.append(HTTPField(name: .forwardedFor, value: value)) }
        return ClientAddress.resolve(
            AuthRequest(target: "/", headers: headers, peer: PeerAddress(peer)), trusted: trusted)
    }

    /// Rules take no proxy's address for the client's.
    @Test(
        arguments: [
            ([], nil), (["unknown"], nil), (["[2001:db8::1]:443"], nil), (["203.0.113.9:5555"], nil),
            (["x, 10.1.0.2"], nil), (["203.0.113.9"], "203.0.113.9"), (["10.1.0.2"], "10.1.0.2"),
        ] as [([String], String?)])
    func addressThatNoProxySaysIsNotKnown(forwarded: [String], expected: String?) {
        var headers = HTTPFields()
        for value in forwarded { headers.append(HTTPField(name: .forwardedFor, value: value)) }
        let request = AuthRequest(target: "/", headers: headers, peer: PeerAddress("127.0.0.1"))
        #expect(ClientAddress.known(request, trusted: trusted) == expected)
        #expect(
            ClientAddress.known(AuthRequest(target: "/", peer: PeerAddress("192.0.2.1")), trusted: trusted)
                == "192.0.2.1")
    }

    @Test func aStrangersHeaderDoesNotCount() { #expect(client("192.0.2.1", "198.51.100.7") == "192.0.2.1") }

    @Test func aTrustedProxyNamesItsClient() { #expect(client("127.0.0.1", "198.51.100.7") == "198.51.100.7") }

    @Test func whatTheClientSentBeforeItsOwnAddressDoesNotCount() {
        #expect(client("127.0.0.1", "203.0.113.9, 198.51.100.7", "10.1.15.255") == "198.51.100.7")
    }

    @Test func anEntryThatIsNoAddressEndsTheSearch() {
        #expect(client("127.0.0.1", "203.0.113.9, unknown, 10.1.0.2") == "10.1.0.2")
    }

    @Test func aMappedAddressIsTheSameAddress() { #expect(client("::ffff:127.0.0.1", "2001:db8::1") == "2001:db8::1") }

    @Test(arguments: [
        ("::ffff:192.0.2.66", "192.0.2.66"), ("2001:DB8:0:0::1", "2001:db8::1"), ("192.0.2.66", "192.0.2.66"),
        ("  2001:db8::1\t", "2001:db8::1"),
    ])
    func anAddressHasOneForm(written: String, canonical: String) {
        #expect(client("127.0.0.1", written) == canonical)
        let own = written.trimmingCharacters(in: .whitespaces)
        #expect(client(own) == canonical)
    }

    @Test(arguments: ["1 92.0.2.1", "192.0.2.\t1", "192.0.2 .1"])
    func blanksWithinAnAddressAreNotRepaired(address: String) { #expect(client("127.0.0.1", address) == "127.0.0.1") }

    @Test func mappedRangeOfIPv4IsARange() {
        let range = NetworkRange("::ffff:192.0.2.0/120")
        #expect(range?.contains("192.0.2.9") == true && range?.contains("192.0.3.9") == false)
    }

    @Test(arguments: ["10.1.16.0", "10.0.255.255", "fd80::1", "fe00::1", "127.0.0.1.evil", ""])
    func anAddressOutsideEveryRangeIsNotTrusted(address: String) {
        #expect(!ClientAddress.isTrusted(address, trusted))
    }

    @Test(arguments: ["10.1.0.0", "10.1.15.255", "127.255.255.255", "fd00::", "fd7f:ffff::1"])
    func anAddressInsideARangeIsTrusted(address: String) { #expect(ClientAddress.isTrusted(address, trusted)) }

    @Test(arguments: [
        "10.0.0.0", "10.0.0.0/33", "fd00::/129", "x/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8",
        "::ffff:192.0.2.1/32", "::ffff:10.20.0.0/16", "::ffff:0:0/95",
    ])
    func textThatIsNoRangeIsRefused(text: String) { #expect(NetworkRange(text) == nil) }
}
