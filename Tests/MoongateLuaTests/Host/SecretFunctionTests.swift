import Logging
import LuaHost
import Moongate
import MoongateTokens
import Testing

@testable import MoongateLua

@Suite struct SecretFunctionTests {
    private static func needs(_ names: String...) -> ScriptNeeds {
        var needs = ScriptNeeds()
        needs.secrets = names
        return needs
    }

    private static func source(_ services: inout HostServices) {
        services.secrets = DictionarySecretSource([
            "HR_TOKEN": "hush-hush-hush", "AUTH_SECRET": "the engine's", "REGION": "eu", "MAIL_TOKEN": "other-other",
        ])
        services.reservedNames = ["AUTH_SECRET"]
    }

    @Test(arguments: ["secret 'X'", "env('X')"])
    func withoutAListThereIsNoSuchFunction(call: String) async throws {
        #expect(try await raised(call)?.contains("undeclared") == true)
    }

    @Test func unlistedNameIsAnErrorThatNamesTheNearest() async throws {
        let message = try await raised("secret 'HR_TOKNE'", needs: Self.needs("HR_TOKEN"), Self.source)
        #expect(message == "secret: HR_TOKNE is not listed in needs.secrets; did you mean HR_TOKEN?")
    }

    @Test func nameOfTheEngineIsRefusedAlsoWhenListed() async throws {
        let message = try await raised("secret 'AUTH_SECRET'", needs: Self.needs("AUTH_SECRET"), Self.source)
        #expect(message == "secret: AUTH_SECRET is the engine's own and no script's")
    }

    @Test(arguments: [
        "secret 'HR_TOKEN' .. ''", "#secret 'HR_TOKEN'", "secret 'HR_TOKEN' < secret 'HR_TOKEN'",
        "(secret 'HR_TOKEN').x", "json.encode(secret 'HR_TOKEN')", "json.encode{ secret 'HR_TOKEN' }",
        "log.info(secret 'HR_TOKEN')", "log.info('x', { s = secret 'HR_TOKEN' })", "crypto.sha256(secret 'HR_TOKEN')",
        "crypto.equal(secret 'HR_TOKEN', 'x')", "crypto.hmac('k', secret 'HR_TOKEN')", "next(secret 'HR_TOKEN')",
        "deny{ message = secret 'HR_TOKEN' }", "tostring(secret 'HR_TOKEN') + 1", "secret(secret 'HR_TOKEN')",
    ])
    func handleCanBeUsedForNothingElse(expression: String) async throws {
        #expect(try await raised(expression, needs: Self.needs("HR_TOKEN"), Self.source) != nil)
    }

    @Test func handleDoesNotComeOutInAResult() async throws {
        let bench = try HostBench("return { s = secret 'HR_TOKEN' }", needs: Self.needs("HR_TOKEN"), Self.source)
        #expect(await bench.failure()?.code == "value.handle")
    }

    @Test func handlesOfOneNameAreNotEqualAndPrintNothing() async throws {
        let body = "local a, b = secret 'HR_TOKEN', secret 'HR_TOKEN' return { tostring(a), a == b }"
        let bench = try HostBench(body, needs: Self.needs("HR_TOKEN"), Self.source)
        #expect(try await bench.run() == ["host value", false])
    }

    @Test func scriptCannotWriteAHandle() async throws {
        let message = try await raised(
            "crypto.hmac({ ['@secret'] = 'MAIL_TOKEN' }, 'x')", needs: Self.needs("HR_TOKEN"), Self.source)
        #expect(message?.contains("keys that begin with '@' are the host's") == true)
    }

    @Test func listedSecretWithoutAValueIsAFailureWithTheWayOut() async throws {
        let answer = try await asked("crypto.hmac(secret 'NONE', 'x')", needs: Self.needs("NONE"), Self.source)
        #expect(answer.value == nil)
        #expect(answer.why?.hasPrefix("secret.missing: NONE has no value") == true)
    }

    // MARK: env

    private static func environment(_ names: String..., secrets: [String] = []) -> ScriptNeeds {
        var needs = ScriptNeeds()
        needs.env = names
        needs.secrets = secrets
        return needs
    }

    @Test func listedVariableIsRead() async throws {
        let needs = Self.environment("REGION", "UNSET")
        #expect(try await asked("env 'REGION'", needs: needs, Self.source).value == "eu")
        #expect(try await asked("env('UNSET', 'none')", needs: needs, Self.source).value == "none")
        #expect(try await asked("env('UNSET')", needs: needs, Self.source).value == nil)
    }

    @Test func otherVariablesAreErrors() async throws {
        let needs = Self.environment("REGION", "AUTH_SECRET", "HR_TOKEN", secrets: ["HR_TOKEN"])
        #expect(
            try await raised("env 'REGOIN'", needs: needs, Self.source)
                == "env: REGOIN is not listed in needs.env; did you mean REGION?")
        #expect(
            try await raised("env 'AUTH_SECRET'", needs: needs, Self.source)
                == "env: AUTH_SECRET is a secret and not given to scripts")
        #expect(
            try await raised("env 'HR_TOKEN'", needs: needs, Self.source)
                == "env: HR_TOKEN is a secret and not given to scripts")
    }
}

@Suite struct KnownSecretsTests {
    private func known(_ value: String, name: String = "A") throws -> KnownSecrets {
        let known = KnownSecrets()
        _ = try known.value(of: name, from: DictionarySecretSource([name: value]))
        return known
    }

    @Test func valueIsReplacedWhereverItStands() throws {
        let known = try known("s3cr3t-s3cr3t")
        #expect(known.redacted("a s3cr3t-s3cr3t, twice s3cr3t-s3cr3t") == "a [secret A], twice [secret A]")
        #expect(known.redacted(["x": ["s3cr3t-s3cr3t!", 1]] as JSONValue) == ["x": ["[secret A]!", 1]])
    }

    @Test func valueWithQuotesIsFoundInJSON() throws {
        let known = try known("quo\"te\\and\nline")
        let bytes = (["t": "quo\"te\\and\nline"] as JSONValue).canonicalBytes()
        #expect(String(decoding: known.redacted(json: bytes), as: UTF8.self) == #"{"t":"[secret A]"}"#)
    }

    @Test func otherTextStaysAsItIs() throws {
        let known = try known("s3cr3t-s3cr3t")
        #expect(known.redacted("s3cr3t-s3cr3") == "s3cr3t-s3cr3")
        #expect(KnownSecrets().redacted("s3cr3t-s3cr3t") == "s3cr3t-s3cr3t")
    }

    @Test func shortValueStandsInOrdinaryTextAndIsLeft() throws {
        #expect(try known("eu").redacted("neutral") == "neutral")
    }

    @Test func longerOfTwoSecretsWins() throws {
        let known = try known("12345678")
        _ = try known.value(of: "B", from: DictionarySecretSource(["B": "12345678-90"]))
        #expect(known.redacted("12345678-90 12345678") == "[secret B] [secret A]")
    }

    @Test func logOfAScriptDoesNotShowASecretThatCameBack() async throws {
        var needs = ScriptNeeds()
        needs.secrets = ["A"]
        let body = "crypto.hmac(secret 'A', 'x') log.info('got long-value-1', { body = { 'x long-value-1' } }) return 1"
        let bench = try HostBench(body, needs: needs) { $0.secrets = DictionarySecretSource(["A": "long-value-1"]) }
        _ = try await bench.run()
        let entry = try #require(bench.log.entries.first)
        #expect(entry.message == "got [secret A]")
        #expect(entry.metadata["body"] == "[\"x [secret A]\"]")
    }
}

/// What hooks say to the outside holds no secret that they use, wherever it came back from.
@Suite struct SecretOutsideTests {
    private static let secret = "long-value-1"

    /// A hook whose token holds the secret: `p.token.echo`, as a server that echoes could have put it there.
    private func step(_ hook: HookName, _ body: String, needs: [String] = ["A"]) async throws -> HookStep {
        let folder = try TemporaryFolder()
        try folder.write("\(hook.rawValue).lua", "return function(p) \(body) end")
        var allowed = ScriptNeeds()
        allowed.secrets = needs
        var services = HostServices(clock: StoppedClock(), logger: Logger(label: "test"))
        services.secrets = DictionarySecretSource(["A": Self.secret])
        let owner = OwnedScripts(site: try ScriptSet.load(folder.path), needs: allowed, limits: ScriptLimits())
        let runner = try await LuaHookRunner.load([owner], services: services)
        let lease = try runner.lease()
        defer { lease.end() }
        let token: JSONValue = ["echo": .string(Self.secret)]
        let call = HookCall([HookCall.Argument("token", .json(token.canonicalBytes()))])
        var step = lease.start(runner.chain(hook)[0], call)
        while case .pending = step { step = await lease.proceed() }
        return step
    }

    @Test func claimIsCleaned() async throws {
        let step = try await step(.jwt, "crypto.hmac(secret 'A', 'x') return p.token")
        guard case .returned(let result) = step else { Issue.record("\(step)"); return }
        #expect(result.json == ["echo": "[secret A]"])
    }

    @Test func errorIsCleaned() async throws {
        let step = try await step(.jwt, "crypto.hmac(secret 'A', 'x') error('got ' .. p.token.echo)")
        guard case .failed(let failure) = step else { Issue.record("\(step)"); return }
        #expect(failure.message == "got [secret A]")
    }

    @Test func verdictIsCleaned() async throws {
        let body = "crypto.hmac(secret 'A', 'x') return deny{ code = p.token.echo, message = p.token.echo }"
        let step = try await step(.signIn, body)
        guard case .returned(.denied(let code, let message)) = step else { Issue.record("\(step)"); return }
        #expect(code == "denied")
        #expect(message == "[secret A]")
    }

    @Test func valueThatNoScriptUsedAsASecretStays() async throws {
        let step = try await step(.jwt, "return p.token")
        guard case .returned(let result) = step else { Issue.record("\(step)"); return }
        #expect(result.json == ["echo": .string(Self.secret)])
    }
}
