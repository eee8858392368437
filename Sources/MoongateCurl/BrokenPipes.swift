#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// SIGPIPE, which ends a process that writes to a connection the other side has closed.
enum BrokenPipes {
    /// Ignores the signal, as SwiftNIO does with its first socket, where nobody has said what it should do.
    ///
    /// When libcurl ends connections that it has kept, it ignores the signal for the whole process and puts back what was
    /// there before, whatever a transfer says with `CURLOPT_NOSIGNAL`. If SwiftNIO opens its first socket meanwhile, what
    /// is put back is the default, and the next client that goes away ends the server. So libcurl finds nothing else to put
    /// back than that it is ignored.
    ///
    /// - Parameter number: Another signal, in tests: this one is everybody's.
    static func ignore(_ number: CInt = SIGPIPE) {
        if hasDefault(number) { signal(number, SIG_IGN) }
    }

    /// Whether nobody has said what a signal should do.
    static func hasDefault(_ number: CInt = SIGPIPE) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        #if canImport(Darwin)
            return action.__sigaction_u.__sa_handler == nil
        #else
            return action.__sigaction_handler.sa_handler == nil
        #endif
    }
}
