import Testing

@testable import MoongateCurl

@Suite struct NetworkAddressTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.9",
        "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
        "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    ])
    func specialAddressesOfIPv4AreNotPublic(text: String) throws {
        #expect(try #require(NetworkAddress(text: text)).isPublic == false)
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
        "169.253.0.1", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.1.1", "198.17.0.1", "198.20.0.1",
        "223.255.255.255",
    ])
    func theirNeighboursArePublic(text: String) throws {
        #expect(try #require(NetworkAddress(text: text)).isPublic)
    }

    @Test(arguments: [
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
        "64:ff9b::10.0.0.1", "64:ff9b:1::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1",
        "2001::1", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff:abc::1", "100::1",
        "4000::1",
    ])
    func specialAddressesOfIPv6AreNotPublic(text: String) throws {
        #expect(try #require(NetworkAddress(text: text)).isPublic == false)
    }

    @Test(arguments: [
        "2606:4700::1111", "2a00:1450:4001::1", "2001:200::1", "2003::1", "3ffe::1", "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
    ])
    func globalUnicastIsPublic(text: String) throws {
        #expect(try #require(NetworkAddress(text: text)).isPublic)
    }

    @Test(arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", "2130706433", "::g", "1.2.3.4\n"])
    func textThatIsNoAddressIsRefused(text: String) {
        #expect(NetworkAddress(text: text) == nil)
    }
}

@Suite struct NeverNamedAddressTests {
    @Test(arguments: [
        "169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "100.100.100.200", "192.0.0.192", "::", "fe80::1",
        "ff02::1", "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
    ])
    func noNameMayLeadThere(text: String) {
        #expect(NetworkAddress(text: text)?.isNeverNamed == true)
    }

    @Test(arguments: [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd00::1", "8.8.8.8", "2001:4860::1",
    ])
    func aNameMayLeadThere(text: String) {
        #expect(NetworkAddress(text: text)?.isNeverNamed == false)
    }
}
