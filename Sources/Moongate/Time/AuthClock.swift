import MoongateTokens

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where the engine reads the time. Drivers never use a clock of their own (a database's, for one): the moment that
/// decides is always passed in.
public protocol AuthClock: Sendable {
    /// The current wall-clock time.
    func now() -> Timestamp
}

/// The system's wall clock.
public struct SystemClock: AuthClock {
    /// The system's wall clock.
    public init() {}

    public func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// Where the engine takes unpredictable bytes from. A source that cannot deliver throws: the operation is refused.
public protocol RandomSource: Sendable {
    /// Exactly `count` unpredictable bytes.
    func bytes(_ count: Int) throws -> [UInt8]
}

/// OpenSSL's generator, seeded by the system.
public struct SystemRandom: RandomSource {
    /// OpenSSL's generator.
    public init() {}

    public func bytes(_ count: Int) throws -> [UInt8] { try randomBytes(count) }
}
