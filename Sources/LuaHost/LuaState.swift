import CLuaBridge

/// One state of the bridge, owned. It is used under its worker's lock; closing happens on a thread of the bridge.
struct LuaState: ~Copyable {
    let pointer: OpaquePointer
    /// Borrowed by the bridge as long as the state runs.
    let calls: HostCalls

    deinit { mg_state_discard(pointer) }

    /// A state with the program's code in it.
    init(_ program: LuaProgram) throws {
        let calls = HostCalls(program.functions)
        guard let pointer = Self.make(program, calls) else { throw Self.noMemory }
        if let failure = Self.load(program, into: pointer).first {
            mg_state_discard(pointer)
            throw failure
        }
        mg_state_ready(pointer)
        self.pointer = pointer
        self.calls = calls
    }

    static let noMemory = LuaFailure(code: "script.memory", message: "there is no memory for a state")

    /// What stands against this program: all of it, not only the first.
    static func problems(of program: LuaProgram) -> [LuaFailure] {
        let calls = HostCalls(program.functions)
        guard let pointer = make(program, calls) else { return [noMemory] }
        defer { mg_state_discard(pointer) }
        return withExtendedLifetime(calls) { load(program, into: pointer) }
    }

    private static func make(_ program: LuaProgram, _ calls: HostCalls) -> OpaquePointer? {
        var limits = mg_limits(program.limits)
        return mg_state_new(&limits, callHost, Unmanaged.passUnretained(calls).toOpaque())
    }

    private static func load(_ program: LuaProgram, into pointer: OpaquePointer) -> [LuaFailure] {
        var failures: [LuaFailure] = []
        mg_state_folder(pointer, program.libraryFolder)
        if let seed = program.seed { mg_state_seed(pointer, seed) }
        for (index, function) in program.functions.enumerated()
        where !mg_state_function(pointer, function.name, UInt32(index), function.flags) {
            failures.append(LuaFailure(code: "host.function", message: "\(function.name) cannot be offered"))
        }
        for (name, json) in program.constants.sorted(by: { $0.key < $1.key })
        where !constant(name, json, pointer, library: false) {
            let problem = LuaFailure(pointer)
            failures.append(LuaFailure(code: "value.constant", message: "the constant \(name): \(problem.message)"))
        }
        for (name, json) in program.data.sorted(by: { $0.key < $1.key })
        where !constant(name, json, pointer, library: true) {
            failures.append(LuaFailure(pointer, script: program.dataLibraries[name]?.name))
        }
        for (name, source) in program.libraries.sorted(by: { $0.key < $1.key }) {
            check(source, program.limits, pointer, &failures) {
                mg_state_library(pointer, name, source.name, $0.baseAddress, $0.count)
            }
        }
        for source in program.entries {
            check(source, program.limits, pointer, &failures) {
                mg_state_entry(pointer, source.name, $0.baseAddress, $0.count) >= 0
            }
        }
        return failures
    }

    private static func constant(
        _ name: String, _ json: [UInt8], _ pointer: OpaquePointer, library: Bool
    ) -> Bool {
        json.withUnsafeBufferPointer { mg_state_constant(pointer, name, $0.baseAddress, $0.count, library) }
    }

    private static func check(
        _ source: LuaSource, _ limits: LuaLimits, _ pointer: OpaquePointer, _ failures: inout [LuaFailure],
        _ load: (UnsafeBufferPointer<UInt8>) -> Bool
    ) {
        guard source.text.count <= limits.sourceBytes else {
            let message = "the script has \(source.text.count) bytes, \(limits.sourceBytes) are allowed"
            failures.append(LuaFailure(code: "script.tooLarge", message: message, script: source.name))
            return
        }
        if !source.text.withUnsafeBufferPointer(load) { failures.append(LuaFailure(pointer, script: source.name)) }
    }

    func reachable() throws -> [String] {
        var text: UnsafePointer<UInt8>?
        var length = 0
        guard mg_state_reachable(pointer, &text, &length) else { throw Self.noMemory }
        return String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }
}

extension HostFunction {
    fileprivate var flags: UInt32 {
        var flags: UInt32 = 0
        switch body {
        case .immediate: break
        case .waiting: flags |= UInt32(MG_FUNCTION_WAITING)
        case .filling: flags |= UInt32(MG_FUNCTION_FILLING)
        }
        if takesHandles { flags |= UInt32(MG_FUNCTION_HANDLES) }
        if isCurried { flags |= UInt32(MG_FUNCTION_CURRIED) }
        return flags
    }
}

extension LuaFailure {
    /// What the bridge reports of its last failure.
    init(_ pointer: OpaquePointer, script: String? = nil) {
        let report = mg_failed(pointer).pointee
        self.init(
            code: report.code.map { String(cString: $0) } ?? "script.error",
            message: report.message.map { String(cString: $0) } ?? "failed",
            script: report.script.map { String(cString: $0) } ?? script,
            line: report.line > 0 ? Int(report.line) : nil,
            path: report.path.map { String(cString: $0) })
    }
}

extension mg_limits {
    fileprivate init(_ limits: LuaLimits) {
        self.init(
            steps: limits.steps, cpu_ns: limits.cpu.nanoseconds, wall_ns: limits.wall.nanoseconds,
            memory: max(0, limits.memoryBytes), block: 1 << 20, result: max(0, limits.resultBytes),
            host_calls: limits.hostCalls, interval: limits.slices.interval, first_steps: limits.slices.firstSteps,
            later_steps: limits.slices.laterSteps, first_ns: limits.slices.firstTime.nanoseconds,
            first_bytes: max(0, limits.slices.firstBytes))
    }
}

extension Duration {
    /// Whole nanoseconds, between 0 and about a hundred years.
    fileprivate var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(min(seconds, 3_153_600_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}

/// The bridge's way to what answers at once.
private let callHost: mg_host_call = { context, function, arguments, length, answer in
    guard let context, let answer else { return }
    let calls = Unmanaged<HostCalls>.fromOpaque(context).takeUnretainedValue()
    let given = calls.answer(function, Array(UnsafeBufferPointer(start: arguments, count: length)))
    given?.write(holding: calls) { status, kind, bytes in
        mg_answer_set(answer, status, kind, bytes.baseAddress, bytes.count)
    }
}

extension FillAnswer {
    /// Hands the answer's parts to `body`, in the bridge's terms. A ticket goes by its number.
    func write<R>(
        holding calls: HostCalls, _ body: (mg_answer_status, UnsafePointer<CChar>?, UnsafeBufferPointer<UInt8>) -> R
    ) -> R {
        switch self {
        case .answer(let answer): answer.write(body)
        case .wait: body(MG_ANSWER_WAIT, nil, UnsafeBufferPointer(start: nil, count: 0))
        case .fill(let ticket):
            Array(String(calls.hold(ticket)).utf8).withUnsafeBufferPointer { body(MG_ANSWER_FILL, nil, $0) }
        }
    }
}

extension HostAnswer {
    /// Hands the answer's parts to `body`, in the bridge's terms.
    func write<R>(
        _ body: (mg_answer_status, UnsafePointer<CChar>?, UnsafeBufferPointer<UInt8>) -> R
    ) -> R {
        switch self {
        case .value(let json): json.withUnsafeBufferPointer { body(MG_ANSWER_VALUE, nil, $0) }
        case .handle(let kind, let payload):
            kind.withCString { name in payload.withUnsafeBufferPointer { body(MG_ANSWER_HANDLE, name, $0) } }
        case .failure(let message): Array(message.utf8).withUnsafeBufferPointer { body(MG_ANSWER_FAILURE, nil, $0) }
        case .raise(let message): Array(message.utf8).withUnsafeBufferPointer { body(MG_ANSWER_RAISE, nil, $0) }
        }
    }
}
