/// Finds the narrowest route of a path and a method: a tree of segments, whose edges stand in one hash table, so that
/// ten thousand routes cost what ten cost.
///
/// The first match from left to right (literal before parameter before rest) is the narrowest one: of two patterns that
/// match a path and differ, the narrower one has the narrower segment where they first differ, and patterns of which
/// neither is narrower have been refused when the file was loaded.
struct RuleRouter: Sendable {
    private var nodes = [Node()]
    private var edges: [Edge] = []
    private var mask: UInt32 = 0
    private var names: [UInt8] = []
    private var leaves: [[Entry]] = []
    private var methods: [String: UInt64] = [:]

    private struct Node: Sendable {
        var parameter: Int32 = -1
        /// Routes whose pattern ends here.
        var end: Int32 = -1
        /// Routes that go on with `**`.
        var rest: Int32 = -1
    }

    /// From a node by a literal segment.
    private struct Edge: Sendable {
        var child: Int32 = -1
        var parent: Int32 = 0
        var hash: UInt32 = 0
        var start: Int32 = 0
        var length: Int32 = 0
    }

    private struct Entry: Sendable {
        /// A bit for each method that it lists; 0 for all.
        let methods: UInt64
        let rule: Int32
    }

    /// Different methods of all routes: more would not fit into a word, and no file needs them.
    static let mostMethods = 50

    /// - Parameter rules: Each with a pattern; the index of one is what ``find(_:method:)`` gives.
    init(_ rules: [Rule]) {
        for (index, rule) in rules.enumerated() {
            guard let pattern = rule.pattern else { continue }
            let (leaf, _) = insert(pattern)
            leaves[leaf].append(Entry(methods: bits(of: rule.methods), rule: Int32(index)))
        }
        for leaf in leaves.indices { addHead(leaf) }
    }

    /// The index of the rule; `nil` where none matches.
    func find(_ path: [UInt8], method: String) -> Int? {
        let wanted = Self.standardBit(method) ?? methods[method] ?? 0
        return path.withUnsafeBufferPointer { path in
            names.withUnsafeBufferPointer { names in
                edges.withUnsafeBufferPointer { edges in
                    nodes.withUnsafeBufferPointer { nodes in
                        let search = Search(
                            router: self, path: path, names: names, edges: edges, nodes: nodes, method: wanted)
                        let found = search.from(0, at: 0)
                        return found < 0 ? nil : Int(found)
                    }
                }
            }
        }
    }

    private struct Search {
        let router: RuleRouter
        let path: UnsafeBufferPointer<UInt8>
        let names: UnsafeBufferPointer<UInt8>
        let edges: UnsafeBufferPointer<Edge>
        let nodes: UnsafeBufferPointer<Node>
        let method: UInt64

        /// The rule below a node, from the slash at `start`; -1 for none. Every node is looked at once at most.
        func from(_ node: Int32, at start: Int) -> Int32 {
            let here = nodes[Int(node)]
            if start == path.count {
                let found = router.choose(here.end, method)
                return found >= 0 ? found : router.choose(here.rest, method)
            }
            var end = start + 1
            var hash = RuleRouter.seed
            while end < path.count, path[end] != UInt8(ascii: "/") {
                hash = (hash ^ UInt32(path[end])) &* 0x0100_0193
                end += 1
            }
            let child = literal(node, hash, (start + 1)..<end)
            if child >= 0 {
                let found = from(child, at: end)
                if found >= 0 { return found }
            }
            if here.parameter >= 0, end > start + 1 {
                let found = from(here.parameter, at: end)
                if found >= 0 { return found }
            }
            return router.choose(here.rest, method)
        }

        private func literal(_ node: Int32, _ hash: UInt32, _ range: Range<Int>) -> Int32 {
            guard !edges.isEmpty else { return -1 }
            var slot = RuleRouter.slot(node, hash) & router.mask
            while edges[Int(slot)].child >= 0 {
                let edge = edges[Int(slot)]
                if edge.hash == hash, edge.parent == node, Int(edge.length) == range.count {
                    let start = Int(edge.start)
                    var index = 0
                    while index < range.count, names[start + index] == path[range.lowerBound + index] { index += 1 }
                    if index == range.count { return edge.child }
                }
                slot = (slot &+ 1) & router.mask
            }
            return -1
        }
    }

    /// A route that lists the method before one that takes all.
    private func choose(_ leaf: Int32, _ method: UInt64) -> Int32 {
        guard leaf >= 0 else { return -1 }
        var all: Int32 = -1
        for entry in leaves[Int(leaf)] {
            if entry.methods == 0 { all = entry.rule } else if entry.methods & method != 0 { return entry.rule }
        }
        return all
    }
}

/// How the tree is made.
extension RuleRouter {
    private static let seed: UInt32 = 0x811C_9DC5

    private static func slot(_ node: Int32, _ hash: UInt32) -> UInt32 {
        ((hash ^ UInt32(bitPattern: node) &* 0x9E37_79B1) &* 0x85EB_CA6B) >> 3
    }

    private static func hash(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(seed) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }

    private mutating func insert(_ pattern: PathPattern) -> (leaf: Int, node: Int32) {
        var node: Int32 = 0
        for segment in pattern.segments {
            switch segment {
            case .literal(let bytes): node = child(of: node, bytes)
            case .parameter:
                if nodes[Int(node)].parameter < 0 {
                    nodes.append(Node())
                    nodes[Int(node)].parameter = Int32(nodes.count - 1)
                }
                node = nodes[Int(node)].parameter
            case .rest:
                if nodes[Int(node)].rest < 0 { nodes[Int(node)].rest = newLeaf() }
                return (Int(nodes[Int(node)].rest), node)
            }
        }
        if nodes[Int(node)].end < 0 { nodes[Int(node)].end = newLeaf() }
        return (Int(nodes[Int(node)].end), node)
    }

    private mutating func newLeaf() -> Int32 {
        leaves.append([])
        return Int32(leaves.count - 1)
    }

    private mutating func child(of node: Int32, _ bytes: [UInt8]) -> Int32 {
        let hash = Self.hash(bytes)
        if (nodes.count + 1) * 2 > edges.count { grow() }
        var slot = Self.slot(node, hash) & mask
        while edges[Int(slot)].child >= 0 {
            let edge = edges[Int(slot)]
            let start = Int(edge.start)
            if edge.hash == hash, edge.parent == node, names[start..<(start + Int(edge.length))].elementsEqual(bytes) {
                return edge.child
            }
            slot = (slot &+ 1) & mask
        }
        nodes.append(Node())
        edges[Int(slot)] = Edge(
            child: Int32(nodes.count - 1), parent: node, hash: hash, start: Int32(names.count),
            length: Int32(bytes.count))
        names += bytes
        return Int32(nodes.count - 1)
    }

    private mutating func grow() {
        let old = edges
        edges = Array(repeating: Edge(), count: max(16, old.count * 4))
        mask = UInt32(edges.count - 1)
        for edge in old where edge.child >= 0 {
            var slot = Self.slot(edge.parent, edge.hash) & mask
            while edges[Int(slot)].child >= 0 { slot = (slot &+ 1) & mask }
            edges[Int(slot)] = edge
        }
    }

    /// HEAD follows GET, unless another route of the same path lists it.
    private mutating func addHead(_ leaf: Int) {
        guard let get = Self.standardBit("GET"), let head = Self.standardBit("HEAD"),
            !leaves[leaf].contains(where: { $0.methods & head != 0 })
        else { return }
        leaves[leaf] = leaves[leaf].map { entry in
            entry.methods & get == 0 ? entry : Entry(methods: entry.methods | head, rule: entry.rule)
        }
    }

    private mutating func bits(of names: Set<String>?) -> UInt64 {
        (names ?? []).reduce(0) { bits, name in
            if let bit = Self.standardBit(name) ?? methods[name] { return bits | bit }
            let bit = UInt64(1) << UInt64(9 + methods.count)
            methods[name] = bit
            return bits | bit
        }
    }

    private static func standardBit(_ method: String) -> UInt64? {
        switch method {
        case "GET": 1
        case "HEAD": 1 << 1
        case "POST": 1 << 2
        case "PUT": 1 << 3
        case "PATCH": 1 << 4
        case "DELETE": 1 << 5
        case "OPTIONS": 1 << 6
        case "TRACE": 1 << 7
        case "CONNECT": 1 << 8
        default: nil
        }
    }
}
