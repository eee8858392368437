import Logging
import Metrics

/// Tells one event to everybody who listens: the Swift closure first, then scripts in their order. Each is told whatever
/// became of the one before; the answer went out long ago, so a failure is logged and counted and changes nothing.
struct EventRunner: Sendable {
    let log: Logger
    /// How often something is told while the store cannot answer, and the first pause; it doubles.
    static let tries = 5
    static let firstPause = Duration.milliseconds(100)
    static let longestPause = Duration.seconds(1)

    func run(_ event: AuthEvent, _ generation: Generation) async {
        if let closure = generation.events.closure(event.name) {
            await tell(event) { try await closure(event) }
        }
        let chain = generation.events.chain(event.name)
        guard !chain.isEmpty else { return }
        let subject = event.subject.map { HookSubject.id($0) }
        let plain = HookCall(event.withoutTokens.arguments, allowsNoValue: true, subject: subject)
        for hook in chain {
            let call = hook.seesTokens ? HookCall(event.arguments, allowsNoValue: true, subject: subject) : plain
            await tell(event) {
                // A worker for each: after a failure it would run nothing more.
                let pipeline = HookPipeline(generation, requestID: event.request.id)
                defer { pipeline.end() }
                _ = try await pipeline.run(hook, call)
            }
        }
    }

    /// Calls one listener, again where that may help: while no worker is free for as long as it takes, while the store
    /// cannot answer a few times.
    private func tell(_ event: AuthEvent, _ listener: () async throws -> Void) async {
        var pause = Self.firstPause
        var tries = 1
        while true {
            let incident: Incident
            do {
                return try await listener()
            } catch {
                incident = Incident(error)
            }
            let isBusy = incident.code == "overloaded"
            let goesOn = incident.isTransient && (isBusy || tries < Self.tries) && !Task.isCancelled
            if !goesOn || tries == 1 { report(incident, event, goesOn: goesOn) }
            guard goesOn, (try? await Task.sleep(for: pause)) != nil else { return }
            pause = min(pause * 2, Self.longestPause)
            tries += 1
        }
    }

    private func report(_ incident: Incident, _ event: AuthEvent, goesOn: Bool) {
        var metadata: Logger.Metadata = [
            "code": .string(incident.code), "reason": .string(incident.message), "event": .string(event.name.rawValue),
            "requestId": .string(event.request.id),
        ]
        metadata["script"] = incident.script.map { .string($0) }
        metadata["line"] = incident.line.map { .stringConvertible($0) }
        guard !goesOn else { return log.warning("Event has to wait", metadata: metadata) }
        log.error("Event failed", metadata: metadata)
        Counter(
            label: "moongate_event_failures", dimensions: [("event", event.name.rawValue), ("code", incident.code)]
        ).increment()
    }
}
