import CLuaBridge

extension LuaState {
    /// Puts a call into the bridge's record. Bytes are copied; names are literals and stay where they are.
    func begin(_ call: LuaCall) {
        mg_begin(pointer, Int32(clamping: call.entry), call.bridgeMode, call.flags, call.resultName.characters)
        for argument in call.arguments {
            switch argument.content {
            case .json(let bytes):
                bytes.withUnsafeBufferPointer {
                    mg_argument(pointer, argument.name.characters, $0.baseAddress, $0.count)
                }
            case .late(let bytes):
                bytes.withUnsafeBufferPointer {
                    mg_argument_late(pointer, argument.name.characters, $0.baseAddress, $0.count)
                }
            case .kept: mg_argument_kept(pointer, argument.name.characters)
            }
        }
        if case .member(let path) = call.mode {
            path.withUnsafeBufferPointer { mg_member(pointer, $0.baseAddress, $0.count) }
        }
        if let restoring = call.restoring { restore(restoring) }
        for strict in call.strict {
            strict.listing.withUnsafeBufferPointer {
                mg_strict(pointer, strict.argument?.characters, $0.baseAddress, $0.count)
            }
        }
    }

    private func restore(_ restoring: LuaRestoring) {
        withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: restoring.names.count) { names in
            for (index, name) in restoring.names.enumerated() {
                names.initializeElement(at: index, to: name.characters)
            }
            switch restoring.source {
            case .argument(let name): mg_restore(pointer, names.baseAddress, names.count, name.characters, nil, 0)
            case .document(let bytes):
                bytes.withUnsafeBufferPointer {
                    mg_restore(pointer, names.baseAddress, names.count, nil, $0.baseAddress, $0.count)
                }
            }
        }
    }

    /// Runs one slice, on the calling thread.
    func run() -> (LuaStep, LuaWorker.Need) {
        switch mg_run(pointer) {
        case MG_DONE: return (.returned(result()), .nothing)
        case MG_SLICE: return (.pending, .slice)
        case MG_WAITING:
            var arguments: UnsafePointer<UInt8>?
            var length = 0
            var number: UInt64 = 0
            let function = mg_waiting(pointer, &arguments, &length, &number)
            let bytes = Array(UnsafeBufferPointer(start: arguments, count: length))
            return (.pending, .host(function: Int(function), arguments: bytes, number: number))
        default: return (.failed(LuaFailure(pointer)), .nothing)
        }
    }

    private func result() -> LuaResult {
        let result = mg_returned(pointer).pointee
        let bytes = Array(UnsafeBufferPointer(start: result.bytes, count: result.length))
        return LuaResult(kind: kind(of: result), bytes: bytes, changedMask: result.changed)
    }

    private func kind(of result: mg_result) -> LuaResult.Kind {
        switch result.kind {
        case MG_RESULT_NULL: .null
        case MG_RESULT_BOOLEAN: .boolean
        case MG_RESULT_STRING: .string
        case MG_RESULT_NUMBER: .number
        case MG_RESULT_OBJECT: .object
        case MG_RESULT_ARRAY: .array
        case MG_RESULT_HANDLE: .handle(result.handle_kind.map { String(cString: $0) } ?? "")
        case MG_RESULT_FUNCTION: .function
        default: .none
        }
    }
}

extension LuaCall {
    fileprivate var bridgeMode: mg_mode {
        switch mode {
        case .hook: MG_CALL_HOOK
        case .chunk: MG_CALL_CHUNK
        case .member: MG_CALL_MEMBER
        }
    }

    fileprivate var flags: UInt32 {
        var flags: UInt32 = 0
        if allowsHandles { flags |= UInt32(MG_ALLOW_HANDLES) }
        if allowsFunctions { flags |= UInt32(MG_ALLOW_FUNCTIONS) }
        if allowsNoValue { flags |= UInt32(MG_ALLOW_NO_VALUE) }
        if keepsResult { flags |= UInt32(MG_KEEP_RESULT) }
        if allowsManyKeys { flags |= UInt32(MG_ALLOW_MANY_KEYS) }
        return flags
    }
}

extension StaticString {
    /// The literal as C reads it: it ends with NUL and never moves.
    fileprivate var characters: UnsafePointer<CChar> {
        precondition(hasPointerRepresentation, "names are strings, not single characters")
        return UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
