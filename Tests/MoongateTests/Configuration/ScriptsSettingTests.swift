import Moongate
import Testing

@Suite struct ScriptsSettingTests {
    @Test func signInsWithoutScriptsAreRefusedUnlessTheOperatorSaysSo() throws {
        #expect(try !Given.parse().configuration.allowsSignInWithoutScripts)
        #expect(try !Given.parse(["scripts": [:]]).configuration.allowsSignInWithoutScripts)
        #expect(try !Given.parse(["scripts": ["noScripts": "refuse"]]).configuration.allowsSignInWithoutScripts)
        #expect(try Given.parse(["scripts": ["noScripts": "allow"]]).configuration.allowsSignInWithoutScripts)
    }

    @Test(arguments: jsonValues("Allow", "", true, 1, ["allow"]))
    func anythingElseIsRefusedWithItsPath(_ value: JSONValue) {
        #expect(Given.problems(["scripts": ["noScripts": value]]).map(\.path) == ["scripts.noScripts"])
    }
}
