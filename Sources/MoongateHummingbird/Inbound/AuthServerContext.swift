import Hummingbird
import Logging
import NIOCore

/// The request context of `moongate serve`: what Hummingbird needs, and who is connected.
public struct AuthServerContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The connection: asked for the peer's address when somebody wants it.
    let channel: any Channel

    /// A context for one request of a connection.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The peer's address, `nil` for a unix socket.
    public var remoteAddress: SocketAddress? { channel.remoteAddress }
}

extension AuthServerContext: RemoteAddressRequestContext {}
