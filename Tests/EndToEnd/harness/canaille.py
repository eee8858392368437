"""Canaille, a real OpenID provider, served on loopback from this process."""

import datetime
import logging
import threading

from canaille import create_app
from canaille.app import models
from joserfc.jwk import ECKey, OKPKey, RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

from .ports import free_port

CLIENT_ID = "moongate"
CLIENT_SECRET = "corp-secret-0123456789-0123456789"
USER = "ada"
PASSWORD = "correct-horse-battery-staple"
EMAIL = "ada@example.com"


class QuietHandler(WSGIRequestHandler):
    def log(self, type, message, *args):
        """Requests are the tests' business, not the terminal's."""


def make_key(algorithm: str):
    """A new private signing key for a JWS algorithm."""
    if algorithm == "RS256":
        return RSAKey.generate_key(2048, auto_kid=True)
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", auto_kid=True)
    return OKPKey.generate_key("Ed25519", auto_kid=True)


class Canaille:
    """One provider with one user and one confidential client."""

    def __init__(self):
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.keys = {name: make_key(name) for name in ("RS256", "ES256", "EdDSA")}
        logging.getLogger("canaille").setLevel(logging.ERROR)
        self.app = create_app(config=self._settings())
        self.backend = self.app.backend
        with self.app.app_context():
            self._add_user()
            self.client = self._add_client()
        self.server = make_server(
            "127.0.0.1", self.port, self.app, threaded=True, request_handler=QuietHandler
        )
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def _settings(self):
        return {
            "SECRET_KEY": "only for this test run, never elsewhere",
            "SERVER_NAME": f"127.0.0.1:{self.port}",
            "PREFERRED_URL_SCHEME": "http",
            "SESSION_COOKIE_SECURE": False,
            "REMEMBER_COOKIE_SECURE": False,
            "CANAILLE": {
                "DATABASE": "memory",
                "HTMX": False,
                "LOGGING": {"version": 1, "disable_existing_loggers": False},
                "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc", "edit_self"]}},
            },
            "CANAILLE_OIDC": {"ACTIVE_JWKS": self._active(), "REQUIRE_NONCE": True},
        }

    def _active(self):
        return [key.as_dict(private=True) for key in self.keys.values()]

    def _add_user(self):
        self.backend.save(
            models.User(
                user_name=USER,
                formatted_name="Ada Lovelace",
                family_name="Lovelace",
                given_name="Ada",
                emails=[EMAIL],
                password=PASSWORD,
            )
        )

    def _add_client(self):
        client = models.Client(
            client_id=CLIENT_ID,
            client_id_issued_at=datetime.datetime.now(datetime.timezone.utc),
            client_name="Moongate",
            client_uri="http://127.0.0.1",
            client_secret=CLIENT_SECRET,
            client_secret_expires_at=None,
            redirect_uris=[],
            grant_types=["authorization_code", "refresh_token"],
            response_types=["code"],
            scope=["openid", "email", "profile", "groups"],
            token_endpoint_auth_method="client_secret_basic",
            id_token_signed_response_alg="RS256",
        )
        self.backend.save(client)
        client.audience = [client]
        self.backend.save(client)
        return client

    def register(self, redirect_uri: str, algorithm: str = "RS256"):
        """Allows one more callback address and picks how id_tokens are signed."""
        with self.app.app_context():
            client = self.backend.get(models.Client, client_id=CLIENT_ID)
            client.redirect_uris = [*client.redirect_uris, redirect_uri]
            client.id_token_signed_response_alg = algorithm
            self.backend.save(client)

    def rotate_keys(self):
        """New keys for every algorithm; the old ones are no longer published."""
        self.keys = {name: make_key(name) for name in self.keys}
        self.app.config["CANAILLE_OIDC"]["ACTIVE_JWKS"] = self._active()

    def stop(self):
        self.server.shutdown()
        self.thread.join(5)
