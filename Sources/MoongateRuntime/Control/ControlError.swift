/// Why a running server cannot be reached, or a program cannot be.
public struct ControlError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `control.folder`, `control.foreign`, `control.taken`, `control.unavailable`, `control.notRunning`,
    /// `control.forbidden`, `control.answer`.
    public let code: String
    /// A sentence that says what to do.
    public let message: String

    /// An error from its parts.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(message) (\(code))" }
}
