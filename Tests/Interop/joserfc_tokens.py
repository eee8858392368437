#!/usr/bin/env python3
"""Makes and reads session tokens with joserfc, an independent JOSE library, to compare with ours.

    joserfc_tokens.py make   [--enc A256GCM] [--no-kid] [--salt NAME] < input    prints a token
    joserfc_tokens.py read   [--salt NAME] < input                               prints the claims
    joserfc_tokens.py check  [--salt NAME] -- COMMAND...                         both ways through a command

The first line on standard input is the secret; for `make` the rest is the claims as JSON, for `read` the token. `check`
makes up a secret and runs COMMAND twice: with `issue SALT`, a secret and claims on standard input, it must print a token;
with `open SALT`, a secret and a token, it must print the claims. Exit codes: 0 done, 1 they disagree, 2 bad usage.
"""
import argparse
import base64
import hashlib
import hmac
import json
import secrets
import subprocess
import sys

from joserfc import jwe
from joserfc.jwk import OctKey

REGISTRY = jwe.JWERegistry(algorithms=["dir", "A256CBC-HS512", "A256GCM"])


def derive(secret: str, salt: str, length: int) -> bytes:
    """HKDF with SHA-256 (RFC 5869), written out here so that nothing of ours is used."""
    info = f"Auth.js Generated Encryption Key ({salt})".encode()
    key = hmac.new(salt.encode() or bytes(32), secret.encode(), hashlib.sha256).digest()
    out, block = b"", b""
    while len(out) < length:
        block = hmac.new(key, block + info + bytes([len(out) // 32 + 1]), hashlib.sha256).digest()
        out += block
    return out[:length]


def key_for(secret: str, salt: str, enc: str) -> OctKey:
    return OctKey.import_key(derive(secret, salt, 32 if enc == "A256GCM" else 64))


def thumbprint(key: OctKey, enc: str) -> str:
    text = json.dumps({"k": key.as_dict(private=True)["k"], "kty": "oct"}, separators=(",", ":")).encode()
    digest = hashlib.sha256(text) if enc == "A256GCM" else hashlib.sha512(text)
    return base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()


def make(secret: str, salt: str, claims: bytes, enc: str = "A256CBC-HS512", kid: bool = True) -> str:
    key = key_for(secret, salt, enc)
    header = {"alg": "dir", "enc": enc}
    if kid:
        header["kid"] = thumbprint(key, enc)
    return jwe.encrypt_compact(header, claims, key, registry=REGISTRY)


def read(secret: str, salt: str, token: str) -> bytes:
    """Also insists on the key id: the header must name the key that opens it."""
    part = token.split(".")[0]
    header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    key = key_for(secret, salt, header["enc"])
    if "kid" in header and header["kid"] != thumbprint(key, header["enc"]):
        raise ValueError("the key id is another key's")
    return jwe.decrypt_compact(token, key, registry=REGISTRY).plaintext


def run(command: list[str], *arguments: str, given: str) -> str:
    done = subprocess.run([*command, *arguments], input=given, capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        raise ValueError(f"{command[0]} {arguments[0]}: exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout.strip()


def check(command: list[str], salt: str) -> None:
    for length in (1, 15, 16, 17, 600, 8000):
        secret = secrets.token_urlsafe(32)
        claims = {"sub": "42", "name": "Zoë 😀", "x": "a" * length, "exp": 4102444800, "iat": 1700000000, "jti": "j"}
        text = json.dumps(claims, separators=(",", ":"), ensure_ascii=False)
        token = run(command, "issue", salt, given=f"{secret}\n{text}")
        if json.loads(read(secret, salt, token)) != claims:
            raise ValueError("joserfc reads other claims than were sealed")
        for enc, kid in (("A256CBC-HS512", True), ("A256CBC-HS512", False), ("A256GCM", True), ("A256GCM", False)):
            token = make(secret, salt, text.encode(), enc, kid)
            if json.loads(run(command, "open", salt, given=f"{secret}\n{token}")) != claims:
                raise ValueError(f"other claims come back from {enc}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["make", "read", "check"])
    parser.add_argument("--salt", default="authjs.session-token")
    parser.add_argument("--enc", default="A256CBC-HS512", choices=["A256CBC-HS512", "A256GCM"])
    parser.add_argument("--no-kid", action="store_true")
    parser.add_argument("command", nargs="*")
    options = parser.parse_args()
    try:
        if options.action == "check":
            check(options.command, options.salt)
            print("joserfc and the command agree")
            return 0
        secret, _, rest = sys.stdin.read().partition("\n")
        if options.action == "make":
            print(make(secret, options.salt, rest.strip().encode(), options.enc, not options.no_kid))
        else:
            print(read(secret, options.salt, rest.strip()).decode())
    except Exception as problem:  # whatever joserfc raises, the answer is the same: they disagree
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
