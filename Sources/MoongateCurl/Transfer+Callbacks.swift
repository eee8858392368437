import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Transfer {
    /// Hands libcurl the functions it calls; each finds its transfer through the pointer given beside it.
    func prepareCallbacks() -> Bool {
        let own = Unmanaged.passUnretained(self).toOpaque()
        return moongate_curl_set_sink(easy, CURLOPT_HEADERFUNCTION, Self.onLine) == CURLE_OK
            && moongate_curl_set_pointer(easy, CURLOPT_HEADERDATA, own) == CURLE_OK
            && moongate_curl_set_sink(easy, CURLOPT_WRITEFUNCTION, Self.onBody) == CURLE_OK
            && moongate_curl_set_pointer(easy, CURLOPT_WRITEDATA, own) == CURLE_OK
            && moongate_curl_set_open_socket(easy, Self.onOpenSocket) == CURLE_OK
            && moongate_curl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, own) == CURLE_OK
            && moongate_curl_set_prereq(easy, Self.onConnected) == CURLE_OK
            && moongate_curl_set_pointer(easy, CURLOPT_PREREQDATA, own) == CURLE_OK
    }

    private static func from(_ raw: UnsafeMutableRawPointer?) -> Transfer? {
        raw.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Returning fewer bytes than were given ends the exchange.
    private static let onLine: curl_write_callback = { bytes, size, count, raw in
        guard let transfer = from(raw), let bytes else { return 0 }
        return transfer.receive(line: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
    }

    private static let onBody: curl_write_callback = { bytes, size, count, raw in
        guard size * count > 0 else { return 0 }
        guard let transfer = from(raw), let bytes else { return 0 }
        return transfer.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
    }

    /// Called with each address that is about to be connected to, after name resolution.
    private static let onOpenSocket: curl_opensocket_callback = { raw, purpose, wrapped in
        guard purpose == CURLSOCKTYPE_IPCXN, let transfer = from(raw), let wrapped,
            let address = moongate_curl_address(wrapped)
        else { return CURL_SOCKET_BAD }
        transfer.hasAddress()
        guard transfer.admits(NetworkAddress(address, length: Int(wrapped.pointee.addrlen))) else {
            return CURL_SOCKET_BAD
        }
        return open(wrapped.pointee)
    }

    private static func open(_ wrapped: curl_sockaddr) -> curl_socket_t {
        #if os(Linux)
            return socket(wrapped.family, wrapped.socktype | Int32(SOCK_CLOEXEC.rawValue), wrapped.`protocol`)
        #else
            let opened = socket(wrapped.family, wrapped.socktype, wrapped.`protocol`)
            if opened >= 0 { _ = fcntl(opened, F_SETFD, FD_CLOEXEC) }
            return opened
        #endif
    }

    /// Called just before the request is sent, also on a connection that another request opened under other rules.
    private static let onConnected: curl_prereq_callback = { raw, peer, _, _, _ in
        guard let transfer = from(raw), let peer else { return Int32(CURL_PREREQFUNC_ABORT) }
        transfer.hasAddress()
        let isAdmitted = transfer.admitsConnected(NetworkAddress(text: String(cString: peer)))
        return Int32(isAdmitted ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT)
    }
}
