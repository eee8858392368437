import CCurl
import HTTPTypes
import Moongate

/// One exchange under way, on the loop's thread only. libcurl's callbacks reach it through a pointer that is valid as
/// long as the loop keeps the object in its table.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    let job: Job
    let proxy: String?
    private var continuation: Mailbox.Continuation?
    private var sent: UnsafeMutablePointer<curl_slist>?
    private var head = ResponseHead()
    private var body: [UInt8] = []
    /// Why we ended it ourselves; libcurl then only knows that a callback said no.
    private(set) var refusal: FetchError.Code?
    /// Told once: when the name has an address, or with `false` when the exchange ended without one.
    var onAddress: ((Bool) -> Void)?

    init(easy: UnsafeMutableRawPointer, job: Job, continuation: Mailbox.Continuation, proxy: String?) {
        self.easy = easy
        self.job = job
        self.continuation = continuation
        self.proxy = proxy
    }

    deinit { curl_slist_free_all(sent) }

    /// The transfer of an easy handle that was prepared.
    static func of(_ easy: UnsafeMutableRawPointer) -> Transfer? {
        var raw: UnsafeMutableRawPointer?
        guard moongate_curl_get_private(easy, &raw) == CURLE_OK, let raw else { return nil }
        return Unmanaged<Transfer>.fromOpaque(raw).takeUnretainedValue()
    }

    /// Keeps a list of header lines as long as libcurl may read it.
    func keep(headers: UnsafeMutablePointer<curl_slist>?) { sent = headers }

    // MARK: What the callbacks do

    /// One line of the head or of the trailers; `false` ends the exchange.
    func receive(line: UnsafeRawBufferPointer) -> Bool {
        guard head.append(line) else { return refuse(.tooLarge) }
        return true
    }

    /// A piece of the body; `false` ends the exchange.
    func receive(body piece: UnsafeRawBufferPointer) -> Bool {
        guard piece.count <= job.request.maximumBytes - body.count else { return refuse(.tooLarge) }
        body.append(contentsOf: piece)
        return true
    }

    /// Whether a connection to this address may be used. A proxy is the operator's choice and may be anywhere; what
    /// stands behind it is checked as far as the URL tells.
    func admits(_ address: NetworkAddress?) -> Bool {
        let written = NetworkAddress(text: job.target.host)
        let checked = proxy == nil ? address : written
        if job.request.allowsPrivateAddresses {
            // Private addresses are the caller's wish, but a name server has none.
            return written != nil || checked?.isNeverNamed != true || refuse(.privateAddress)
        }
        if proxy != nil, checked == nil { return true }
        if checked?.isPublic == true { return true }
        return refuse(.privateAddress)
    }

    /// The name of the host has been looked up.
    func hasAddress() { endLookup(true) }

    private func endLookup(_ found: Bool) {
        onAddress?(found)
        onAddress = nil
    }

    /// Whether the connection that was chosen may be used. If it may, the addresses refused on the way no longer
    /// matter.
    func admitsConnected(_ address: NetworkAddress?) -> Bool {
        guard admits(address) else { return false }
        refusal = nil
        return true
    }

    private func refuse(_ code: FetchError.Code) -> Bool {
        refusal = code
        return false
    }

    // MARK: The end

    /// Answers with what has come, or with why it did not.
    func finish(_ result: CURLcode) {
        endLookup(false)
        guard result == CURLE_OK else { return fail(error(for: result)) }
        var status = 0
        moongate_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        continuation?.resume(returning: FetchResponse(status: status, headers: head.fields, body: body))
        continuation = nil
    }

    /// Answers with an error. Only the first answer counts.
    func fail(_ error: FetchError) {
        endLookup(false)
        continuation?.resume(throwing: error)
        continuation = nil
    }

    private func error(for result: CURLcode) -> FetchError {
        let code = refusal ?? FetchError.Code(result)
        let detail = refusal == nil ? String(cString: curl_easy_strerror(result)) : "refused"
        return FetchError(code, "\(job.target.origin): \(detail)")
    }
}

extension FetchError.Code {
    /// The kind of a failure that libcurl names.
    init(_ result: CURLcode) {
        switch result {
        case CURLE_URL_MALFORMAT: self = .badURL
        case CURLE_OPERATION_TIMEDOUT: self = .timeout
        case CURLE_FILESIZE_EXCEEDED: self = .tooLarge
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            self = .tls
        // Among them "unsupported protocol": the URL was checked, so the peer does not speak HTTP.
        default: self = .unreachable
        }
    }
}
