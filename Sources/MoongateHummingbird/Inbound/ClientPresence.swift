import Moongate
import NIOCore

/// Cancels the request of a connection whose client goes away while it waits for the answer: a hook that waits for the
/// network then ends at once, and a sign-in that nobody will hear of is not stored.
///
/// It stands first in the connection's pipeline, where a first request puts it, and only looks.
final class ClientPresence: ChannelInboundHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private var request: Task<AuthResponse, Never>?

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { request?.cancel() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        request?.cancel()
        request = nil
        context.fireChannelInactive()
    }

    /// The answer, for as long as somebody is there to take it. A client that has closed its side before it is looked
    /// at (`nc -N` does) may still wait, and is answered.
    static func answer(
        on channel: (any Channel)?, _ respond: @escaping @Sendable () async -> AuthResponse
    ) async -> AuthResponse {
        guard let channel else { return await respond() }
        let request = Task(operation: respond)
        channel.eventLoop.execute {
            let pipeline = channel.pipeline.syncOperations
            if let presence = try? pipeline.handler(type: ClientPresence.self) {
                presence.request = request
            } else if channel.isActive {
                let presence = ClientPresence()
                presence.request = request
                try? pipeline.addHandler(presence, position: .first)
            } else {
                request.cancel()
            }
        }
        return await withTaskCancellationHandler {
            await request.value
        } onCancel: {
            request.cancel()
        }
    }
}

@available(*, unavailable)
extension ClientPresence: Sendable {}
