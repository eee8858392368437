"""Auth.js tokens made and read with another library, from the public description of the format."""

import base64
import hashlib
import json
import time
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.jwk import OctKey

REGISTRY = jwe.JWERegistry(algorithms=["dir", "A256CBC-HS512", "A256GCM"])
SESSION_SALT = "authjs.session-token"


def derive(secret: str, salt: str, length: int = 64, info: str | None = None) -> bytes:
    info = f"Auth.js Generated Encryption Key ({salt})" if info is None else info
    return HKDF(hashes.SHA256(), length, salt.encode(), info.encode()).derive(secret.encode())


def thumbprint(key: bytes) -> str:
    """The key id Auth.js writes: the RFC 7638 thumbprint, over SHA-512 for a 64-byte key."""
    encoded = base64.urlsafe_b64encode(key).rstrip(b"=").decode()
    canonical = json.dumps({"k": encoded, "kty": "oct"}, separators=(",", ":"))
    digest = hashlib.sha512 if len(key) == 64 else hashlib.sha256
    return base64.urlsafe_b64encode(digest(canonical.encode()).digest()).rstrip(b"=").decode()


def seal(claims: dict, secret: str, salt: str = SESSION_SALT, lifetime: int = 3600, **times) -> str:
    """A session token as Auth.js v5 writes it."""
    now = int(time.time())
    stamped = {**claims, "iat": now, "exp": now + lifetime, "jti": str(uuid.uuid4()), **times}
    key = derive(secret, salt)
    header = {"alg": "dir", "enc": "A256CBC-HS512", "kid": thumbprint(key)}
    return jwe.encrypt_compact(header, json.dumps(stamped), OctKey.import_key(key), registry=REGISTRY)


def unseal(token: str, secret: str, salt: str = SESSION_SALT) -> dict:
    key = OctKey.import_key(derive(secret, salt))
    return json.loads(jwe.decrypt_compact(token, key, registry=REGISTRY).plaintext)
