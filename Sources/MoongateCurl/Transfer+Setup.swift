import CCurl
import HTTPTypes
import Moongate

extension Transfer {
    /// Sets every option of the easy handle; `false` when libcurl refuses one, and then nothing may be sent.
    func prepare(_ configuration: CurlFetcher.Configuration, remaining: Duration) -> Bool {
        moongate_curl_set_pointer(easy, CURLOPT_PRIVATE, Unmanaged.passUnretained(self).toOpaque()) == CURLE_OK
            && prepareConnection(configuration, remaining)
            && prepareRequest()
            && prepareCallbacks()
    }

    private func prepareConnection(_ configuration: CurlFetcher.Configuration, _ remaining: Duration) -> Bool {
        let (seconds, attoseconds) = remaining.components
        let milliseconds = max(seconds * 1_000 + attoseconds / 1_000_000_000_000_000, 1)
        return set(CURLOPT_NOSIGNAL, 1)
            && set(CURLOPT_TIMEOUT_MS, Int(milliseconds))
            && set(CURLOPT_CONNECTTIMEOUT_MS, Int(milliseconds))
            && set(CURLOPT_PROTOCOLS_STR, "http,https")
            && set(CURLOPT_FOLLOWLOCATION, 0)
            && set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
            && set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
            && set(CURLOPT_SSL_VERIFYPEER, 1)
            && set(CURLOPT_SSL_VERIFYHOST, 2)
            && (configuration.certificateAuthorities.map { set(CURLOPT_CAINFO, $0) } ?? true)
            // An empty string turns off libcurl's own reading of the environment.
            && set(CURLOPT_PROXY, proxy ?? "")
            && set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    }

    private func prepareRequest() -> Bool {
        let request = job.request
        return set(CURLOPT_URL, job.target.url)
            && set(CURLOPT_USERAGENT, "moongate")
            && moongate_curl_set_size(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.maximumBytes)) == CURLE_OK
            && prepareMethod(request)
            && prepareHeaders(request)
    }

    private func prepareMethod(_ request: FetchRequest) -> Bool {
        if request.method == .head { return set(CURLOPT_NOBODY, 1) }
        let sendsBody = !request.body.isEmpty || [.post, .put, .patch].contains(request.method)
        guard sendsBody else {
            return set(CURLOPT_HTTPGET, 1) && set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        // The size goes first: libcurl then copies that many bytes and does not look for a NUL.
        return set(CURLOPT_POST, 1)
            && moongate_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)) == CURLE_OK
            && request.body.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return set(CURLOPT_COPYPOSTFIELDS, "") }
                let pointer = UnsafeMutableRawPointer(mutating: start)
                return moongate_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, pointer) == CURLE_OK
            }
            && set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    /// The fetcher's own: framing and hosts are libcurl's, and no coding is asked for that nobody would undo.
    private static let reserved: Set<HTTPField.Name> = [
        .contentLength, .transferEncoding, .connection, .acceptEncoding, .expect,
    ]

    private func prepareHeaders(_ request: FetchRequest) -> Bool {
        // A name alone keeps libcurl from adding its own.
        var lines = ["Expect:"]
        if request.headers[.contentType] == nil { lines.append("Content-Type:") }
        for field in request.headers where !Self.reserved.contains(field.name) && field.name.canonicalName != "host" {
            let name = field.name.rawName
            lines.append(field.value.isEmpty ? "\(name);" : "\(name): \(field.value)")
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                return false
            }
            list = longer
        }
        keep(headers: list)
        return moongate_curl_set_list(easy, CURLOPT_HTTPHEADER, list) == CURLE_OK
    }

    private func set(_ option: CURLoption, _ value: Int) -> Bool {
        moongate_curl_set_long(easy, option, value) == CURLE_OK
    }

    private func set(_ option: CURLoption, _ value: String) -> Bool {
        moongate_curl_set_string(easy, option, value) == CURLE_OK
    }
}
