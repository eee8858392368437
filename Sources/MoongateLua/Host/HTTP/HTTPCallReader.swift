import HTTPTypes
import Moongate
import MoongateTokens

/// Reads the arguments of `http.get`, `http.post` and `http.request`.
struct HTTPCallReader: Sendable {
    let secrets: OwnerSecrets

    private static let general = [
        "headers", "bearer", "basic", "timeoutMs", "maxBytes", "redirects",
    ]
    private static let methods: [String: HTTPRequest.Method] = [
        "GET": .get, "HEAD": .head, "POST": .post, "PUT": .put, "PATCH": .patch, "DELETE": .delete,
        "OPTIONS": .options,
    ]
    /// Bytes of an answer's body: as many as a script can hold in one string.
    private static let largestBody = 512 << 10

    /// `http.get(url, options)`.
    func get(_ arguments: HostArguments) throws(HostRefusal) -> HTTPCall {
        guard (1...2).contains(arguments.count), case .string(let url)? = arguments[0] else {
            throw .raise("http.get takes a URL and options")
        }
        let options = try HostOptions(arguments[1], of: "http.get", known: Self.general)
        return try call(.get, url, options)
    }

    /// `http.post(url, body, options)`; the body may be left out for `json` in the options.
    func post(_ arguments: HostArguments) throws(HostRefusal) -> HTTPCall {
        guard (1...3).contains(arguments.count), case .string(let url)? = arguments[0] else {
            throw .raise("http.post takes a URL, a body and options")
        }
        let options = try HostOptions(arguments[2], of: "http.post", known: Self.general + ["json"])
        var call = try call(.post, url, options)
        switch arguments[1] {
        case nil, .null?: try readJSON(options, into: &call, "http.post")
        case .string(let body)?:
            guard !options.has("json") else { throw .raise("http.post: a body and json, which is it?") }
            call.body = Array(body.utf8)
        default: throw .raise("http.post: the body is a string; a table goes into options: { json = … }")
        }
        return call
    }

    /// `http.request{ method =, url =, … }`.
    func request(_ arguments: HostArguments) throws(HostRefusal) -> HTTPCall {
        let options = try HostOptions(
            arguments[0], of: "http.request", known: ["method", "url", "body", "json"] + Self.general)
        guard arguments.count == 1, let url = try options.text("url") else {
            throw .raise("http.request takes one table with a url")
        }
        let body = try options.text("body")
        guard body == nil || !options.has("json") else { throw .raise("http.request: body and json, which is it?") }
        let name = try options.text("method") ?? (body != nil || options.has("json") ? "POST" : "GET")
        guard let method = Self.methods[name] else {
            throw .raise("http.request: method is one of \(Self.methods.keys.sorted().joined(separator: ", "))")
        }
        guard body == nil && !options.has("json") || method != .get && method != .head else {
            throw .raise("http.request: \(name) sends no body")
        }
        var call = try call(method, url, options)
        call.body = body.map { Array($0.utf8) } ?? []
        try readJSON(options, into: &call, "http.request")
        return call
    }

    private func readJSON(
        _ options: HostOptions, into call: inout HTTPCall, _ function: String
    ) throws(HostRefusal) {
        guard let value = options["json"] else { return }
        guard !value.holdsHandle else { throw .raise("\(function): json holds a secret, which only headers may") }
        call.body = value.canonicalBytes()
        if call.headers[.contentType] == nil { call.headers[.contentType] = "application/json" }
    }

    private func call(
        _ method: HTTPRequest.Method, _ url: String, _ options: HostOptions
    ) throws(HostRefusal) -> HTTPCall {
        let milliseconds = try options.number("timeoutMs", in: 1...60_000) ?? 1_000
        var call = HTTPCall(
            method: method, url: url, timeout: .milliseconds(milliseconds),
            maximumBytes: try options.number("maxBytes", in: 0...Self.largestBody) ?? 64 << 10,
            redirects: try options.number("redirects", in: 0...5) ?? 0)
        try HTTPHeaderReader(secrets: secrets).read(options, into: &call)
        return call
    }
}
