"""An OpenID provider that does what a test tells it to, however wrong."""

import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from .keys import public, rsa_key, sign


class HostileProvider:
    """Honest until a switch is set. Switches are plain attributes, read at every request.

    - `subject`: the claims that name the user.
    - `claims`: function on the id_token's claims.
    - `token`: function from claims to the compact id_token; `None` leaves it out.
    - `answer`: function on the token endpoint's JSON.
    - `parameters`: function on the list of (name, value) sent to the callback address.
    - `metadata`: function on the discovery document.
    - `keys`: list of JWKs published.
    - `raw`: path -> function that writes a whole HTTP answer on the handler.
    - `reusable_codes`: a code may be exchanged again and again.
    """

    def __init__(self, path: str = ""):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.provider = self
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.issuer = self.origin + path
        self.base = self.issuer.rstrip("/")
        self.subject = {"sub": "subject-1", "name": "Ada", "email": "ada@example.com", "email_verified": True}
        self.key = rsa_key("honest")
        self.claims = lambda claims: claims
        self.token = lambda claims: sign(claims, self.key)
        self.answer = lambda answer: answer
        self.parameters = lambda parameters: parameters
        self.metadata = lambda metadata: metadata
        self.keys = [public(self.key)]
        self.raw = {}
        self.reusable_codes = False
        self.codes = {}
        self.requests: list[tuple[str, str]] = []
        self.token_requests: list[dict] = []
        self.authorization_requests: list[list[tuple[str, str]]] = []
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(1 for _, asked in list(self.requests) if asked == path)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    # -- what the endpoints answer

    def discovery(self) -> dict:
        return self.metadata({
            "issuer": self.issuer,
            "authorization_endpoint": self.base + "/authorize",
            "token_endpoint": self.base + "/token",
            "userinfo_endpoint": self.base + "/userinfo",
            "jwks_uri": self.base + "/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA"],
            "code_challenge_methods_supported": ["S256"],
        })

    def authorize(self, query: list[tuple[str, str]]) -> str:
        asked = dict(query)
        code = secrets.token_urlsafe(16)
        self.authorization_requests.append(query)
        self.codes[code] = asked
        sent = self.parameters([("code", code), ("state", asked.get("state", ""))])
        return asked["redirect_uri"] + "?" + urlencode(sent)

    def exchange(self, form: dict) -> tuple[int, dict]:
        self.token_requests.append(form)
        asked = self.codes.get(form.get("code")) if self.reusable_codes else self.codes.pop(form.get("code"), None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        answer = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 3600}
        token = self.token(self.claims(self._claims(asked)))
        if token is not None:
            answer["id_token"] = token
        return 200, self.answer(answer)

    def _claims(self, asked: dict) -> dict:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": asked["client_id"], "iat": now, "exp": now + 300, **self.subject}
        if "nonce" in asked:
            claims["nonce"] = asked["nonce"]
        return claims


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A head and a body that are written apart must not wait for each other's acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self):
        provider = self.server.provider
        parts = urlsplit(self.path)
        path = parts.path.removeprefix(urlsplit(provider.base).path)
        provider.requests.append(("GET", path))
        if path in provider.raw:
            provider.raw[path](self)
        elif path == "/.well-known/openid-configuration":
            self.send_json(200, provider.discovery())
        elif path == "/jwks":
            self.send_json(200, {"keys": provider.keys})
        elif path == "/authorize":
            self.send_bytes(302, b"", Location=provider.authorize(parse_qsl(parts.query)))
        elif path == "/userinfo":
            self.send_json(200, provider.subject)
        else:
            self.send_json(404, {})

    def do_POST(self):
        provider = self.server.provider
        path = urlsplit(self.path).path.removeprefix(urlsplit(provider.base).path)
        form = dict(parse_qsl(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()))
        provider.requests.append(("POST", path))
        if path in provider.raw:
            provider.token_requests.append(form)
            provider.raw[path](self)
        elif path == "/token":
            form["_authorization"] = self.headers.get("Authorization", "")
            self.send_json(*provider.exchange(form))
        else:
            self.send_json(404, {})

    def send_json(self, status: int, value):
        self.send_bytes(status, json.dumps(value).encode(), **{"Content-Type": "application/json"})

    def send_bytes(self, status: int, body: bytes, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        """Requests are the tests' business, not the terminal's."""
