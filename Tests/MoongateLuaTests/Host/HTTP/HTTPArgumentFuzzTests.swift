import Logging
import Moongate
import MoongateTokens
import Testing

@testable import MoongateLua

/// Whatever a script passes is read or refused, and what is read could be sent.
@Suite(.timeLimit(.minutes(2))) struct HTTPArgumentFuzzTests {
    private static let names = [
        "url", "method", "body", "json", "headers", "bearer", "basic", "timeoutMs", "maxBytes", "redirects", "@secret",
        "X-A", "Host", "a b", "",
    ]
    private static let texts = [
        "", "GET", "POST", "http://a.example/", "a\r\nb", "x\u{0}y", "A", "NONE", "é", "\u{7f}", "a:b", "9", "\u{2028}",
    ]

    private static func value(_ random: inout Seeded, _ depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0..<(depth > 3 ? 6 : 9), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .integer([0, 1, -1, 5, 6, 60_000, 60_001, .max, .min].randomElement(using: &random) ?? 0)
        case 3: .number([0.5, -1, 1e300, 5].randomElement(using: &random) ?? 0)
        case 4, 5: .string(texts.randomElement(using: &random) ?? "")
        case 6: .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(&random, depth + 1) })
        default: object(&random, depth)
        }
    }

    private static func object(_ random: inout Seeded, _ depth: Int) -> JSONValue {
        let count = Int.random(in: 0..<5, using: &random)
        let members = (0..<count).map { _ in
            (names.randomElement(using: &random) ?? "", value(&random, depth + 1))
        }
        return .object(Dictionary(members) { $1 })
    }

    @Test func everyArgumentIsReadOrRefused() throws {
        var needs = ScriptNeeds()
        needs.secrets = ["A", "NONE"]
        var services = HostServices(clock: StoppedClock(), logger: Logger(label: "test"))
        services.secrets = DictionarySecretSource(["A": "secret-of-a"])
        let owner = ScriptOwner(id: "test", needs: needs, limits: ScriptLimits())
        let reader = HTTPCallReader(secrets: OwnerSecrets(owner, services))
        var random = Seeded(state: 42)
        var read = 0
        for _ in 0..<30_000 {
            var arguments = (0..<Int.random(in: 0..<4, using: &random)).map { _ in Self.value(&random) }
            if Bool.random(using: &random), !arguments.isEmpty { arguments[0] = "http://a.example/" }
            let given = HostArguments(JSONValue.array(arguments).canonicalBytes())
            for shape in [reader.get, reader.post, reader.request] {
                guard let call = try? shape(given) else { continue }
                read += 1
                #expect(call.timeout <= .seconds(2) && (0...5).contains(call.redirects))
                #expect((0...(512 << 10)).contains(call.maximumBytes))
                for field in call.headers {
                    #expect(!field.value.utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 })
                    #expect(field.name.canonicalName != "host")
                }
                #expect(call.secretFields.isSubset(of: call.headers.map(\.name)))
                #expect(!String(decoding: call.body, as: UTF8.self).contains("@secret"))
            }
        }
        #expect(read > 500)
    }
}

/// SplitMix64: the same programs at every run.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
