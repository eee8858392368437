import LuaHost

/// What the calls of one script have used, all together.
public struct ScriptTotals: Sendable, Equatable {
    /// Calls that have ended, one way or another.
    public var calls: UInt64 = 0
    /// Steps: instructions, and the work of library functions.
    public var steps: UInt64 = 0
    /// CPU time in nanoseconds; waiting is not in it.
    public var cpuNanoseconds: UInt64 = 0
    /// The most bytes that a state had while it ran a call.
    public var peakBytes: Int = 0
    /// Calls of host functions.
    public var hostCalls: UInt64 = 0
    /// Answers that `cache` had already.
    public var cacheHits: UInt64 = 0
    /// Calls that failed, by the code of the failure.
    public var errors: [String: UInt64] = [:]

    /// Nothing yet.
    public init() {}

    mutating func add(_ usage: LuaUsage) {
        calls &+= 1
        steps &+= usage.steps
        cpuNanoseconds &+= usage.cpuNanoseconds
        hostCalls &+= usage.hostCalls
        if usage.peakBytes > peakBytes { peakBytes = usage.peakBytes }
    }

    /// What has come since an earlier reading of the same account. The peak is the whole one.
    func since(_ earlier: ScriptTotals) -> ScriptTotals {
        var rest = self
        rest.calls &-= earlier.calls
        rest.steps &-= earlier.steps
        rest.cpuNanoseconds &-= earlier.cpuNanoseconds
        rest.hostCalls &-= earlier.hostCalls
        rest.cacheHits &-= earlier.cacheHits
        rest.errors = errors.reduce(into: [:]) { errors, entry in
            let count = entry.value &- earlier.errors[entry.key, default: 0]
            if count > 0 { errors[entry.key] = count }
        }
        return rest
    }

    mutating func add(_ other: ScriptTotals) {
        calls &+= other.calls
        steps &+= other.steps
        cpuNanoseconds &+= other.cpuNanoseconds
        hostCalls &+= other.hostCalls
        cacheHits &+= other.cacheHits
        peakBytes = max(peakBytes, other.peakBytes)
        errors.merge(other.errors) { $0 &+ $1 }
    }
}
