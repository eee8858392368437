import HTTPTypes
import Moongate

/// What a script asks to be sent, checked; where it goes is decided later.
struct HTTPCall: Sendable {
    var method: HTTPRequest.Method
    var url: String
    var headers = HTTPFields()
    /// Fields with a secret in them: they go to the origin that the script named and to no other.
    var secretFields: Set<HTTPField.Name> = []
    var body: [UInt8] = []
    var timeout: Duration
    var maximumBytes: Int
    /// How many redirects are followed; 0: a redirect is an answer.
    var redirects: Int

    /// Becomes the request that a redirect asks for (RFC 9110 section 15.4): 303 is fetched with GET, and so is what a
    /// POST was redirected to by 301 or 302; 307 and 308 repeat the request.
    mutating func follow(status: Int, staysAtOrigin: Bool) {
        let becomesGet = status == 303 && method != .head || [301, 302].contains(status) && method == .post
        if becomesGet {
            method = .get
            body = []
            for name in [HTTPField.Name.contentType, .contentEncoding, .contentLanguage, .contentLocation] {
                headers[name] = nil
            }
        }
        guard !staysAtOrigin else { return }
        for name in secretFields.union([.authorization, .cookie]) { headers[name] = nil }
    }
}
