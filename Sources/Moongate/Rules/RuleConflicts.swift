/// Routes that match one request while neither is narrower: an author has to say which of them is meant.
///
/// Such a pair is fine where a third route is exactly what the two have in common: that one decides there.
struct RuleConflicts {
    /// Two routes and a request that both match.
    struct Conflict {
        let first: Rule
        let second: Rule
        let sample: String
        let isEqual: Bool
    }

    private final class Node {
        var literals: [[UInt8]: Node] = [:]
        var parameter: Node?
        var end: [Rule] = []
        var rest: [Rule] = []
    }

    private let root = Node()
    private var found: [Conflict] = []
    /// In the order of the files: of a pair that is met from both sides, the earlier one tells.
    private let order: [ObjectIdentifier: Int]
    /// Beyond this many, a file is not worth listing more of it.
    private static let mostConflicts = 20
    /// Beyond this many pairs that cross, a file is not looked through: it would take seconds, and nobody can read it.
    static let mostPairs = 100_000
    private var pairs = 0

    /// - Returns: `nil` when there are more than ``mostPairs`` to look at.
    static func find(in rules: [Rule]) -> [Conflict]? {
        var search = RuleConflicts(rules)
        for rule in rules where search.found.count < mostConflicts {
            guard let pattern = rule.pattern else { continue }
            search.insert(rule, pattern)
        }
        for rule in rules where search.found.count < mostConflicts {
            guard let pattern = rule.pattern else { continue }
            search.walk(search.root, pattern.segments[...], Walk(rule: rule, pattern: pattern))
        }
        return search.pairs > mostPairs ? nil : search.found
    }

    private init(_ rules: [Rule]) {
        order = Dictionary(
            rules.enumerated().map { (ObjectIdentifier($1), $0) }, uniquingKeysWith: { first, _ in first })
    }

    private mutating func insert(_ rule: Rule, _ pattern: PathPattern) {
        var node = root
        for segment in pattern.segments {
            switch segment {
            case .literal(let bytes):
                let next = node.literals[bytes] ?? Node()
                node.literals[bytes] = next
                node = next
            case .parameter:
                let next = node.parameter ?? Node()
                node.parameter = next
                node = next
            case .rest:
                noteEqual(rule, node.rest)
                return node.rest.append(rule)
            }
        }
        noteEqual(rule, node.end)
        node.end.append(rule)
    }

    /// Same paths: methods have to tell them apart, by being listed or by being others.
    private mutating func noteEqual(_ rule: Rule, _ others: [Rule]) {
        for other in others {
            let shared: String?
            switch (rule.methods, other.methods) {
            case (nil, nil): shared = "GET"
            case (let own?, let their?): shared = own.intersection(their).min()
            default: shared = nil
            }
            if let shared, let pattern = rule.pattern {
                found.append(
                    Conflict(first: other, second: rule, sample: "\(shared) \(pattern.sample)", isEqual: true))
            }
        }
    }

    private struct Walk {
        let rule: Rule
        let pattern: PathPattern
        var isNarrower = false
        var isWider = false
    }

    private mutating func walk(_ node: Node, _ segments: ArraySlice<PathPattern.Segment>, _ walk: Walk) {
        guard found.count < Self.mostConflicts, pairs <= Self.mostPairs else { return }
        var narrower = walk
        narrower.isNarrower = true
        var wider = walk
        wider.isWider = true
        guard let segment = segments.first else {
            note(node.end, walk)
            return note(node.rest, narrower)
        }
        let others = segments.dropFirst()
        switch segment {
        case .rest:
            note(node.rest, walk)
            // Whatever lies below is narrower than this rest; only where this one is narrower elsewhere do they cross.
            if walk.isNarrower { noteAll(below: node, wider) }
            return
        case .literal(let bytes):
            if let next = node.literals[bytes] { self.walk(next, others, walk) }
            if !bytes.isEmpty, let next = node.parameter { self.walk(next, others, narrower) }
        case .parameter:
            for (bytes, next) in node.literals where !bytes.isEmpty { self.walk(next, others, wider) }
            if let next = node.parameter { self.walk(next, others, walk) }
        }
        note(node.rest, narrower)
    }

    private mutating func noteAll(below node: Node, _ walk: Walk) {
        guard pairs <= Self.mostPairs else { return }
        note(node.end, walk)
        for next in node.literals.values {
            note(next.rest, walk)
            noteAll(below: next, walk)
        }
        if let next = node.parameter {
            note(next.rest, walk)
            noteAll(below: next, walk)
        }
    }

    private mutating func note(_ others: [Rule], _ walk: Walk) {
        guard walk.isNarrower, walk.isWider else { return }
        for other in others {
            pairs += 1
            // Every pair is met from both sides: it is told once.
            guard let their = other.pattern, precedes(walk.rule, other),
                let method = Self.sharedMethod(walk.rule, other)
            else { continue }
            let common = Self.common(walk.pattern, their)
            if decides(common, for: walk.rule, other) { continue }
            found.append(
                Conflict(first: walk.rule, second: other, sample: "\(method) \(common.sample)", isEqual: false))
        }
    }

    private func precedes(_ left: Rule, _ right: Rule) -> Bool {
        (order[ObjectIdentifier(left)] ?? 0) < (order[ObjectIdentifier(right)] ?? 0)
    }

    private static func sharedMethod(_ left: Rule, _ right: Rule) -> String? {
        switch (left.matchedMethods, right.matchedMethods) {
        case (nil, nil): "GET"
        case (let own?, nil), (nil, let own?): own.min()
        case (let own?, let their?): own.intersection(their).min()
        }
    }

    /// What two patterns that cross have in common, which is a pattern again.
    private static func common(_ left: PathPattern, _ right: PathPattern) -> PathPattern {
        var segments: [PathPattern.Segment] = []
        for index in 0..<max(left.segments.count, right.segments.count) {
            // Where one of them ends, the other's rest is nothing.
            guard let own = left.segment(index), let their = right.segment(index) else { break }
            switch (own, their) {
            case (.literal, _): segments.append(own)
            case (_, .literal): segments.append(their)
            case (.parameter, _): segments.append(own)
            case (_, .parameter): segments.append(their)
            case (.rest, .rest): segments.append(.rest)
            }
        }
        return PathPattern(segments: segments)
    }

    /// Whether a route is exactly this pattern and takes all that both take.
    private func decides(_ pattern: PathPattern, for left: Rule, _ right: Rule) -> Bool {
        var node = root
        var rules: [Rule]?
        for segment in pattern.segments {
            switch segment {
            case .literal(let bytes):
                guard let next = node.literals[bytes] else { return false }
                node = next
            case .parameter:
                guard let next = node.parameter else { return false }
                node = next
            case .rest: rules = node.rest
            }
        }
        let there = rules ?? node.end
        if there.contains(where: { $0.methods == nil }) { return true }
        let both: Set<String>
        switch (left.matchedMethods, right.matchedMethods) {
        case (nil, nil): return false
        case (let own?, nil), (nil, let own?): both = own
        case (let own?, let their?): both = own.intersection(their)
        }
        return both.isSubset(of: there.reduce(into: []) { $0.formUnion($1.matchedMethods ?? []) })
    }
}

extension PathPattern {
    /// The segment at a position, that of `**` also behind it; `nil` behind the end.
    fileprivate func segment(_ index: Int) -> Segment? {
        index < segments.count ? segments[index] : segments.last == .rest ? .rest : nil
    }
}
