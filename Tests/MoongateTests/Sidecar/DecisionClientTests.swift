import HTTPTypes
import Testing

@testable import Moongate

/// Who can be sent to a page, and who is told by status.
@Suite struct DecisionClientTests {
    private func kind(_ headers: HTTPFields, by method: String = "GET") -> DecisionClient.Kind {
        DecisionClient(method: method, headers: headers, relay: .whole).kind
    }

    private func fields(_ pairs: [String: String]) throws -> HTTPFields {
        var headers = HTTPFields()
        for (name, value) in pairs { headers[try #require(HTTPField.Name(name))] = value }
        return headers
    }

    @Test(arguments: [
        ["accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
        ["accept": "Text/HTML"],
        ["accept": "application/json;q=0.1, text/html ; q=0.5"],
        ["accept": "text/html", "sec-fetch-mode": "navigate"],
    ])
    func aBrowserOnItsWayToAPageIsOne(_ headers: [String: String]) throws {
        #expect(kind(try fields(headers)) == .page)
        #expect(kind(try fields(headers), by: "HEAD") == .page)
    }

    @Test(arguments: [
        [:],
        ["accept": "*/*"],
        ["accept": "application/json"],
        ["accept": "text/html;q=0, */*"],
        ["accept": "text/htmlx"],
        ["accept": "text/html", "authorization": "Bearer x"],
        ["accept": "text/html", "x-requested-with": "XMLHttpRequest"],
        ["accept": "text/html", "sec-fetch-mode": "cors"],
        ["accept": "text/html", "sec-fetch-mode": "websocket"],
    ])
    func everybodyElseIsNone(_ headers: [String: String]) throws {
        #expect(kind(try fields(headers)) == .api)
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
    func whatIsSentCannotBeSentElsewhere(_ method: String) {
        #expect(kind([.accept: "text/html"], by: method) == .api)
    }
}
