import CLuaBridge
import Synchronization

/// What the bridge gets as its context: the program's functions, and what the call under way holds. One for each state,
/// used under its worker's lock.
final class HostCalls {
    private static let numbers = Atomic<UInt64>(0)

    private let functions: [HostFunction]
    private var known: UInt64?
    private var tickets: [UInt64: any FillTicket] = [:]

    init(_ functions: [HostFunction]) { self.functions = functions }

    /// The number of the call under way.
    var number: UInt64 {
        if let known { return known }
        let fresh = Self.numbers.wrappingAdd(1, ordering: .relaxed).newValue
        known = fresh
        return fresh
    }

    /// Lets go of what the call held.
    func settle() {
        known = nil
        tickets.removeAll()
    }

    /// The ticket's number, for the bridge.
    func hold(_ ticket: any FillTicket) -> UInt64 {
        let number = Self.numbers.wrappingAdd(1, ordering: .relaxed).newValue
        tickets[number] = ticket
        return number
    }

    /// The answer to a call of a function by its number; `nil` where it has none to give.
    func answer(_ function: UInt32, _ arguments: [UInt8]) -> FillAnswer? {
        let index = Int(function & ~MG_FUNCTION_FINISH)
        guard functions.indices.contains(index) else { return nil }
        switch functions[index].body {
        case .immediate(let body): return .answer(body(arguments))
        case .filling(let attempt, _):
            guard function & MG_FUNCTION_FINISH != 0 else { return attempt(arguments, number) }
            return finish(arguments).map(FillAnswer.answer)
        case .waiting: return nil
        }
    }

    /// `[ticket, outcome, value]`, as the bridge writes it.
    private func finish(_ arguments: [UInt8]) -> HostAnswer? {
        let parts = arguments.dropFirst().dropLast().split(separator: UInt8(ascii: ","), maxSplits: 2)
        guard parts.count == 3, let number = UInt64(String(decoding: parts[0], as: UTF8.self)),
            let ticket = tickets.removeValue(forKey: number)
        else { return nil }
        switch parts[1].first {
        case UInt8(ascii: "0"): return ticket.finish(.value(Array(parts[2])))
        case UInt8(ascii: "1"): return ticket.finish(.failure(Array(parts[2])))
        case UInt8(ascii: "2"): return ticket.finish(.error)
        default: return ticket.finish(.unfit)
        }
    }
}
