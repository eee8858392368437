"""Signing keys of the test provider, and tokens signed wrongly on purpose."""

import base64
import functools
import hashlib
import hmac
import json

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

REGISTRY = jws.JWSRegistry(algorithms=["RS256", "ES256"])


@functools.cache
def rsa_key(name: str) -> RSAKey:
    """An RSA key, one for each name in a run: making one takes a tenth of a second."""
    return RSAKey.generate_key(2048, {"kid": name})


@functools.cache
def ec_key(name: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name})


def public(key, **changes) -> dict:
    """The public JWK; a change to None drops that member."""
    merged = {**key.as_dict(private=False), "use": "sig", **changes}
    return {name: value for name, value in merged.items() if value is not None}


def sign(claims: dict, key, algorithm: str = "RS256", **header) -> str:
    """A compact JWS; header members given as None are left out."""
    merged = {"alg": algorithm, "kid": key.kid, **header}
    merged = {name: value for name, value in merged.items() if value is not None}
    return jws.serialize_compact(merged, json.dumps(claims), key, registry=REGISTRY)


def encoded(data) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(claims: dict, algorithm: str = "none") -> str:
    """A token that claims to need no signature."""
    return f"{encoded({'alg': algorithm})}.{encoded(claims)}."


def with_broken_signature(claims: dict, key) -> str:
    """One bit of the signature's first byte turned."""
    head, body, signature = sign(claims, key).split(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    raw[0] ^= 1
    return f"{head}.{body}.{encoded(bytes(raw))}"


def signed_with_public_key(claims: dict, key) -> str:
    """HS256 with the public key's PEM text as the secret."""
    head = encoded({"alg": "HS256", "kid": key.kid})
    body = encoded(claims)
    secret = key.as_pem(private=False)
    return f"{head}.{body}.{encoded(hmac.new(secret, f'{head}.{body}'.encode(), hashlib.sha256).digest())}"


def forged(claims: dict, key) -> str:
    """Signed by a stranger's key under the honest key's id."""
    return sign(claims, rsa_key("stranger"), kid=key.kid)


def unusable_keys() -> list[dict]:
    """Five entries that a reader of key sets has to skip."""
    return [
        {"kty": "AKP", "kid": "akp", "alg": "ML-DSA-44", "pub": "AAAA"},
        {"kty": "made-up", "kid": "odd"},
        public(rsa_key("other"), kid="alg", alg="RS999"),
        {"kty": "EC", "crv": "P-000", "kid": "crv", "x": "AAAA", "y": "AAAA"},
        {"kty": "OKP", "crv": "Ed25519", "kid": "short", "x": "AAAA"},
    ]
