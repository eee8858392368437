/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z. Stores keep it as an integer; tokens use `seconds`.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since the Unix epoch.
    public var milliseconds: Int64

    /// A moment from milliseconds since the Unix epoch.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// A moment from seconds since the Unix epoch. Values beyond int64 milliseconds are held at the far end.
    public init(seconds: Int64) {
        let (value, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        milliseconds = overflow ? (seconds < 0 ? .min : .max) : value
    }

    /// Seconds since the Unix epoch, rounded down (RFC 7519 NumericDate without the fraction).
    public var seconds: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// This moment moved by whole seconds; held at the far end instead of overflowing.
    public func adding(seconds: Int64) -> Timestamp {
        let (delta, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, carried) = milliseconds.addingReportingOverflow(overflow ? (seconds < 0 ? .min : .max) : delta)
        return Timestamp(milliseconds: overflow || carried ? (seconds < 0 ? .min : .max) : sum)
    }
}
