import Moongate

/// Decides where an owner's requests may go. Every URL is read by the fetcher that would fetch it, and every redirect
/// comes by here again.
struct HTTPGate: Sendable {
    private let hosts: [HTTPHostPermission]
    private let own: Origin?
    private let listensOn: UInt16?
    private let fetcher: any HTTPFetcher

    init(hosts: [HTTPHostPermission], own: Origin?, listensOn: UInt16?, fetcher: any HTTPFetcher) {
        // A list is read as URLs are: `[0::1]` and `[::1]` are one host.
        self.hosts = hosts.map { permission in
            let read = try? fetcher.destination(of: "http://\(permission.text)/", relativeTo: nil)
            return HTTPHostPermission(host: read?.host ?? permission.host, port: permission.port)
        }
        self.own = own
        self.listensOn = listensOn
        self.fetcher = fetcher
    }

    /// Where the URL leads, if that is allowed.
    func admit(_ url: String, relativeTo base: FetchDestination? = nil) throws(FetchError) -> FetchDestination {
        let destination: FetchDestination
        do {
            destination = try fetcher.destination(of: url, relativeTo: base?.url)
        } catch {
            throw error as? FetchError ?? FetchError(.badURL, "the URL cannot be read")
        }
        guard hosts.contains(where: { $0.admits(destination) }) else { throw unlisted(destination) }
        guard !isOwn(destination) else {
            throw FetchError(.ownOrigin, "\(destination.authority) is this site: a hook must not wait for itself")
        }
        return destination
    }

    private func unlisted(_ destination: FetchDestination) -> FetchError {
        let listed = hosts.map(\.text)
        let guess =
            NearestName.of(destination.host, among: hosts.map(\.host)).flatMap { near in
                hosts.first { $0.host == near }.map { "; \($0.text) is" }
            } ?? "; these are: \(listed.prefix(8).joined(separator: ", "))"
        return FetchError(.unlistedHost, "\(destination.authority) is not in needs.http\(guess)")
    }

    /// Whether this is the site itself: by its public name, or by any name for this machine where it listens. Behind a
    /// proxy the two have different ports.
    private func isOwn(_ destination: FetchDestination) -> Bool {
        var host = destination.host
        if host.hasSuffix(".") { host.removeLast() }
        let bracketed = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        if let own, own.port == destination.port, bracketed == own.host { return true }
        guard Self.isThisMachine(bracketed) else { return false }
        return destination.port == listensOn || own.map { $0.isLoopback && $0.port == destination.port } ?? false
    }

    private static func isThisMachine(_ host: String) -> Bool {
        if ["0.0.0.0", "[::]"].contains(host) || host.hasPrefix("[::ffff:") { return true }
        return Origin(scheme: .http, host: host).isLoopback
    }
}

extension HTTPHostPermission {
    /// Without a port, the default one of the URL's scheme is meant.
    fileprivate func admits(_ destination: FetchDestination) -> Bool {
        host == destination.host && (port ?? destination.scheme.defaultPort) == destination.port
    }

    /// As it is written in a list.
    fileprivate var text: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }
}

extension FetchError.Code {
    /// The host is not in the owner's `needs.http`.
    static let unlistedHost = FetchError.Code("fetch.unlistedHost")
    /// The URL leads to the site itself.
    static let ownOrigin = FetchError.Code("fetch.ownOrigin")
    /// More redirects than the call allows, or one from https to http.
    static let redirect = FetchError.Code("fetch.redirect")
}
