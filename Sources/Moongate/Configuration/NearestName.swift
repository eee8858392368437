/// Finds the name that was probably meant.
public enum NearestName {
    /// Bytes of a name that a guess is made for.
    private static let longest = 64

    /// The candidate that takes the fewest edits to reach, case apart; `nil` when none is near enough to be a guess.
    /// - Parameter most: Edits that a guess may need; by default one in a name of up to four letters, of which two would
    ///   leave too little, and two, or a third of its letters, in longer ones.
    public static func of(_ name: String, among candidates: [String], within most: Int? = nil) -> String? {
        guard name.utf8.count <= longest else { return nil }
        let own = Array(name.lowercased().utf8)
        let limit = most ?? (own.count <= 4 ? 1 : max(2, own.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in candidates where abs(candidate.utf8.count - name.utf8.count) <= limit {
            let distance = edits(own, Array(candidate.lowercased().utf8))
            guard distance <= limit, distance < max(own.count, 1) else { continue }
            if let found = best, found.distance <= distance { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// How many letters are added, left out, replaced, or change places with the next one.
    private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var row = [i + 1]
            for (j, other) in right.enumerated() {
                var least = min(last[j] + (byte == other ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, byte == right[j - 1], left[i - 1] == other {
                    least = min(least, beforeLast[j - 1] + 1)
                }
                row.append(least)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
