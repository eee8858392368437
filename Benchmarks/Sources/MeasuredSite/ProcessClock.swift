#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Nanoseconds, from wherever the clock began.
package enum ProcessClock {
    /// CPU time of all threads of this process, the kernel's on their behalf included.
    package static func cpu() -> Double { read(CLOCK_PROCESS_CPUTIME_ID) }
    /// What a clock on the wall shows.
    package static func elapsed() -> Double { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
