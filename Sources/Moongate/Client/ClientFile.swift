import MoongateTokens

/// A file of the browser module, embedded in the binary: the same bytes for everybody (contract E30, E31).
struct ClientFile: Sendable {
    /// With the charset, since nothing in the file says it.
    let mediaType: String
    /// The whole file.
    let bytes: [UInt8]
    /// A strong validator, quotes included: made from the bytes, so another build with the same file keeps caches.
    let entityTag: String

    /// `nil` when the action is no file.
    init?(_ action: Route.Action) {
        switch action {
        case .clientModule: self = Self.module
        case .clientTypes: self = Self.types
        default: return nil
        }
    }

    private init(mediaType: String, bytes: [UInt8]) {
        self.mediaType = mediaType
        self.bytes = bytes
        entityTag = "\"\(Base64URL.encode(Array(SHA256.hash(bytes).prefix(12))))\""
    }

    // Plain text: no media type for TypeScript is registered, and a browser shows this one.
    private static let types = ClientFile(
        mediaType: "text/plain; charset=utf-8", bytes: PackageResources.client_d_ts)
    private static let module = ClientFile(
        mediaType: "text/javascript; charset=utf-8", bytes: PackageResources.client_js)

    /// Whether an `If-None-Match` field names these bytes (RFC 9110, 13.1.2: by weak comparison, as a proxy that
    /// compresses weakens the tag).
    func isNamed(by field: String?) -> Bool {
        guard let field else { return false }
        return field.split(separator: ",").contains { part in
            let tag = part.filter { $0 != " " && $0 != "\t" }
            return tag == "*" || tag == entityTag || tag == "W/" + entityTag
        }
    }
}

extension Route.Action {
    /// The actions that answer a HEAD too.
    var isFile: Bool { self == .clientModule || self == .clientTypes }
}
