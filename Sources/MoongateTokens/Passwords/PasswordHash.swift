import CTokens

/// What is stored instead of a password: scrypt of its bytes, with the parameters and the salt beside it, in the PHC
/// string format: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, both base64 without padding.
///
/// Passwords count as the bytes they are: nothing is folded, normalised or cut.
public struct PasswordHash: Sendable {
    /// Bytes of a password beyond which it is refused.
    public static let longestPassword = 1_024
    /// Bytes of a fresh salt.
    public static let saltLength = 16

    /// The parameters.
    public let cost: PasswordCost
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Hashes a password. Takes tens of milliseconds and ``PasswordCost``'s memory: not for an event loop.
    ///
    /// - Parameter salt: ``saltLength`` random bytes.
    /// - Throws: ``TokenError`` with ``TokenError/Code/cryptoUnavailable`` when OpenSSL has no memory for it.
    public init(_ password: [UInt8], cost: PasswordCost = .standard, salt: [UInt8]) throws {
        self.cost = cost
        self.salt = salt
        hash = try Self.scrypt(password, salt, cost, length: 32)
    }

    /// Reads a stored hash; `nil` when it is none, or when its parameters ask for more than 128 MiB or for more time
    /// than four of ours: whoever can write a hash must not be able to stop the program with it.
    public init?(parsing text: String) {
        guard text.utf8.count <= 256 else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1].elementsEqual("scrypt".utf8),
            let cost = Self.cost(parts[2]), let salt = Self.bytes(parts[3]), let hash = Self.bytes(parts[4]),
            (8...64).contains(salt.count), (16...64).contains(hash.count)
        else { return nil }
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// Whether this is the password; takes the same time wherever the hashes differ. As slow as making one.
    public func matches(_ password: [UInt8]) throws -> Bool {
        constantTimeEqual(try Self.scrypt(password, salt, cost, length: hash.count), hash)
    }

    /// The text to store.
    public var text: String {
        "$scrypt$ln=\(cost.logN),r=\(cost.r),p=\(cost.p)$\(Self.unpadded(salt))$\(Self.unpadded(hash))"
    }

    private static func scrypt(
        _ password: [UInt8], _ salt: [UInt8], _ cost: PasswordCost, length: Int
    ) throws -> [UInt8] {
        var out = [UInt8](repeating: 0, count: length)
        let done = password.withUnsafeBufferPointer { password in
            salt.withUnsafeBufferPointer { salt in
                ct_scrypt(
                    ct_span(bytes: password.baseAddress, length: password.count),
                    ct_span(bytes: salt.baseAddress, length: salt.count),
                    1 << UInt64(cost.logN), UInt32(cost.r), UInt32(cost.p), &out, length)
            }
        }
        guard done else { throw TokenError(.cryptoUnavailable, "OpenSSL made no scrypt hash") }
        return out
    }

    /// `ln=15,r=8,p=3`, in this order, without leading zeros.
    private static func cost(_ text: Substring.UTF8View.SubSequence) -> PasswordCost? {
        let fields = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count == 3, let logN = number(fields[0], after: "ln="), let r = number(fields[1], after: "r="),
            let p = number(fields[2], after: "p=")
        else { return nil }
        return PasswordCost(storedLogN: logN, r: r, p: p)
    }

    private static func number(_ field: Substring.UTF8View.SubSequence, after name: String) -> Int? {
        guard field.starts(with: name.utf8) else { return nil }
        let digits = field.dropFirst(name.utf8.count)
        guard (1...2).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 & 15) }
    }

    private static func bytes(_ text: Substring.UTF8View.SubSequence) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Base64.decode(String(decoding: text, as: UTF8.self) + padding)
    }

    private static func unpadded(_ bytes: [UInt8]) -> String {
        String(Base64.encode(bytes).prefix { $0 != "=" })
    }
}
