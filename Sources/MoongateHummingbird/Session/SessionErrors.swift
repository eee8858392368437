import HTTPTypes
import Hummingbird

/// `context.auth` was asked on a route that ``SessionMiddleware`` does not stand before: 500, and the log says what to do.
public struct SessionMiddlewareMissing: HTTPResponseError, CustomStringConvertible {
    /// 500.
    public var status: HTTPResponse.Status { .internalServerError }

    public var description: String {
        "context.auth was asked, but no SessionMiddleware has seen this request: add "
            + "`router.add(middleware: SessionMiddleware(engine))` before the route"
    }

    /// An empty 500; the description goes to the log.
    public func response(from request: Request, context: some RequestContext) throws -> Response {
        context.logger.error("\(self)")
        return Response(status: status)
    }
}

/// There is a session, and hooks took `user` out of it.
struct SessionUserMissing: Error {}

/// Why `session.user` is not of the type that was asked for: names the member, and never its value.
struct SessionUserProblem: CustomStringConvertible {
    let description: String

    init(_ error: any Error, type: String) {
        let what: String
        switch error {
        case is SessionUserMissing: what = "session.user is missing: a session hook took it out"
        case DecodingError.keyNotFound(let key, let context):
            what = "\(Self.name(context.codingPath + [key])) is missing"
        case DecodingError.valueNotFound(_, let context): what = "\(Self.name(context.codingPath)) is null"
        case DecodingError.typeMismatch(_, let context):
            what = "\(Self.name(context.codingPath)) is of another type"
        case DecodingError.dataCorrupted(let context):
            what = "\(Self.name(context.codingPath)) has a value that is refused"
        default: what = "session.user is refused with \(Swift.type(of: error))"
        }
        description = "\(what); \(type) was asked for"
    }

    private static func name(_ path: [any CodingKey]) -> String {
        path.reduce("session.user") { name, key in name + (key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)") }
    }
}

/// An error of a handler's own that says how to answer, answered with what the session read has to send along.
struct AnsweredError: HTTPResponseError {
    let original: any HTTPResponseError
    let fields: SessionFields

    var status: HTTPResponse.Status { original.status }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var response = try original.response(from: request, context: context)
        fields.add(to: &response.headers)
        return response
    }
}
