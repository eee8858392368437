/// What one call used.
public struct LuaUsage: Sendable, Equatable {
    /// Instructions and steps inside library functions, together.
    public var steps: UInt64 = 0
    /// How often it was given the processor.
    public var slices: UInt64 = 0
    /// The most bytes that the whole state had meanwhile.
    public var peakBytes: Int = 0
    /// CPU time; a short slice is charged by the wall clock.
    public var cpuNanoseconds: UInt64 = 0
    /// Calls of host functions.
    public var hostCalls: UInt64 = 0

    /// Nothing used.
    public init() {}
}
