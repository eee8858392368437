import Hummingbird

/// A request context that knows who is signed in, once ``SessionMiddleware`` has seen the request.
///
/// ``AuthServerContext`` is one, ready to use. One of your own needs a line, and a second one where the client's address
/// counts (development mode, events):
///
/// ```swift
/// struct AppContext: AuthRequestContext, RemoteAddressRequestContext {
///     var coreContext: CoreRequestContextStorage
///     var auth = AuthContext()
///     let remoteAddress: SocketAddress?
///
///     init(source: Source) {
///         coreContext = .init(source: source)
///         remoteAddress = source.channel.remoteAddress
///     }
/// }
/// ```
public protocol AuthRequestContext: RequestContext {
    /// Who is signed in. Begins as ``AuthContext/init()``; ``SessionMiddleware`` fills it.
    var auth: AuthContext { get set }
}
