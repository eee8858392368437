/// Finds the name that was probably meant.
public enum NearestName {
    /// The candidate that takes the fewest edits to reach, case apart; `nil` when none is near enough to be a guess.
    public static func of(_ name: String, among candidates: [String]) -> String? {
        let own = Array(name.lowercased().utf8.prefix(64))
        let limit = max(2, own.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = edits(own, Array(candidate.lowercased().utf8.prefix(64)))
            guard distance <= limit, distance < max(own.count, 1) else { continue }
            if let found = best, found.distance <= distance { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// Levenshtein's distance, with two rows.
    private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let replaced = diagonal + (byte == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
