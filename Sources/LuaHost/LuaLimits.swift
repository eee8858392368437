/// What one call may use. Every limit holds for a whole call, waits and slices together.
public struct LuaLimits: Sendable {
    /// VM instructions and steps inside library functions, in one counter. The primary limit.
    public var steps: UInt64 = 1_000_000
    /// CPU time of the threads that ran the call.
    public var cpu: Duration = .milliseconds(20)
    /// From the start of the call to its result, waits included.
    public var wall: Duration = .seconds(2)
    /// Bytes of one state: scripts, libraries and the data of the call.
    public var memoryBytes: Int = 32 << 20
    /// Bytes of a result, and of the arguments of one host call, as JSON.
    public var resultBytes: Int = 64 << 10
    /// Bytes of one source.
    public var sourceBytes: Int = 256 << 10
    /// Calls of host functions.
    public var hostCalls: UInt32 = 1_000
    /// How a call is cut into pieces between which others run.
    public var slices = Slices()

    /// Where a call gives way. A first slice may run wherever the caller is, so it has a time and a memory limit, too.
    public struct Slices: Sendable {
        /// Steps of the first slice; 0 for no slices at all.
        public var firstSteps: UInt64 = 20_000
        /// Time after which the first slice ends.
        public var firstTime: Duration = .microseconds(100)
        /// Bytes allocated (freed ones count) after which the first slice ends.
        public var firstBytes: Int = 256 << 10
        /// Steps of each later slice; 0 for one slice to the end.
        public var laterSteps: UInt64 = 50_000
        /// Instructions between two looks at the budgets.
        public var interval: UInt32 = 100

        /// The built-in values.
        public init() {}
    }

    /// The built-in values.
    public init() {}
}
