import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// `cache(key, ttl, fn, options)` keeps what `fn` returns for the user whom the call is about; `cache.shared`, which
    /// has to be listed among the permissions, for everybody.
    static func caching(_ owner: ScriptOwner, _ services: HostServices) -> [HostFunction] {
        let own = caching("cache", services) { scope throws(HostRefusal) in
            guard let subject = scope.subject else {
                throw .raise(
                    "cache keeps one value for each user, and nobody is known here: use cache.shared (needs sharedCache)"
                )
            }
            return subject
        }
        return owner.needs.sharedCache ? [own, caching("cache.shared", services) { _ in nil }] : [own]
    }

    private static func caching(
        _ name: String, _ services: HostServices,
        subject: @escaping @Sendable (CallScope) throws(HostRefusal) -> String?
    ) -> HostFunction {
        let (cache, clock) = (services.cache, services.clock)
        let read: @Sendable ([UInt8]) throws(HostRefusal) -> CacheRequest = { bytes throws(HostRefusal) in
            guard let scope = CallScope.current else { throw .raise("\(name) keeps nothing here") }
            let arguments = try CacheArguments(HostArguments(bytes), of: name)
            let key = CacheKey(
                owner: scope.owner, code: scope.code, subject: try subject(scope), name: arguments.name)
            return CacheRequest(key: key, ttl: arguments.ttl, staleIfError: arguments.staleIfError, clock: clock)
        }
        return .filling(name) { bytes, call in
            do throws(HostRefusal) {
                let answer = cache.attempt(try read(bytes), call: call)
                if case .answer(.value) = answer { CallScope.current?.account?.countCacheHit() }
                return answer
            } catch { return .answer(error.answer) }
        } wait: { bytes, call in
            do throws(HostRefusal) {
                return await cache.wait(try read(bytes), call: call)
            } catch { return .answer(error.answer) }
        }
    }
}

/// What a script says to `cache`, checked.
private struct CacheArguments {
    /// A week.
    private static let longest = 604_800

    let name: String
    let ttl: Int64
    let staleIfError: Int64

    init(_ arguments: HostArguments, of function: String) throws(HostRefusal) {
        guard case .string(let name)? = arguments[0], (1...256).contains(name.utf8.count) else {
            throw .raise("\(function) takes a key of 1 to 256 bytes first")
        }
        guard case .integer(let ttl)? = arguments[1], (1...Int64(Self.longest)).contains(ttl) else {
            throw .raise("\(function): the second argument is whole seconds, from 1 to \(Self.longest)")
        }
        let options = try HostOptions(arguments[3], of: function, known: ["staleIfError"])
        self.name = name
        self.ttl = ttl
        staleIfError = Int64(try options.number("staleIfError", in: 0...Self.longest) ?? 0)
    }
}
