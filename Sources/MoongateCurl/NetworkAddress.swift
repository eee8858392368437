#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An IPv4 or IPv6 address, and whether it lies in the public internet.
///
/// What is public is a list of what may pass, not of what may not: for IPv6 only global unicast (2000::/3) and NAT64
/// of a public IPv4 address, for IPv4 everything outside the IANA special-purpose registry (RFC 6890).
struct NetworkAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order.
    let bytes: [UInt8]

    /// The address of a socket; `nil` for anything but IPv4 and IPv6.
    init?(_ address: UnsafePointer<sockaddr>, length: Int) {
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            let offset = MemoryLayout<sockaddr_in>.offset(of: \.sin_addr) ?? 4
            bytes = Array(UnsafeRawBufferPointer(start: raw + offset, count: 4))
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
            bytes = Array(UnsafeRawBufferPointer(start: raw + offset, count: 16))
        default:
            return nil
        }
    }

    /// An address in its usual text form, without brackets; an IPv6 zone (`%eth0`) is left out of account.
    init?(text: String) {
        let bare = text.prefix { $0 != "%" }
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, String(bare), &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, String(bare), &six) == 1 {
            bytes = withUnsafeBytes(of: &six) { Array($0) }
        } else {
            return nil
        }
    }

    /// Whether the address may be reached by a request that does not allow private addresses.
    var isPublic: Bool { bytes.count == 4 ? Self.isPublic4(bytes) : isPublic6 }

    /// Whether packets to it stay on this machine (127.0.0.0/8, ::1).
    var isLoopback: Bool {
        if bytes.count == 4 { return bytes[0] == 127 }
        if hasPrefix(Self.mapped, bits: 96) { return bytes[12] == 127 }
        return bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    /// Whether only an address in the URL itself may lead here, never a name: link-local and unspecified addresses,
    /// multicast, and where clouds keep the credentials of their machines. No service of an organisation has a name
    /// for one; a hostile name server has.
    var isNeverNamed: Bool {
        if bytes.count == 4 { return Self.isNeverNamed4(bytes) }
        if hasPrefix(Self.mapped, bits: 96) || hasPrefix(Self.nat64, bits: 96) {
            return Self.isNeverNamed4(Array(bytes[12...]))
        }
        return hasPrefix([0xfe, 0x80], bits: 10) || hasPrefix([0xff], bits: 8) || bytes.allSatisfy { $0 == 0 }
            || hasPrefix([0xfd, 0x00, 0x0e, 0xc2], bits: 32)
    }

    private static func isNeverNamed4(_ bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _), (169, 254, _), (192, 0, 0), (224..., _, _): true
        default: bytes == [100, 100, 100, 200]
        }
    }

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
    private static let nat64: [UInt8] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]

    /// Inside 2000::/3, and still not public: Teredo, ORCHID, benchmarking and other protocol use (2001::/23),
    /// documentation (2001:db8::/32, 3fff::/20), 6to4 (2002::/16, which carries an IPv4 address).
    private static let special6: [(prefix: [UInt8], bits: Int)] = [
        ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0d, 0xb8], 32), ([0x3f, 0xff, 0x00], 20), ([0x20, 0x02], 16),
    ]

    private var isPublic6: Bool {
        if hasPrefix(Self.mapped, bits: 96) || hasPrefix(Self.nat64, bits: 96) {
            return Self.isPublic4(Array(bytes[12...]))
        }
        guard hasPrefix([0x20], bits: 3) else { return false }
        return !Self.special6.contains { hasPrefix($0.prefix, bits: $0.bits) }
    }

    private func hasPrefix(_ prefix: [UInt8], bits: Int) -> Bool {
        let whole = bits / 8
        guard bytes.prefix(whole).elementsEqual(prefix.prefix(whole)) else { return false }
        let rest = bits % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xff00 >> rest)
        return bytes[whole] & mask == prefix[whole] & mask
    }

    private static func isPublic4(_ bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
        case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): false
        default: true
        }
    }
}
