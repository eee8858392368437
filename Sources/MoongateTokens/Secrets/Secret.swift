import CTokens

/// Bytes that must not be seen: a key, a password, a client secret.
///
/// Printing, interpolating, dumping or reflecting it shows `[redacted]`. It cannot be encoded. The bytes are wiped when
/// the last copy is gone (copies share them); arrays taken out with ``bytes`` are the caller's concern.
public struct Secret: Sendable {
    private let storage: SecretStorage

    /// The UTF-8 of a string.
    public init(_ string: String) {
        var string = string
        storage = string.withUTF8 { SecretStorage(copying: UnsafeRawBufferPointer($0)) }
    }

    /// A copy of bytes.
    public init(bytes: [UInt8]) {
        storage = bytes.withUnsafeBytes { SecretStorage(copying: $0) }
    }

    /// How many bytes there are.
    public var count: Int { storage.buffer.count }

    /// Whether there are none.
    public var isEmpty: Bool { storage.buffer.isEmpty }

    /// A copy of the bytes, which nobody wipes. Prefer ``withBytes(_:)``.
    public var bytes: [UInt8] { Array(storage.buffer) }

    /// Lends the bytes. The pointer is valid only inside the closure.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafeRawBufferPointer(storage.buffer)) }
    }
}

extension Secret: Equatable {
    /// Takes the same time wherever the bytes differ; lengths are not hidden.
    public static func == (one: Secret, other: Secret) -> Bool {
        one.withBytes { a in
            other.withBytes { b in
                a.count == b.count && (a.isEmpty || ct_equal(a.baseAddress, b.baseAddress, a.count))
            }
        }
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `[redacted]`.
    public var description: String { "[redacted]" }
    /// `[redacted]`.
    public var debugDescription: String { "[redacted]" }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// Holds the bytes outside of Swift's arrays, so that wiping them is possible.
///
/// Unchecked: the memory is written once, before `init` returns, and wiped in `deinit`, when nobody else has it.
private final class SecretStorage: @unchecked Sendable {
    let buffer: UnsafeMutableRawBufferPointer

    init(copying bytes: UnsafeRawBufferPointer) {
        buffer = .allocate(byteCount: bytes.count, alignment: 1)
        buffer.copyMemory(from: bytes)
    }

    deinit {
        ct_wipe(buffer.baseAddress, buffer.count)
        buffer.deallocate()
    }
}
