/// How hard one guess at a password is made: scrypt's parameters (RFC 7914 section 2).
///
/// Memory is 128 · r · 2^logN bytes, time grows with 2^logN · r · p.
public struct PasswordCost: Sendable, Hashable {
    /// The logarithm of N.
    public let logN: Int
    /// Block size.
    public let r: Int
    /// How often the whole is done.
    public let p: Int

    /// 32 MiB, three times over: what OWASP recommends where memory is dear.
    public static let standard = PasswordCost(logN: 15, r: 8, p: 3)

    /// The recommended parameters for 2^15, 2^16 or 2^17 blocks (32, 64, 128 MiB), equal in time; `nil` for others.
    public init?(logN: Int) {
        guard (15...17).contains(logN) else { return nil }
        self.init(logN: logN, r: 8, p: [15: 3, 16: 2][logN] ?? 1)
    }

    private init(logN: Int, r: Int, p: Int) {
        self.logN = logN
        self.r = r
        self.p = p
    }

    /// Parameters of a stored hash, which may come from elsewhere: `nil` beyond what this program is willing to compute
    /// (at most 128 MiB, and four times the standard's time).
    init?(storedLogN logN: Int, r: Int, p: Int) {
        guard (10...17).contains(logN), (1...16).contains(r), (1...8).contains(p),
            r << logN <= 8 << 17, (r * p) << logN <= (8 * 4) << 17
        else { return nil }
        self.init(logN: logN, r: r, p: p)
    }
}
