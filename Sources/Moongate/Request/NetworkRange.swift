#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A range of addresses in CIDR notation (RFC 4632, RFC 4291): `10.0.0.0/8`, `fd00::/8`. IPv4 is matched in its mapped
/// form, so `127.0.0.1` and `::ffff:127.0.0.1` are one address.
public struct NetworkRange: Sendable, Hashable {
    private let prefix: [UInt8]
    private let bits: Int

    /// Reads `address/bits`; `nil` for anything else, also for a mapped IPv4 address of under 96 bits, whose range would
    /// be much larger than it looks. Bits beyond the prefix do not count.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...3).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let bits = Int(parts[1]),
            let (address, isIPv4) = Self.bytes(String(parts[0])), bits <= (isIPv4 ? 32 : 128),
            isIPv4 || bits >= 96 || !Self.isMapped(address)
        else { return nil }
        prefix = address
        self.bits = isIPv4 ? bits + 96 : bits
    }

    /// Whether an address lies in the range; text that is no address lies in none.
    public func contains(_ address: String) -> Bool {
        guard let (bytes, _) = Self.bytes(address) else { return false }
        let whole = bits / 8
        guard bytes[..<whole].elementsEqual(prefix[..<whole]) else { return false }
        let rest = bits % 8
        guard rest > 0 else { return true }
        return (bytes[whole] ^ prefix[whole]) >> UInt8(8 - rest) == 0
    }

    /// Whether a text is an IPv4 or IPv6 address.
    package static func isAddress(_ text: String) -> Bool { bytes(text) != nil }

    /// An address in the one form that it has here: IPv4 where it is mapped, IPv6 in lower case with its longest run of
    /// zeros left out (RFC 5952). Text that is no address stays as it is.
    package static func canonical(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: ":")), let (bytes, _) = bytes(text) else { return text }
        return isMapped(bytes) ? bytes[12...].map { String($0) }.joined(separator: ".") : canonicalIPv6(bytes) ?? text
    }

    /// The same for what stands in the brackets of a host, where a mapped address stays one.
    static func canonicalLiteral(_ text: String) -> String { bytes(text).flatMap { canonicalIPv6($0.bytes) } ?? text }

    private static func canonicalIPv6(_ bytes: [UInt8]) -> String? {
        var out = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, bytes, &out, socklen_t(out.count)) != nil else { return nil }
        return String(decoding: out.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func isMapped(_ address: [UInt8]) -> Bool {
        address[..<10].allSatisfy { $0 == 0 } && address[10] == 0xFF && address[11] == 0xFF
    }

    /// The 16 bytes of an address.
    private static func bytes(_ text: String) -> (bytes: [UInt8], isIPv4: Bool)? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 {
            return ([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + four, true)
        }
        var sixteen = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, text, &sixteen) == 1 ? (sixteen, false) : nil
    }
}
