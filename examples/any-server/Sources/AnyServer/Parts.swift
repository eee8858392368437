import HTTPTypes
import Moongate
import NIOCore
import NIOHTTP1

extension AuthRequest {
    /// A request as NIO has parsed it: nothing is decoded, `Host` is the authority.
    init(_ head: HTTPRequestHead, body: [UInt8], peer: PeerAddress?) {
        var headers = HTTPFields()
        for (name, value) in head.headers where name.lowercased() != "host" {
            guard let name = HTTPField.Name(name) else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
        self.init(
            method: HTTPRequest.Method(head.method.rawValue) ?? .get, target: head.uri,
            authority: head.headers.first(name: "host"), headers: headers, body: body, peer: peer)
    }
}

extension AuthResponse {
    /// What goes out. `Content-Length` is the server's; an answer to a HEAD has no body, and says how long it would be.
    func parts(for request: HTTPRequestHead, isLast: Bool) -> [HTTPServerResponsePart] {
        var fields = HTTPHeaders(headers.map { ($0.name.rawName, $0.value) })
        if !fields.contains(name: "content-length"), status != .notModified, status != .noContent {
            fields.add(name: "Content-Length", value: "\(body.count)")
        }
        if isLast {
            fields.replaceOrAdd(name: "Connection", value: "close")
        } else if request.version == .http1_0 {
            fields.replaceOrAdd(name: "Connection", value: "keep-alive")
        }
        let status = HTTPResponseStatus(statusCode: status.code, reasonPhrase: status.reasonPhrase)
        let head = HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: status, headers: fields))
        if request.method == .HEAD || body.isEmpty { return [head, .end(nil)] }
        return [head, .body(.byteBuffer(ByteBuffer(bytes: body))), .end(nil)]
    }
}
