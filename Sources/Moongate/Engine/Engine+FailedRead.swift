extension Engine {
    /// Logs why ``session(from:)`` threw, as a read of `{basePath}/session` does: with the code, the script and its line.
    /// - Returns: What the client may be told; in development mode the reason.
    package func reportFailedRead(_ error: any Error, of request: AuthRequest) -> String {
        var request = request
        if request.id == nil { request.id = nextRequestID() }
        let exchange = Exchange(request, generation: generation, engine: self)
        exchange.report(Incident(error), isRefusal: false)
        return request.id.flatMap(detail) ?? "The service is not available for the moment. Please try again."
    }
}
