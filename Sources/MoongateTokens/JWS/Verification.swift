import CJSON
import CTokens

/// Checks a token's signature with a key of the set.
///
/// The algorithm must be in `allowed` and be the key's own; the header alone never decides it. With a `kid`, only the
/// key of that name is used; without, the one key that fits.
///
/// - Throws: ``TokenError``: ``TokenError/Code/algorithmRefused``, ``TokenError/Code/unknownKey`` (the set may be out
///   of date: fetch it again, but not for every such token), ``TokenError/Code/ambiguousKey``,
///   ``TokenError/Code/badSignature``, ``TokenError/Code/badClaims`` when the payload is not a JSON object.
public func verify(
    _ token: UnverifiedJWS, with keys: JSONWebKeySet, allowed: Set<JWSAlgorithm>
) throws -> VerifiedJWS {
    guard allowed.contains(token.algorithm) else {
        throw TokenError(.algorithmRefused, "\(token.algorithm.rawValue) is not allowed here")
    }
    let key = try keys.key(for: token)
    guard key.verifies(token.signature, over: token.signedBytes) else {
        throw TokenError(.badSignature, "the signature does not fit")
    }
    var type = CJ_END
    guard cj_check(token.payload, token.payload.count, &type) == CJ_OK, type == CJ_OBJECT_BEGIN else {
        throw TokenError(.badClaims, "the payload is not a JSON object")
    }
    return VerifiedJWS(payload: token.payload, algorithm: token.algorithm, keyID: key.keyID, type: token.type)
}

extension JSONWebKeySet {
    fileprivate func key(for token: UnverifiedJWS) throws -> VerificationKey {
        guard let keyID = token.keyID else {
            let fitting = keys.filter { $0.algorithm == token.algorithm }
            guard let key = fitting.first else { throw TokenError(.unknownKey, "no key of this algorithm") }
            guard fitting.count == 1 else { throw TokenError(.ambiguousKey, "no kid, and several keys") }
            return key
        }
        let wanted = Array(keyID.utf8)
        guard let key = keys.first(where: { $0.keyID.map { Array($0.utf8) } == wanted }) else {
            throw TokenError(.unknownKey, "no key of this name")
        }
        guard key.algorithm == token.algorithm else {
            throw TokenError(.algorithmRefused, "the key is for \(key.algorithm.rawValue)")
        }
        return key
    }
}
