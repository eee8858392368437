import Moongate
import NIOCore

extension PeerAddress {
    /// The peer of a socket; `nil` for a unix socket, where it has no address.
    ///
    /// Every session read asks for it, and of most peers four numbers have to be written: `inet_ntop` prints them with
    /// `sprintf`, which takes longer than finding the cookie.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let address): self.init(Self.text(address.address.sin_addr.s_addr))
        case .v6, .unixDomainSocket:
            guard let text = address.ipAddress else { return nil }
            self.init(text)
        }
    }

    /// - Parameter address: In network byte order.
    private static func text(_ address: UInt32) -> String {
        String(unsafeUninitializedCapacity: 15) { out in
            var at = 0
            func put(_ byte: UInt8) {
                out[at] = byte
                at += 1
            }
            for place in 0..<4 {
                let number = UInt8(truncatingIfNeeded: UInt32(bigEndian: address) >> (24 - 8 * place))
                if place > 0 { put(UInt8(ascii: ".")) }
                if number >= 100 { put(0x30 + number / 100) }
                if number >= 10 { put(0x30 + number / 10 % 10) }
                put(0x30 + number % 10)
            }
            return at
        }
    }
}
