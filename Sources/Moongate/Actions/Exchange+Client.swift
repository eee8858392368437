import HTTPTypes

extension Exchange {
    /// E30, E31. Nothing of the request but its method and `If-None-Match` is looked at; no cookies, no hooks.
    func answer(_ file: ClientFile) -> AuthResponse {
        var response = AuthResponse(
            status: .ok,
            headers: [
                .contentType: file.mediaType, .cacheControl: "public, max-age=3600", .eTag: file.entityTag,
                .xContentTypeOptions: "nosniff",
            ])
        if file.isNamed(by: request.headers[.ifNoneMatch]) {
            response.status = .notModified
            response.headers[.contentType] = nil
        } else if request.method == .head {
            response.headers[.contentLength] = String(file.bytes.count)
        } else {
            response.body = file.bytes
        }
        return response
    }
}
