/// Takes records of decisions: the decision log, or a destination of yours.
///
/// To implement: return at once. A request waits for ``add(_:)``; whoever cannot keep up drops entries and counts them.
public protocol DecisionSink: Sendable {
    /// Takes one record, which is made where ``DecisionEntry/line`` is asked for.
    func add(_ entry: DecisionEntry)
}

/// A decision on its way to the log.
public struct DecisionEntry: Sendable {
    /// When it was made.
    public let time: Timestamp
    /// As in the log lines and in `X-Request-Id` of the same request.
    public let requestID: String
    private let judgement: Judgement

    init(_ judgement: Judgement, time: Timestamp, requestID: String) {
        self.judgement = judgement
        self.time = time
        self.requestID = requestID
    }

    /// How it came about.
    public var record: DecisionRecord { DecisionRecord(judgement) }

    /// The record as one line of JSON with `time` and `requestId`, without a line break.
    public var line: [UInt8] {
        var members = record.json.objectValue ?? [:]
        members["time"] = .string(time.iso8601)
        members["requestId"] = .string(requestID)
        return JSONValue.object(members).canonicalBytes()
    }
}

extension Engine {
    /// Whether the decision that is about to be made may have to be recorded, and then from which share on.
    func drawRecord(_ generation: Generation) -> DecisionDraw? {
        guard ports.decisions != nil, generation.configuration.decisions.log != nil else { return nil }
        let settings = generation.configuration.decisions
        let drawn = DecisionDraw(number: decisionNumbers.add(1, ordering: .relaxed).newValue)
        return drawn.isBelow(max(settings.allowed, settings.denied)) ? drawn : nil
    }

    /// Hands a decision to the log, where its share is hit.
    func record(_ judgement: Judgement, _ draw: DecisionDraw?, _ generation: Generation, time: Timestamp, id: String?) {
        let settings = generation.configuration.decisions
        guard let draw, draw.isBelow(judgement.decision.isAllowed ? settings.allowed : settings.denied) else { return }
        ports.decisions?.add(DecisionEntry(judgement, time: time, requestID: id ?? "-"))
    }
}

/// A number in 0..<1 for each decision: spread evenly and cheap, and nothing that must not be guessed.
struct DecisionDraw: Sendable {
    private let fraction: Double

    /// - Parameter number: Counted; consecutive ones are spread by SplitMix64's finalizer.
    init(number: UInt64) {
        var mixed = number &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        fraction = Double((mixed ^ mixed >> 31) >> 11) / Double(1 << 53 as UInt64)
    }

    func isBelow(_ share: Double) -> Bool { fraction < share }
}
