"""Odd but legal answers of a provider sign in; slow, huge and broken ones end cleanly and in time."""

import base64
import hashlib
import time

import pytest

from harness.flow import assert_signed_in, callback_url, sign_in
from harness.hostile import HostileProvider
from harness.keys import ec_key, public, rsa_key, sign, unusable_keys
from harness.site import CREDENTIALS, SESSION, oidc


@pytest.fixture
def server(site, hostile):
    site.configure(oidc("corp", hostile.issuer))
    site.script("session", SESSION)
    return site.start()


@pytest.fixture
def client(server, client_of):
    return client_of(server)


def claims(**more):
    return lambda given: {**given, **more}


def answer(**more):
    return lambda given: {name: value for name, value in {**given, **more}.items() if value is not None}


HONEST = rsa_key("honest")

ODD = {
    "aud as a list": dict(claims=claims(aud=["moongate"])),
    "aud with a stranger and azp": dict(claims=claims(aud=["moongate", "stranger"], azp="moongate")),
    "auth_time as a float": dict(claims=claims(auth_time=1795530517.669675)),
    "auth_time zero": dict(claims=claims(auth_time=0)),
    "five unusable keys beside the good one": dict(keys=[*unusable_keys(), public(HONEST)]),
    "one key without id, token without id":
        dict(keys=[public(HONEST, kid=None)], token=lambda c: sign(c, HONEST, kid=None)),
    "one key with id, token without id": dict(token=lambda c: sign(c, HONEST, kid=None)),
    "a key without use and alg": dict(keys=[public(HONEST, use=None)]),
    "ES256": dict(keys=[public(ec_key("ec"))], token=lambda c: sign(c, ec_key("ec"), "ES256")),
    "token type bearer": dict(answer=answer(token_type="bearer")),
    "token type BEARER": dict(answer=answer(token_type="BEARER")),
    "no expires_in": dict(answer=answer(expires_in=None)),
    "members nobody asked for": dict(answer=answer(session_state="x", deep={"a": [1]}, **{"not-before-policy": 0})),
    "expired twenty seconds ago": dict(claims=lambda c: {**c, "exp": int(time.time()) - 20}),
    "issued in ten seconds": dict(claims=lambda c: {**c, "iat": int(time.time()) + 10}),
    "the right iss parameter": None,
}


@pytest.mark.parametrize("name", ODD)
def test_signs_in_with(name, hostile, client):
    switches = ODD[name]
    if switches is None:
        switches = dict(parameters=lambda p: [*p, ("iss", hostile.issuer)])
    for switch, value in switches.items():
        setattr(hostile, switch, value)
    assert_signed_in(client, sign_in(client))


@pytest.mark.parametrize("path", ["/realms/one", "/realms/one/"])
def test_signs_in_with_an_issuer_that_has_a_path(path, site, client_of):
    provider = HostileProvider(path)
    try:
        site.configure(oidc("corp", provider.issuer))
        client = client_of(site.start())
        assert_signed_in(client, sign_in(client))
    finally:
        provider.stop()


def test_the_client_secret_is_form_encoded_before_it_becomes_basic(site, hostile, client_of):
    site.env["CORP_SECRET"] = "a secret:+% é&=/"
    site.configure(oidc("corp", hostile.issuer))
    client = client_of(site.start())
    assert_signed_in(client, sign_in(client))
    sent = base64.b64decode(hostile.token_requests[0]["_authorization"].removeprefix("Basic ")).decode()
    assert sent == "moongate:a+secret%3A%2B%25+%C3%A9%26%3D%2F"


def test_the_code_verifier_answers_the_challenge(hostile, client):
    sign_in(client)
    asked = dict(hostile.authorization_requests[0])
    verifier = hostile.token_requests[0]["code_verifier"]
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert (asked["code_challenge_method"], asked["code_challenge"]) == ("S256", digest)
    assert len(verifier) >= 43


def raw(status=200, body=b"", **headers):
    return lambda handler: handler.send_bytes(status, body, **headers)


BROKEN = {
    "token endpoint 500 with an empty body": ("/token", raw(500)),
    "token endpoint 403": ("/token", raw(403, b"{}")),
    "token endpoint redirects": ("/token", raw(302, Location="http://127.0.0.1:1/")),
    "token endpoint answers HTML": ("/token", raw(200, b"<html>", **{"Content-Type": "text/html"})),
    "token endpoint answers an array": ("/token", raw(200, b"[]", **{"Content-Type": "application/json"})),
    "token endpoint answers null": ("/token", raw(200, b"null", **{"Content-Type": "application/json"})),
    "token endpoint answers deep nesting": ("/token", raw(200, b"[" * 100_000)),
    "token endpoint answers 10 MB": ("/token", raw(200, b'{"a":"' + b"a" * 10_000_000 + b'"}')),
    "key set 500": ("/jwks", raw(500)),
    "key set HTML": ("/jwks", raw(200, b"<html>")),
    "key set empty": ("/jwks", raw(200, b'{"keys":[]}')),
    "key set 10 MB": ("/jwks", raw(200, b'{"keys":[],"a":"' + b"a" * 10_000_000 + b'"}')),
}


@pytest.mark.parametrize("name", BROKEN)
def test_ends_cleanly_when(name, hostile, client):
    path, behave = BROKEN[name]
    hostile.raw[path] = behave
    refused = sign_in(client)
    assert (refused.status, refused.error) == (302, "Configuration")
    assert not refused.sets_session
    del hostile.raw[path]
    if path == "/token":
        assert_signed_in(client, sign_in(client))


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"{}", b"{" * 70_000])
def test_an_unusable_discovery_document_is_refused_and_tried_again_later(body, hostile, client):
    hostile.raw["/.well-known/openid-configuration"] = raw(200, body)
    assert client.begin("corp").error == "Configuration"
    assert client.get("/healthz").status == 200


def test_a_provider_that_is_down_does_not_stop_the_program_from_starting(site, client_of):
    site.with_credentials()
    site.configure(oidc("corp", "http://127.0.0.1:9"), CREDENTIALS)
    client = client_of(site.start())
    assert client.begin("corp").error == "Configuration"
    assert_signed_in(client, client.sign_in("ada"), "ada")


def test_a_slow_token_endpoint_signs_in(hostile, client):
    honest = hostile.answer
    hostile.answer = lambda given: (time.sleep(1.5), honest(given))[1]
    assert_signed_in(client, sign_in(client))


def test_a_token_endpoint_that_never_ends_is_given_up_within_ten_seconds(hostile, client):
    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        end = time.monotonic() + 15
        while time.monotonic() < end:
            try:
                handler.wfile.write(b" ")
            except OSError:
                return
            time.sleep(0.25)
    hostile.raw["/token"] = drip
    url = callback_url(client)
    begun = time.monotonic()
    refused = client.get(url)
    assert time.monotonic() - begun < 11
    assert (refused.status, refused.error) == (302, "Configuration")


def test_a_rotated_key_is_fetched_once_and_signs_in(hostile, client):
    assert_signed_in(client, sign_in(client))
    hostile.key = rsa_key("next")
    hostile.keys = [public(hostile.key)]
    client.jar.clear()
    assert_signed_in(client, sign_in(client))
    assert hostile.count("/jwks") == 2


def test_a_storm_of_unknown_key_ids_fetches_the_key_set_at_most_once_a_minute(hostile, client):
    assert_signed_in(client, sign_in(client))
    for number in range(20):
        hostile.token = lambda c, kid=f"storm-{number}": sign(c, rsa_key("stranger"), kid=kid)
        assert not sign_in(client).sets_session
    assert hostile.count("/jwks") <= 2
