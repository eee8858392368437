import HTTPTypes

/// What an action decided; ``Exchange`` makes an answer of it.
enum ActionOutcome {
    /// 200 with JSON. `isPrivate` adds the cache headers of contract E2, E3.
    case json([UInt8], isPrivate: Bool)
    /// 302 (or 200 with `{"url"}` for `X-Auth-Return-Redirect`).
    case redirect(String)
    /// An HTML page.
    case page(Page)
    /// A status with a JSON body, without cookies.
    case status(HTTPResponse.Status, body: [UInt8])
}
