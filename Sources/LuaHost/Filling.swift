/// What a filling function answers before the script's own function has run.
public enum FillAnswer: Sendable {
    /// The script gets this.
    case answer(HostAnswer)
    /// The call is suspended until the function's `wait` returns.
    case wait
    /// The script's function is called to make the value, under the budgets of the call it stands in.
    case fill(any FillTicket)
}

/// The right to make one value. It is let go when the call ends in whatever way: what has to happen when nothing was
/// made, a conformance does in its `deinit`.
public protocol FillTicket: AnyObject, Sendable {
    /// Called at most once, on the thread that runs the script; must not block.
    ///
    /// - Returns: What the script gets for ``FillOutcome/value(_:)``. For a failure or an error, a value takes its
    ///   place, and anything else leaves it as it is.
    func finish(_ outcome: FillOutcome) -> HostAnswer
}

/// What became of the script's function.
public enum FillOutcome: Sendable {
    /// It returned this, as JSON; no value at all is `null`.
    case value([UInt8])
    /// It returned `nil` and a reason, which is JSON: a string, or `null` when it is not text.
    case failure([UInt8])
    /// It raised an error.
    case error
    /// It returned what cannot be JSON. The script has an error, whatever is answered.
    case unfit
}

extension HostFunction {
    /// A function `name(key, seconds, make, options)` for which the script's own function `make` may be called. Both
    /// bodies get the arguments with `null` in the place of `make`, and the number of the call in which they stand: no
    /// two calls of a process have the same.
    ///
    /// - Parameters:
    ///   - attempt: Answers at once, as an immediate function does.
    ///   - wait: Is asked after ``FillAnswer/wait``; it should return soon after its task is cancelled.
    public static func filling(
        _ name: String, attempt: @escaping @Sendable (_ arguments: [UInt8], _ call: UInt64) -> FillAnswer,
        wait: @escaping @Sendable (_ arguments: [UInt8], _ call: UInt64) async -> FillAnswer
    ) -> HostFunction {
        HostFunction(name: name, body: .filling(attempt: attempt, wait: wait))
    }
}
