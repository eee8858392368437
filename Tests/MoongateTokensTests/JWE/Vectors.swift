@testable import MoongateTokens

/// Tokens that Auth.js and NextAuth read, with the secret `secret` and the claims below.
enum Vectors {
    static let salt = "authjs.session-token"
    static let claims = Array(
        (#"{"name":"test","email":"test@test.com","sub":"42","iat":1700000000,"exp":4102444800,"#
            + #""jti":"00000000-0000-4000-8000-000000000000"}"#).utf8)
    static let key =
        "b1ef6cdd915c44c0a71232574a6a70546a5e16d12bb38df4638e3b96bdd32025131e90695ff072a9d148f1511c7a4981"
        + "a85b63a628311da1fa7ccfc49c47c2bb"
    static let keyID = "7x9DUMVaEU6giab0l0OWDt4e4SsRH_cbwMof2EzEyy6onK5o8xSPPB799RVoqm2v6z674kQCv9jom2T8S-a1dQ"
    static let shortKeyID = "tgdt-VLOTRviBTc4vwSS-WjOhg14Bq0M6tGDvSzfdgs"
    static let secureKeyID =
        "7E3YIGAxRtn6djTGy1UjZrFvXELHKzM9vfWl0nQ4b88EsnrmmX0grN0VKis7G3fjgB626TXm_lEtBG1N0E7Xyg"

    static let cbc =
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoiN3g5RFVNVmFFVTZnaWFiMGwwT1dEdDRlNFNzUkhfY2J3TW9mMk"
        + "V6RXl5Nm9uSzVvOHhTUFBCNzk5UlZvcW0ydjZ6Njc0a1FDdjlqb20yVDhTLWExZFEifQ..AAECAwQFBgcICQoLDA0ODw.he-OBaBLIbCb"
        + "kSQyjD0CIEfjlxfCfGbLoIvgoq_FAchJIHHn6aXJON0YjB_K34o0qx36y8unp56Q2dFVoqmarwsqejHsA15ODMqGI0Mhhc25viKayk5I6j"
        + "fE2Lvai8GO9n4vRNtW6R7IfDwChAGMhAkBEiBooO1m__EbBQW6ONMUQfBTyUM_0eaR6aCd_2zf.IlSALP623JzUT3S3z9B84s4LaChVbhD"
        + "jRZ704FQFD9I"
    static let gcm =
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAECAwQFBgcICQoL.KuHX5CHkbP71ui-FCuaCLot26WhHu2sxs76A28oG7yWCarJi"
        + "Ey2Rwrc2wcfii1PbRO52gUC1v-cU-qKOypvSTFiUfmzj74eYjRGiIFzb4WqXSksJqB-p9Q9P9GM455rLy1mW6yGESb8WE0eKQ6Fey5It3U"
        + "1GOghIsjMf0ef1lG24.Iw5xI8bVEV9rgZwkrrXB5w"
    static let version4 =
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAECAwQFBgcICQoL.D9w7kt5B9FSThYnNJhtDKaYlEN_TrBxBHvfJXUKW5DMG_Hvi"
        + "IRppwtQPPUsZXToNM3MAhht8T9GwDvrtgqpi28sNEjnwGFIc6TclXyCkGwHerSYhc7fu0Hf2xAmmdvxTwFiiYpwkjnFSeNKG5wVQclN4ga"
        + "0jp1knqCvKZUFpTjhM.QFekbNTbFATdSTdNodZKfg"

    static func keys(_ secrets: String..., salt: String = salt) throws -> SealingKeys {
        try SealingKeys(secrets: secrets.map { Secret($0) }, salt: salt)
    }

    /// The token's parts with one of them replaced.
    static func replacing(_ part: Int, of token: String, with text: String) -> [UInt8] {
        var parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        parts[part] = text
        return Array(parts.joined(separator: ".").utf8)
    }

    static func header(_ text: String) -> String { Base64URL.encode(Array(text.utf8)) }
}

/// What a closure was refused for.
func refusal(_ body: () throws -> some Any) -> TokenError.Code? {
    do { _ = try body() } catch let error as TokenError { return error.code } catch {}
    return nil
}
