import GRPCCore
import GRPCNIOTransportHTTP2Posix
import MeasuredSite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The hook as a unary method of a gRPC service on a unix socket. A message is the call's JSON document as it is: a
/// generated message class would come on top.
struct GRPCHook: Sendable {
    private let client: GRPCClient<HTTP2ClientTransport.Posix>

    fileprivate init(_ client: GRPCClient<HTTP2ClientTransport.Posix>) { self.client = client }

    fileprivate static let method = MethodDescriptor(fullyQualifiedService: "moongate.Hooks", method: "jwt")

    func call(_ document: [UInt8]) async throws -> [UInt8] {
        try await client.unary(
            request: ClientRequest(message: document), descriptor: Self.method, serializer: PlainBytes(),
            deserializer: PlainBytes(), options: .defaults
        ) { try $0.message }
    }
}

/// Lends the hook to `body`: one service, one client, one connection.
func withGRPCHook(_ body: @Sendable (GRPCHook) async throws -> Void) async throws {
    let path = "/tmp/moongate-bench-\(getpid()).sock"
    defer { unlink(path) }
    try await withGRPCServer(
        transport: .http2NIOPosix(address: .unixDomainSocket(path: path), transportSecurity: .plaintext),
        services: [HookService()]
    ) { server in
        _ = try await server.listeningAddress
        try await withGRPCClient(
            transport: .http2NIOPosix(target: .unixDomainSocket(path: path), transportSecurity: .plaintext)
        ) { try await body(GRPCHook($0)) }
    }
}

private struct HookService: RegistrableRPCService {
    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        router.registerHandler(forMethod: GRPCHook.method, deserializer: PlainBytes(), serializer: PlainBytes()) {
            request, _ in
            let request = try await ServerRequest(stream: request)
            return StreamingServerResponse(single: ServerResponse(message: try ClosureHook.run(request.message)))
        }
    }
}

private struct PlainBytes: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> [UInt8] {
        bytes.withUnsafeBytes { Array($0) }
    }
}
