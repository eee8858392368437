import Hummingbird
import HummingbirdCore
import Logging
import Moongate
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Hummingbird's HTTP/1 channel with ``SessionLane`` in front.
struct SessionLaneChannel: ServerChildChannel, HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    let engine: Engine
    let dates = HTTPDates()
    let serverName: String
    let idleTimeout: TimeAmount?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            var limits = NIOHTTPDecoderLimitConfiguration()
            let decoder = HTTP1Channel.Configuration.DecoderConfiguration()
            limits.maxHeaderFieldSize = decoder.maxHeaderFieldSize
            limits.maxHeaderListSize = decoder.maxHeaderListSize
            limits.maxHeaderFieldCount = decoder.maxHeaderFieldCount
            // As Hummingbird's own channel: pipelined requests wait in the asynchronous channel, errors are answered there,
            // and fields are checked by swift-http-types.
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
            try pipeline.addHandler(
                SessionLane(engine, dates: dates, serverName: serverName, idleTimeout: idleTimeout))
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: nil, logger: logger))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async { await handleHTTP(asyncChannel: value, logger: logger) }
}

extension HTTPServerBuilder {
    /// HTTP/1 with session reads answered on the event loop, in front of router, middleware and tasks: under half of
    /// what they cost otherwise. All other requests, and reads whose hooks wait, take the ordinary way; the answers are
    /// the same, but middleware does not see those that are answered in front.
    ///
    /// ```swift
    /// Application(router: router, server: .sessionLane(moongate.engine))
    /// ```
    ///
    /// - Parameters:
    ///   - engine: Answers `GET {basePath}/session`.
    ///   - serverName: The `Server` field; that of the application's configuration.
    ///   - idleTimeout: After which a connection that says nothing is closed.
    public static func sessionLane(
        _ engine: Engine, serverName: String = "moongate", idleTimeout: TimeAmount? = .seconds(30)
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            SessionLaneChannel(
                responder: responder, engine: engine, serverName: serverName, idleTimeout: idleTimeout)
        }
    }
}
