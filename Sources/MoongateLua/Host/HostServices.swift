import Logging
import LuaHost
import Moongate

/// What the functions of the host stand on. One for the whole program: generations come and go above it.
public struct HostServices: Sendable {
    /// Answers `time.now()`, and decides what has expired.
    public var clock: any AuthClock
    /// Answers `crypto.random`.
    public var random: any RandomSource
    /// Where `math.random` begins in each machine: for tests. `nil`: numbers that nobody can foretell.
    public var seed: UInt64?
    /// Takes what scripts log.
    public var logger: Logger
    /// Sends what `http` asks; `nil` where nothing may go out (`moongate eval`).
    public var http: (any HTTPFetcher)?
    /// Where `secret` and `env` look.
    public var secrets: (any SecretSource)?
    /// Where `kv` keeps values; `nil` for none.
    public var keyValues: (any KeyValueStore)?
    /// What `cache` keeps; one for the whole program, so that it outlives a generation.
    public var cache = ScriptCache()
    /// Where `users` looks; `nil` for none.
    public var store: (any AuthStore)?
    /// The site's own origin, which `http` never asks: a hook that waits for its own server could wait for itself.
    public var origin: Origin?
    /// The port that the program listens on, where it is known: behind a proxy it is another than the origin's.
    public var listensOn: UInt16?
    /// Names that the engine consumes itself and scripts are never given, by `secret` or by `env`: `AUTH_SECRET`,
    /// provider secrets, database and mail urls.
    public var reservedNames: Set<String> = []
    /// What scripts have used of secrets, taken out of every log entry; one for the whole program.
    public var knownSecrets = KnownSecrets()
    /// Hashes passwords, a few at a time; one for the whole program.
    public var passwords = PasswordWorkers()

    /// How many script states there are, and how many calls run at once; one for the whole program.
    public var shares = PoolShares()

    /// Services with a clock, randomness and a log, and nothing else.
    public init(clock: any AuthClock, random: any RandomSource = SystemRandom(), logger: Logger) {
        self.clock = clock
        self.random = random
        self.logger = logger
    }
}
