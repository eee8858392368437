import MoongateRuntime

/// Why a command ends with another exit code than 0.
struct CommandFailure: Error {
    /// What exit codes mean (they are part of the interface).
    enum Code: Int32 {
        /// The thing that was checked is not right.
        case notRight = 1
        /// The command line is wrong.
        case usage = 2
        /// It could not run.
        case couldNotRun = 3
    }

    let code: Code
    /// Written to standard error as it is; a sentence that says what to do, or one line of JSON.
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
