#if os(Linux)
    #if canImport(Glibc)
        import Glibc
    #else
        import Musl
    #endif
    import Synchronization

    /// Which folder a path leads to at the moment; `nil` when to none.
    private struct FolderIdentity: Equatable {
        private let device: dev_t
        private let number: ino_t

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, number) = (status.st_dev, status.st_ino)
        }
    }

    /// inotify(7) on the folders, never on the files: editors replace a file by renaming another over it.
    final class InotifyWaiter: ChangeWaiter {
        private static let mask =
            UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_CREATE)
            | UInt32(IN_DELETE) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR)

        private let files: WatchedFiles
        private let wakeUp: WakeUp
        private let descriptor: Int32
        private let watches = Mutex(Watches())

        private struct Watches {
            /// Which folder a watch number stands for.
            var kinds: [Int32: WatchedFolder.Kind] = [:]
            /// The folders as they were when their watches began: a link on the way to one may be turned elsewhere, and
            /// nothing in the folder that was left tells so.
            var identities: [FolderIdentity?] = []
            /// The system has no more watches to give: some folder is looked at by the clock.
            var isPartial = false
        }

        init(_ files: WatchedFiles, wakeUp: WakeUp) throws {
            self.files = files
            self.wakeUp = wakeUp
            descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            guard descriptor >= 0 else { throw FileWatcherError.system("inotify") }
            _ = watchFolders()
            guard watches.withLock({ !$0.isPartial }) else {
                throw FileWatcherError(description: "inotify: the system has no more watches")
            }
        }

        deinit { close(descriptor) }

        func wait(milliseconds: Int32) -> WaitOutcome {
            let outcome = wakeUp.wait(for: descriptor, milliseconds: milliseconds < 0 ? Self.glance : milliseconds)
            guard outcome != .stopped else { return .stopped }
            let isOurs = outcome == .changed && readEvents()
            let (known, isPartial) = watches.withLock { ($0.identities, $0.isPartial) }
            // A folder that was made again, or that a link leads to now, is another one and needs a watch of its own.
            let isNew = (isOurs || known != Self.identities(files.folders)) && watchFolders()
            return isOurs || isNew || (isPartial && milliseconds < 0) ? .changed : .nothing
        }

        /// Milliseconds between two looks at what no event tells.
        private static let glance: Int32 = 500

        private static func identities(_ folders: [WatchedFolder]) -> [FolderIdentity?] {
            folders.map { FolderIdentity($0.path) }
        }

        /// Watches every folder that is there, and no other. True when one is watched that was not before.
        private func watchFolders() -> Bool {
            var next = Watches()
            var seen: [WatchedFolder] = []
            // Listed again until nothing is new: a folder may have been made before the one around it was watched.
            for _ in 0..<5 {
                let folders = files.folders
                if folders == seen { break }
                seen = folders
                next.identities = Self.identities(folders)
                for folder in folders {
                    let watch = inotify_add_watch(descriptor, folder.path, Self.mask)
                    if watch >= 0 {
                        next.kinds[watch] = folder.kind
                    } else if errno == ENOSPC || errno == ENOMEM {
                        next.isPartial = true
                    }
                }
            }
            return watches.withLock { watches in
                for old in watches.kinds.keys where next.kinds[old] == nil { _ = inotify_rm_watch(descriptor, old) }
                defer { watches = next }
                return next.kinds.keys.contains { watches.kinds[$0] == nil }
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
            guard let kind = watches.withLock({ $0.kinds[event.wd] }) else { return false }
            return files.isRelevant(String(decoding: Array(name), as: UTF8.self), in: kind)
        }
    }
#endif
