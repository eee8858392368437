import Testing

@testable import MoongateRuntime

@Suite struct ControlRequestTests {
    @Test(arguments: [
        ControlRequest.status, .reload, .rollback(.steps(1)), .rollback(.steps(5)), .rollback(.generation("0a1b2c")),
    ])
    func requestIsReadAsItWasWritten(_ request: ControlRequest) throws {
        #expect(try ControlRequest(parsing: request.line) == request)
    }

    @Test func rollbackAloneIsOneStep() throws {
        #expect(try ControlRequest(parsing: Array(#"{"command":"rollback"}"#.utf8)) == .rollback(.steps(1)))
    }

    @Test(arguments: [
        "", "status", "[]", "{}", #"{"command":7}"#, #"{"command":"status","x":1}"#, #"{"command":"reload","steps":1}"#,
        #"{"command":"rollback","steps":0}"#, #"{"command":"rollback","steps":6}"#,
        #"{"command":"rollback","steps":1,"generation":"abcd"}"#, #"{"command":"rollback","generation":"abc"}"#,
        #"{"command":"rollback","generation":"../../etc"}"#, #"{"command":"rollback","steps":9223372036854775807}"#,
        #"{"command":"status"}{"command":"status"}"#,
    ])
    func whatIsNoRequestIsRefused(_ line: String) {
        let error = #expect(throws: ControlError.self) { try ControlRequest(parsing: Array(line.utf8)) }
        #expect(error?.code == "control.malformed")
    }

    @Test func unknownCommandNamesThoseThatThereAre() {
        let error = #expect(throws: ControlError.self) {
            try ControlRequest(parsing: Array(#"{"command":"shutdown"}"#.utf8))
        }
        #expect(error?.code == "control.unknownCommand")
        #expect(error?.message.contains("rollback") == true)
    }
}
