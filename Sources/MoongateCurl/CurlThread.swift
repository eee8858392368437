import Moongate

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A detached thread: libcurl's loop waits in `poll`, which must not hold a thread of the cooperative pool.
///
/// Whoever embeds us may have a handler for SIGPIPE, and OpenSSL writes to a connection that the other side has reset, so the
/// signal is blocked on this thread: such a write is an error there, and no end of the program.
enum CurlThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }

        func start() {
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
            run()
        }
    }

    /// Runs `body` on a new thread.
    /// - Throws: ``FetchError`` with `fetch.shutdown`, after `onFailure`, when the system gives no thread.
    static func start(_ body: @escaping @Sendable () -> Void, onFailure: () -> Void) throws(FetchError) {
        let handed = Unmanaged.passRetained(Body(body))
        #if canImport(Darwin)
            var thread: pthread_t?
            let status = pthread_create(
                &thread, nil,
                { raw in
                    Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().start()
                    return nil
                }, handed.toOpaque())
        #else
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { raw in
                    if let raw { Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().start() }
                    return nil
                }, handed.toOpaque())
        #endif
        guard status == 0 else {
            handed.release()
            onFailure()
            throw FetchError(.shutdown, "no thread for outgoing requests")
        }
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }
}
