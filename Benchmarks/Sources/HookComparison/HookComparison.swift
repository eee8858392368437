import MeasuredSite
import Moongate

/// What one `jwt` hook costs as a script with every limit on, and what the other ways to do it cost in the same run:
/// `HookComparison FOLDER`.
///
/// Services are in this process, on threads of their own, so that CPU time of the process is that of both ends.
@main
struct HookComparison {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: HookComparison FOLDER")
            return
        }
        let site = try Site(CommandLine.arguments[1])
        let input = try ClosureHook.Input(site.signInCall)
        let document = try WrittenCall(site.signInCall).bytes
        try await withGRPCHook { grpc in
            try await withWebhook { webhook in
                var legs = [
                    Leg("Lua script, every limit on", calls: 4000) { try await script(site) },
                    Leg("Swift closure, values decoded already", calls: 16000) {
                        ClosureHook.run(input).canonicalBytes
                    },
                    Leg("Swift closure, from JSON to JSON", calls: 2000) { try ClosureHook.run(document) },
                    Leg("unary gRPC call, unix socket", calls: 400) { try await grpc.call(document) },
                    Leg("HTTP webhook, loopback, libcurl", calls: 400) { try await webhook.call(document) },
                ]
                try await check(legs)
                for _ in 0..<rounds { for index in legs.indices { try await legs[index].measure() } }
                report(legs)
            }
        }
    }

    private static let rounds = 15

    private static func script(_ site: Site) async throws -> [UInt8] {
        let lease = try site.scripts.lease()
        defer { lease.end() }
        return try await site.run(site.scripts.chain(.jwt)[0], site.signInCall, on: lease)
    }

    /// What is compared has to be the same: every way returns the same bytes.
    private static func check(_ legs: [Leg]) async throws {
        let expected = try await legs[0].body()
        for leg in legs where try await leg.body() != expected { throw Site.Unexpected("\(leg.name): another token") }
    }

    private static func report(_ legs: [Leg]) {
        print("One jwt hook: token, 20 groups, user, account (one call at a time, \(rounds) rounds in turn, medians)")
        print("                                              CPU us    to script    elapsed us    to script")
        for leg in legs {
            let (cpu, elapsed) = (leg.cpu, leg.elapsed)
            print(
                "  " + leg.name.padded(to: 40) + cpu.median.text(1, width: 10) + "  x"
                    + cpu.ratio(to: legs[0].cpu).text(2, width: 8) + "   " + elapsed.median.text(1, width: 10) + "  x"
                    + elapsed.ratio(to: legs[0].elapsed).text(2, width: 8))
        }
    }
}
