import Foundation
import Moongate
import MoongateTokens
import Synchronization
import Testing

@testable import MoongateRuntime

/// The socket and its folder, as the file system has them. One at a time: the umask is the process's.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ControlServerTests {
    private let folder: ReloadFolder
    private var path: String { "\(folder.path)/.moongate/control.sock" }

    init() throws { folder = try ReloadFolder() }

    private func server(_ path: String? = nil) throws -> ControlServer {
        try ControlServer(path ?? self.path) { request in
            switch request {
            case .status: .now(["pid": 1])
            case .reload:
                .later {
                    await Task.yield()
                    return ["outcome": "installed"]
                }
            case .rollback: .now(["error": ["code": "rollback.none", "message": "there is none"]])
            }
        }
    }

    private func refusal(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return (error as? ControlError)?.code }
        return nil
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    /// A connection of our own, to send what the client does not.
    private func exchange(_ text: String) throws -> String? {
        let (folderPath, name) = ControlPath.split(path)
        let folder = try ControlFolder.open(folderPath)
        var address = try folder.address(of: name)
        let file = unixSocket()
        let connection = ControlConnection(file)
        #expect(withAddress(&address) { connect(file, $0, $1) } == 0)
        _ = connection.writeLine(Array(text.utf8), within: .seconds(5))
        return connection.readLine(limit: 1 << 20, within: .seconds(10)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func requestsAreAnswered() throws {
        let server = try server()
        defer { server.stop() }
        let client = ControlClient(path: path)
        #expect(try client.ask(.status)["pid"] == 1)
        #expect(try client.ask(.reload)["outcome"] == "installed")
        #expect(refusal { _ = try client.ask(.rollback(.steps(1))) } == "rollback.none")
    }

    @Test func lineThatIsTooLongIsToldSo() throws {
        let server = try server()
        defer { server.stop() }
        let answer = try exchange(String(repeating: "x", count: ControlRequest.largest + 1))
        #expect(answer?.contains("control.malformed") == true)
        #expect(answer?.contains("at most 4096 bytes") == true)
    }

    @Test func folderAndSocketAreOursAlone() throws {
        let server = try server()
        defer { server.stop() }
        #expect(try mode("\(folder.path)/.moongate") == 0o700)
        #expect(try mode(path) & 0o077 == 0)
        #expect(try mode(path + ".lock") == 0o600)
    }

    @Test func pathLongerThanASocketsIsNoMatter() throws {
        let deep = Array(repeating: String(repeating: "d", count: 60), count: 4).joined(separator: "/")
        try folder.makeFolder(deep)
        let long = "\(folder.path)/\(deep)/.moongate/control.sock"
        let server = try server(long)
        defer { server.stop() }
        #expect(try ControlClient(path: long).ask(.status)["pid"] == 1)
    }

    @Test func secondServerIsRefusedAndTheFirstGoesOn() throws {
        let first = try server()
        defer { first.stop() }
        #expect(refusal { _ = try server() } == "control.taken")
        #expect(try ControlClient(path: path).ask(.status)["pid"] == 1)
    }

    @Test func socketThatWasLeftBehindIsReplaced() throws {
        // As a process leaves it that was killed: bound, and nobody's.
        var left: ControlSocket? = try ControlSocket(path)
        if let left { _ = Foundation.close(left.listener) }
        left = nil
        #expect(refusal { _ = try ControlClient(path: path).ask(.status) } == "control.notRunning")
        let server = try server()
        defer { server.stop() }
        #expect(try ControlClient(path: path).ask(.status)["pid"] == 1)
    }

    @Test func folderThatIsOpenToOthersIsRefused() throws {
        try folder.makeFolder(".moongate")
        #expect(chmod("\(folder.path)/.moongate", 0o755) == 0)
        #expect(refusal { _ = try server() } == "control.folder")
    }

    @Test func folderThatIsALinkIsRefused() throws {
        try folder.makeFolder("elsewhere")
        #expect(chmod("\(folder.path)/elsewhere", 0o700) == 0)
        #expect(symlink("elsewhere", "\(folder.path)/.moongate") == 0)
        #expect(refusal { _ = try server() } == "control.foreign")
    }

    @Test(arguments: ["control.sock", "control.sock.lock"])
    func plantedLinkIsRefusedAndLeftAlone(_ name: String) throws {
        try folder.makeFolder(".moongate")
        #expect(chmod("\(folder.path)/.moongate", 0o700) == 0)
        try folder.write("victim", "mine")
        #expect(symlink("../victim", "\(folder.path)/.moongate/\(name)") == 0)
        #expect(refusal { _ = try server() } == "control.foreign")
        #expect(try String(contentsOfFile: "\(folder.path)/victim", encoding: .utf8) == "mine")
    }

    @Test func plantedFileIsRefusedAndLeftAlone() throws {
        try folder.makeFolder(".moongate")
        #expect(chmod("\(folder.path)/.moongate", 0o700) == 0)
        try folder.write(".moongate/control.sock", "what is this")
        #expect(refusal { _ = try server() } == "control.foreign")
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func folderThatCannotBeMadeIsRefused() {
        // Nobody, root neither, makes a folder there.
        #expect(refusal { _ = try server("/proc/moongate/control.sock") } == "control.unavailable")
    }

    @Test func nobodyListeningIsSaid() {
        #expect(refusal { _ = try ControlClient(path: path).ask(.status) } == "control.notRunning")
    }

    @Test func stoppedServerLeavesNoSocket() throws {
        let server = try server()
        server.stop()
        server.stop()
        // At once: the process may be about to end.
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(refusal { _ = try ControlClient(path: path).ask(.status) } == "control.notRunning")
    }

    @Test(arguments: ["", "GET / HTTP/1.1", "{\"command\":\"status\"", "\u{0}\u{1}"])
    func whatIsNoRequestIsAnsweredWithARefusal(_ text: String) throws {
        let server = try server()
        defer { server.stop() }
        let answer = try exchange(text + "\n")
        // An empty line is a line, too.
        #expect(answer?.contains("control.malformed") == true)
        #expect(try ControlClient(path: path).ask(.status)["pid"] == 1)
    }

    @Test func requestThatIsTooLongIsNotRead() throws {
        let server = try server()
        defer { server.stop() }
        // The answer is lost where the connection closes before all of it was taken.
        let answer = try exchange(String(repeating: "x", count: 200_000))
        #expect(answer?.contains("control.malformed") ?? true)
        #expect(try ControlClient(path: path).ask(.status)["pid"] == 1)
    }

    @Test func serverAnswersWhileOthersSayNothing() throws {
        let server = try server()
        defer { server.stop() }
        let (folderPath, name) = ControlPath.split(path)
        let place = try ControlFolder.open(folderPath)
        var address = try place.address(of: name)
        let silent = (0..<ControlServer.connections - 1).map { _ in unixSocket() }
        defer { silent.forEach(systemClose) }
        for file in silent { #expect(withAddress(&address) { connect(file, $0, $1) } == 0) }
        #expect(try ControlClient(path: path).ask(.status)["pid"] == 1)
    }

    @Test func moreConnectionsThanAreServedAreToldSo() throws {
        let server = try server()
        defer { server.stop() }
        let (folderPath, name) = ControlPath.split(path)
        let place = try ControlFolder.open(folderPath)
        var address = try place.address(of: name)
        let silent = (0..<ControlServer.connections).map { _ in unixSocket() }
        defer { silent.forEach(systemClose) }
        for file in silent { #expect(withAddress(&address) { connect(file, $0, $1) } == 0) }
        // Whichever comes first, the question or the refusal.
        for _ in 0..<200 { #expect(refusal { _ = try ControlClient(path: path).ask(.status) } == "control.busy") }
    }
}
