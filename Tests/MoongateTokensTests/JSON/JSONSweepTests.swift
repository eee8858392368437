import Foundation
import MoongateTokens
import Testing

/// Random documents, compared with Foundation's parser where both define the answer.
@Suite struct JSONSweepTests {
    @Test func randomDocumentsMeanTheSameToFoundation() throws {
        var random = SplitMix(state: 1)
        for _ in 0..<3000 {
            let value = randomValue(&random, depth: 0)
            let bytes = value.canonicalBytes()
            let theirs = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            try #require(same(value, theirs), "\(String(decoding: bytes, as: UTF8.self))")
            try #require(try JSONValue(parsing: bytes).canonicalBytes() == bytes)
        }
    }

    @Test func damagedDocumentsAreNeverReadWhereFoundationRefuses() throws {
        var random = SplitMix(state: 2)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = randomValue(&random, depth: 0).canonicalBytes()
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard (try? JSONValue(parsing: bytes)) != nil else { continue }
            accepted += 1
            // Foundation turns down nothing that is valid, so what we take it must take.
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            try #require(theirs != nil, "\(bytes)")
        }
        #expect(accepted > 100)
    }

    @Test func everyDoubleReadsBackEqual() throws {
        var random = SplitMix(state: 3)
        for _ in 0..<20_000 {
            let number = Double(bitPattern: random.next())
            guard number.isFinite else { continue }
            let bytes = JSONValue.number(number).canonicalBytes()
            try #require(try JSONValue(parsing: bytes).doubleValue == number, "\(number)")
        }
    }

    private func randomValue(_ random: inout SplitMix, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64(bitPattern: random.next()) >> Int64.random(in: 0...63, using: &random))
        case 3: return .number(Double(Int.random(in: -99_999...99_999, using: &random)) / 64)
        case 4: return .string(randomText(&random))
        case 5:
            return .array(
                (0..<Int.random(in: 0...5, using: &random)).map { _ in
                    randomValue(&random, depth: depth + 1)
                })
        default:
            var members: [String: JSONValue] = [:]
            for index in 0..<Int.random(in: 0...20, using: &random) {
                members["k\(index)é"] = randomValue(&random, depth: depth + 1)
            }
            return .object(members)
        }
    }

    private func randomText(_ random: inout SplitMix) -> String {
        let alphabet: [Character] = ["a", "\"", "\\", "/", "\n", "\u{1}", "é", "€", "😀", "\u{7F}", " ", "z"]
        return String(
            (0..<Int.random(in: 0...30, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? "a"
            })
    }

    private func same(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .bool(let value): return (theirs as? Bool) == value
        case .integer(let value): return (theirs as? NSNumber)?.int64Value == value
        case .number(let value): return (theirs as? NSNumber)?.doubleValue == value
        case .string(let value): return (theirs as? String) == value
        case .array(let values):
            guard let list = theirs as? [Any], list.count == values.count else { return false }
            return zip(values, list).allSatisfy { same($0, $1) }
        case .object(let members):
            guard let table = theirs as? [String: Any], table.count == members.count else { return false }
            return members.allSatisfy { key, value in table[key].map { same(value, $0) } ?? false }
        }
    }
}

/// Repeatable random numbers.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
