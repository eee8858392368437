import Hummingbird
import Logging
import NIOCore

/// The request context of `moongate serve`, ready for a server of your own: what Hummingbird needs, who is connected, and
/// who is signed in.
public struct AuthServerContext: AuthRequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Who is signed in, behind a ``SessionMiddleware``.
    public var auth = AuthContext()
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
