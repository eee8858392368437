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
    static func ignore() {
        if endTheProcess { signal(SIGPIPE, SIG_IGN) }
    }

    /// Whether writing to a closed connection would end the process.
    static var endTheProcess: Bool {
        var action = sigaction()
        #if canImport(Darwin)
            return sigaction(SIGPIPE, nil, &action) == 0 && action.__sigaction_u.__sa_handler == nil
        #else
            return sigaction(SIGPIPE, nil, &action) == 0 && action.__sigaction_handler.sa_handler == nil
        #endif
    }
}
