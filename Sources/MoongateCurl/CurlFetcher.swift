import CCurl
import Moongate

/// Outgoing HTTP on libcurl: one multi loop on a thread of its own, bridged to async.
///
/// Connections are kept and reused (HTTP/2 where TLS offers it). Certificates are verified and TLS is at least 1.2;
/// there is no way to turn either off. Redirects are not followed, no compression is asked for or undone, and no
/// cookies, credentials or `.netrc` are used. Private addresses are refused at the socket, after name resolution, and
/// once more for the connection that a request is about to be sent on, since that may be an old one.
///
/// Proxies are those of the environment at the time of `init`. Through a proxy, only a target written as an address
/// can be checked: names are resolved by the proxy, whose policy counts then.
///
/// The first one ignores SIGPIPE for the process where nothing has been said of that signal, as SwiftNIO does.
public final class CurlFetcher: HTTPFetcher {
    /// What all requests of one fetcher have in common.
    public struct Configuration: Sendable {
        /// Path of a PEM file with the certificate authorities to trust; `nil` for the system's.
        public var certificateAuthorities: String?
        /// How many exchanges may be under way at once; further ones wait their turn, within their own timeout.
        public var maximumConcurrent: Int

        /// The system's authorities, 256 exchanges.
        public init(certificateAuthorities: String? = nil, maximumConcurrent: Int = 256) {
            self.certificateAuthorities = certificateAuthorities
            self.maximumConcurrent = maximumConcurrent
        }
    }

    private let mailbox: Mailbox

    /// Starts the thread.
    /// - Throws: ``FetchError`` with `fetch.shutdown` when libcurl or the thread cannot be started.
    public init(configuration: Configuration = Configuration()) throws {
        guard Self.isLibraryReady, let multi = curl_multi_init() else {
            throw FetchError(.shutdown, "libcurl cannot be started")
        }
        mailbox = Mailbox(multi: multi)
        let proxies = ProxyEnvironment.current()
        try CurlThread.start { [mailbox] in
            CurlLoop(mailbox: mailbox, configuration: configuration, proxies: proxies).run()
        } onFailure: { [mailbox] in
            mailbox.close()
            curl_multi_cleanup(mailbox.multi.pointer)
        }
    }

    deinit { shutdown() }

    /// Ends the thread and all connections. Outstanding and later requests fail with `fetch.shutdown`. Safe to call
    /// twice.
    public func shutdown() { mailbox.post(.stop) }

    public func fetch(_ request: FetchRequest) async throws -> FetchResponse {
        let target = try FetchTarget(request.url)
        let job = Job(request: request, target: target)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if !mailbox.post(.start(job, continuation)) {
                    continuation.resume(throwing: FetchError(.shutdown, "the fetcher is shut down"))
                }
            }
        } onCancel: {
            job.cancel()
            mailbox.post(.cancel(job))
        }
    }

    /// Where libcurl would connect to for this URL.
    public func destination(of url: String, relativeTo base: String?) throws -> FetchDestination {
        guard let base else { return try FetchTarget(url).destination() }
        return try FetchTarget(url, relativeTo: base).destination()
    }

    /// libcurl's own start, once per process; later calls read the outcome.
    private static let isLibraryReady: Bool = {
        BrokenPipes.ignore()
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()
}

extension FetchError.Code {
    /// The fetcher was shut down, or could not be started.
    public static let shutdown = FetchError.Code("fetch.shutdown")
}
