import HTTPTypes
import Moongate
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Answers session reads, and what proxies ask of every request, on the event loop, before the request becomes a `Request`
/// and a task: the paths that are taken most. Everything else goes on to the ordinary way, which gives the same answers.
///
/// It stands between NIO's HTTP/1 codec and the codec of swift-http-types. A request is taken only while nothing that
/// was passed on is unanswered, so answers never overtake each other, and it is answered within the same turn of the
/// loop or passed on. Connections that are idle are closed here, since the handler that does it otherwise does not see
/// what this one answers.
final class SessionLane: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let engine: Engine
    private let dates: HTTPDates
    /// `Server`, with the line ends around it.
    private let lastField: String
    private let idleTimeout: TimeAmount?
    private var taken: (head: HTTPRequestHead, kind: Kind)?
    private var unanswered = 0
    private var isReading = false
    private var hasWritten = false
    private var holdsRead = false
    private var lastActivity = NIODeadline.now()
    private var idleCheck: Scheduled<Void>?
    private var peer: PeerAddress?
    /// Behind NIO's encoder: what is written here goes out as it is.
    private var raw: ChannelHandlerContext?

    /// What is answered here.
    private enum Kind { case session, verify }

    init(_ engine: Engine, dates: HTTPDates, serverName: String, idleTimeout: TimeAmount?) {
        self.engine = engine
        self.dates = dates
        lastField = "\r\nServer: \(serverName)\r\n\r\n"
        self.idleTimeout = idleTimeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        raw = try? context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
        if context.channel.isActive { watchIdleness(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        idleCheck?.cancel()
        raw = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        watchIdleness(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        idleCheck?.cancel()
        idleCheck = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastActivity = .now()
        switch unwrapInboundIn(data) {
        case .head(let head):
            isReading = true
            if unanswered == 0, Self.waitsForContinue(head) { sayContinue(context) }
            if unanswered == 0, raw != nil, let kind = kind(of: head) {
                taken = (head, kind)
                return
            }
            unanswered += 1
        case .body: passOnTaken(context)
        case .end:
            isReading = false
            if let (head, kind) = taken {
                if let answer = answer(head, kind, context) {
                    write(answer, context)
                    taken = nil
                    return
                }
                passOnTaken(context)
            }
        }
        context.fireChannelRead(data)
    }

    private func passOnTaken(_ context: ChannelHandlerContext) {
        guard let (head, _) = taken else { return }
        taken = nil
        unanswered += 1
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasWritten {
            hasWritten = false
            context.flush()
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            unanswered = max(unanswered - 1, 0)
            lastActivity = .now()
        }
        context.write(data, promise: promise)
    }

    /// A client that does not take its answers gives no more requests.
    func read(context: ChannelHandlerContext) {
        guard context.channel.isWritable else {
            holdsRead = true
            return
        }
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if holdsRead, context.channel.isWritable {
            holdsRead = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    private func watchIdleness(_ context: ChannelHandlerContext) {
        guard let idleTimeout, idleCheck == nil else { return }
        lastActivity = .now()
        checkIdleness(context, in: idleTimeout, timeout: idleTimeout)
    }

    private func checkIdleness(_ context: ChannelHandlerContext, in delay: TimeAmount, timeout: TimeAmount) {
        idleCheck = context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
            let idle = NIODeadline.now() - self.lastActivity
            // Whoever waits for an answer of ours is not idle.
            if self.unanswered > 0, !self.isReading {
                self.checkIdleness(context, in: timeout, timeout: timeout)
            } else if idle >= timeout {
                context.close(promise: nil)
            } else {
                self.checkIdleness(context, in: timeout - idle, timeout: timeout)
            }
        }
    }

    private func kind(of head: HTTPRequestHead) -> Kind? {
        guard head.method == .GET, head.version == .http1_1 else { return nil }
        let kind: Kind
        switch head.uri {
        case engine.immediateTarget: kind = .session
        case engine.immediateVerifyTarget: kind = .verify
        default: return nil
        }
        return Self.isPlain(head) ? kind : nil
    }

    /// Whether the client sends its body when it is told to (RFC 9110 section 10.1.1).
    private static func waitsForContinue(_ head: HTTPRequestHead) -> Bool {
        guard head.method == .POST, head.version == .http1_1,
            head.headers.first(name: "content-length").flatMap({ Int($0) }) ?? 0 <= AuthRequest.maximumBodyBytes
        else { return false }
        return head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
    }

    private func sayContinue(_ context: ChannelHandlerContext) {
        guard let raw else { return }
        raw.writeAndFlush(NIOAny(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    /// Whether no field makes more of a request than a plain read of a kept connection.
    private static func isPlain(_ head: HTTPRequestHead) -> Bool {
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 10 where isName(name, "connection"):
                guard value.utf8.count == 10, isName(value, "keep-alive") else { return false }
            case 6 where isName(name, "expect"), 7 where isName(name, "upgrade"),
                14 where isName(name, "content-length"), 17 where isName(name, "transfer-encoding"):
                return false
            default: continue
            }
        }
        return true
    }

    private static func isName(_ name: String, _ lowercase: StaticString) -> Bool {
        lowercase.withUTF8Buffer { wanted in
            zip(name.utf8, wanted).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
        }
    }

    private func answer(_ head: HTTPRequestHead, _ kind: Kind, _ context: ChannelHandlerContext) -> ImmediateAnswer? {
        switch kind {
        case .session:
            return engine.answerAtOnce(target: head.uri, cookies: head.headers["cookie"], peer: peer(context))
        case .verify:
            guard let authority = head.headers.first(name: "host") else { return nil }
            return engine.verifyAtOnce(
                AuthRequest(
                    method: .get, target: head.uri, authority: authority,
                    headers: HTTPFields(head.headers, splitCookie: false), peer: peer(context)))
        }
    }

    /// The same for as long as the connection lasts.
    private func peer(_ context: ChannelHandlerContext) -> PeerAddress? {
        if peer == nil { peer = context.channel.remoteAddress.flatMap { PeerAddress($0) } }
        return peer
    }

    private func write(_ answer: ImmediateAnswer, _ context: ChannelHandlerContext) {
        guard let raw else { return }
        var buffer = context.channel.allocator.buffer(capacity: answer.fields.count + answer.body.count + 160)
        if answer.status.code == 200 {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            let status = HTTPResponseStatus(statusCode: answer.status.code)
            buffer.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        }
        buffer.writeBytes(answer.fields)
        buffer.writeStaticString("Content-Length: ")
        buffer.writeString(String(answer.body.count))
        buffer.writeStaticString("\r\nDate: ")
        buffer.writeString(dates.now)
        buffer.writeString(lastField)
        buffer.writeBytes(answer.body)
        raw.write(NIOAny(buffer), promise: nil)
        hasWritten = true
    }
}

@available(*, unavailable)
extension SessionLane: Sendable {}
