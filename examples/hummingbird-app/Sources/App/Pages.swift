import Hummingbird
import Mustache

/// HTML made on the server. Mustache escapes what it inserts.
struct Pages {
    private let home, account: MustacheTemplate

    init() throws {
        home = try MustacheTemplate(string: String(decoding: PackageResources.home_mustache, as: UTF8.self))
        account = try MustacheTemplate(string: String(decoding: PackageResources.account_mustache, as: UTF8.self))
    }

    func home(_ user: Profile?) -> Response { html(home.render(user.map { ["user": $0] } ?? [:])) }
    func account(_ user: Profile) -> Response { html(account.render(user)) }

    private func html(_ text: String) -> Response {
        let body = ResponseBody(byteBuffer: ByteBuffer(string: text))
        return Response(status: .ok, headers: [.contentType: "text/html; charset=utf-8"], body: body)
    }
}
