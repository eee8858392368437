#if os(Linux)
    #if canImport(Glibc)
        import Glibc
    #else
        import Musl
    #endif
    import Synchronization

    /// inotify(7) on the folders, never on the files: editors replace a file by renaming another over it.
    final class InotifyWaiter: ChangeWaiter {
        private static let mask =
            UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_CREATE)
            | UInt32(IN_DELETE) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR)

        private let files: WatchedFiles
        private let wakeUp: WakeUp
        private let descriptor: Int32
        /// Which folder a watch number stands for.
        private let watches = Mutex<[Int32: WatchedFolder.Kind]>([:])

        init(_ files: WatchedFiles, wakeUp: WakeUp) throws {
            self.files = files
            self.wakeUp = wakeUp
            descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            guard descriptor >= 0 else { throw FileWatcherError.system("inotify") }
            _ = watchFolders()
        }

        deinit { close(descriptor) }

        func wait(milliseconds: Int32) -> WaitOutcome {
            // While the outermost folder is gone, nothing tells that it came back.
            let isBlind = watches.withLock { !$0.values.contains(.site) }
            let outcome = wakeUp.wait(for: descriptor, milliseconds: isBlind && milliseconds < 0 ? 500 : milliseconds)
            guard outcome != .stopped else { return .stopped }
            let isOurs = outcome == .changed && readEvents()
            // A folder that was made again is another one and needs a watch of its own.
            let isNew = (isOurs || isBlind) && watchFolders()
            return isOurs || isNew ? .changed : .nothing
        }

        /// Watches every folder that is there, and no other. True when one is watched that was not before.
        private func watchFolders() -> Bool {
            var current: [Int32: WatchedFolder.Kind] = [:]
            for folder in files.folders {
                let watch = inotify_add_watch(descriptor, folder.path, Self.mask)
                if watch >= 0 { current[watch] = folder.kind }
            }
            return watches.withLock { watches in
                for old in watches.keys where current[old] == nil { _ = inotify_rm_watch(descriptor, old) }
                defer { watches = current }
                return current.keys.contains { watches[$0] == nil }
            }
        }

        /// Takes all waiting events. True when one of them may concern us.
        private func readEvents() -> Bool {
            var isOurs = false
            var buffer = [UInt8](repeating: 0, count: 16_384)
            while true {
                let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else { return isOurs }
                buffer.withUnsafeBytes { bytes in
                    var offset = 0
                    while offset + MemoryLayout<inotify_event>.size <= count {
                        let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                        let start = offset + MemoryLayout<inotify_event>.size
                        let end = min(start + Int(event.len), count)
                        if concernsUs(event, name: bytes[start..<end].prefix { $0 != 0 }) { isOurs = true }
                        offset = end
                    }
                }
            }
        }

        private func concernsUs(_ event: inotify_event, name: some Sequence<UInt8>) -> Bool {
            // An overflow, or a folder itself.
            let always = UInt32(IN_Q_OVERFLOW) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_IGNORED)
            if event.mask & always != 0 { return true }
            guard let kind = watches.withLock({ $0[event.wd] }) else { return false }
            return files.isRelevant(String(decoding: Array(name), as: UTF8.self), in: kind)
        }
    }
#endif
