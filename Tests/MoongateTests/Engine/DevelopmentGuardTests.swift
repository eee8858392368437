import HTTPTypes
import Testing

@testable import Moongate

@Suite struct DevelopmentGuardTests {
    private func refusal(_ header: String, isDevelopment: Bool = true) throws -> Denial.Code? {
        let site = try Site("http://localhost:3000") {
            if isDevelopment { $0.development = DevelopmentMode(key: Secret("key")) }
        }
        let name = try #require(HTTPField.Name(header))
        let request = AuthRequest(
            target: "/auth/csrf", authority: "localhost:3000", headers: [name: "x"], peer: PeerAddress("127.0.0.1"))
        return DevelopmentGuard.refusal(of: request, site.engine.generation.configuration)?.code
    }

    @Test(arguments: [
        "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Anything", "X-Forwarded", "X-Real-IP",
        "X-Original-Host", "X-Original-URL", "X-Client-IP", "X-Cluster-Client-IP", "CF-Connecting-IP", "CF-Ray",
        "Cdn-Loop", "True-Client-IP", "Fastly-Client-IP", "Client-IP", "X-Envoy-External-Address", "X-ProxyUser-Ip",
        "Forwarded-For",
    ])
    func whatAProxyAddsIsRefused(_ header: String) throws {
        #expect(try refusal(header) == .forwarded)
        #expect(try refusal(header.lowercased()) == .forwarded)
    }

    @Test(arguments: [
        "Accept", "Accept-Language", "User-Agent", "Origin", "Referer", "X-Requested-With", "X-Auth-Return-Redirect",
        "X-Request-Id", "Sec-Fetch-Site", "DNT", "Upgrade-Insecure-Requests", "Cookie", "Authorization",
    ])
    func whatABrowserSendsPasses(_ header: String) throws { #expect(try refusal(header) == nil) }

    @Test(arguments: ["X-Forwarded-For", "CF-Ray", "Via"])
    func proxiesMayStandInFrontOfProduction(_ header: String) throws {
        #expect(try refusal(header, isDevelopment: false) == nil)
    }

    @Test func refusedRequestIsToldInPlainWordsAndGetsNoCookie() async throws {
        let log = LogLines()
        let model = try Site("http://localhost:3000") { $0.development = DevelopmentMode(key: Secret("key")) }
        var browser = Browser(try Site(model, log: log))
        browser.authority = "localhost:3000"
        browser.headers = [.via: "1.1 proxy"]
        let response = await browser.get("/auth/session")
        #expect(response.status == .forbidden && response.cookies.isEmpty && response.text.hasPrefix("Refused: "))
        #expect(log.codes == ["dev.forwarded"])
    }
}
