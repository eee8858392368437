import Moongate

/// The values of one owner, bounded: when there are too many, the one goes that was not asked for the longest.
struct CacheEntries {
    /// How much one owner may have in memory.
    struct Limits: Sendable {
        var entries = 10_000
        /// Keys, values, and what it takes to find them.
        var bytes = 16 << 20
    }

    private struct Slot {
        let key: CacheKey
        var value: [UInt8]
        var freshUntil: Timestamp
        var keptUntil: Timestamp
        var newer = -1
        var older = -1
    }

    /// About what a slot and its place in the index take.
    private static let overhead = 200

    private let limits: Limits
    private var slots: [Slot?] = []
    private var free: [Int] = []
    private var places: [CacheKey: Int] = [:]
    private var newest = -1
    private var oldest = -1
    /// Bytes that are taken.
    private(set) var bytes = 0
    /// How often what was looked for was there, and how often not.
    private(set) var hits: UInt64 = 0
    private(set) var misses: UInt64 = 0

    init(_ limits: Limits) { self.limits = limits }

    var count: Int { places.count }

    /// Counts that a value was looked for.
    mutating func count(hit: Bool) { if hit { hits += 1 } else { misses += 1 } }

    /// A value that has not expired. It counts as asked for.
    mutating func find(_ key: CacheKey, now: Timestamp) -> [UInt8]? {
        guard let place = places[key], let slot = slots[place] else { return nil }
        guard slot.keptUntil > now else {
            remove(place)
            return nil
        }
        guard slot.freshUntil > now else { return nil }
        unlink(place)
        link(place)
        return slot.value
    }

    /// A value that may be `seconds` beyond its time.
    func stale(_ key: CacheKey, seconds: Int64, now: Timestamp) -> [UInt8]? {
        guard let place = places[key], let slot = slots[place] else { return nil }
        return slot.freshUntil.adding(seconds: seconds) > now ? slot.value : nil
    }

    /// Keeps a value. One that is larger than the whole room is not kept.
    mutating func insert(_ value: [UInt8], for request: CacheRequest, now: Timestamp) {
        if let place = places[request.key] { remove(place) }
        let freshUntil = now.adding(seconds: request.ttl)
        let slot = Slot(
            key: request.key, value: value, freshUntil: freshUntil,
            keptUntil: freshUntil.adding(seconds: request.staleIfError))
        guard Self.size(of: slot) <= limits.bytes, limits.entries > 0 else { return }
        while count >= limits.entries || bytes + Self.size(of: slot) > limits.bytes { remove(oldest) }
        let place = free.popLast() ?? slots.count
        if place == slots.count { slots.append(slot) } else { slots[place] = slot }
        places[request.key] = place
        bytes += Self.size(of: slot)
        link(place)
    }

    private static func size(of slot: Slot) -> Int { slot.key.size + slot.value.count + overhead }

    private mutating func remove(_ place: Int) {
        unlink(place)
        guard let slot = slots[place] else { return }
        bytes -= Self.size(of: slot)
        places[slot.key] = nil
        slots[place] = nil
        free.append(place)
    }

    private mutating func link(_ place: Int) {
        slots[place]?.older = newest
        slots[place]?.newer = -1
        if newest >= 0 { slots[newest]?.newer = place }
        newest = place
        if oldest < 0 { oldest = place }
    }

    private mutating func unlink(_ place: Int) {
        guard let slot = slots[place] else { return }
        if slot.newer >= 0 { slots[slot.newer]?.older = slot.older } else { newest = slot.older }
        if slot.older >= 0 { slots[slot.older]?.newer = slot.newer } else { oldest = slot.newer }
    }
}
