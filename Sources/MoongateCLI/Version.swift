import MoongateRuntime

/// This release and the libraries that it runs on, as linked.
enum Version {
    static let number = "0.1.0"

    static var text: String { "\(number) (\(LinkedLibraries.text))" }
}
