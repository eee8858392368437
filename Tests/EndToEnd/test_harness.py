"""The harness itself, without the program: a test stand that lies is worse than none."""

import base64
import hashlib
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from harness.canaille import CLIENT_ID, CLIENT_SECRET, EMAIL, PASSWORD, USER
from harness.keys import public, rsa_key, sign, with_broken_signature
from harness.tokens import SESSION_SALT, derive, thumbprint

REDIRECT = "http://localhost:9/auth/callback/corp"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def authorization(nonce):
    return urlencode({
        "response_type": "code", "client_id": CLIENT_ID, "redirect_uri": REDIRECT, "scope": "openid email profile",
        "state": "s", "nonce": nonce, "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    })


def sign_in_at_canaille(canaille, nonce):
    """A sign-in without a browser: the id_token."""
    session = requests.Session()

    def submit(page, **fields):
        hidden = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text))
        return session.post(page.url, {**hidden, **fields}, allow_redirects=False).headers["Location"]

    login = session.get(f"{canaille.issuer}/oauth/authorize?{authorization(nonce)}")
    password = session.get(canaille.issuer + submit(login, login=USER))
    back = session.get(submit(password, password=PASSWORD), allow_redirects=False).headers["Location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    answer = requests.post(f"{canaille.issuer}/oauth/token", form, auth=(CLIENT_ID, CLIENT_SECRET))
    return answer.json()["id_token"]


def published(canaille):
    return KeySet.import_key_set(requests.get(f"{canaille.issuer}/oauth/jwks.json").json())


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_canaille_signs_with(algorithm, canaille):
    canaille.register(REDIRECT, algorithm)
    token = jwt.decode(sign_in_at_canaille(canaille, f"n-{algorithm}"), published(canaille), algorithms=[algorithm])
    assert (token.header["alg"], token.claims["email"]) == (algorithm, EMAIL)


def test_canaille_forgets_its_old_keys_when_they_rotate(canaille):
    before = {key.kid for key in published(canaille).keys}
    canaille.rotate_keys()
    assert before.isdisjoint({key.kid for key in published(canaille).keys})


def test_the_hostile_provider_is_honest_by_default(hostile):
    back = requests.get(f"{hostile.issuer}/authorize?{authorization('n')}", allow_redirects=False).headers["Location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    answer = requests.post(f"{hostile.issuer}/token", {"code": code}).json()
    claims = jwt.decode(answer["id_token"], KeySet.import_key_set({"keys": hostile.keys})).claims
    assert (claims["nonce"], claims["aud"]) == ("n", CLIENT_ID)
    assert requests.post(f"{hostile.issuer}/token", {"code": code}).status_code == 400


def test_a_broken_signature_differs_in_nothing_else():
    good, bad = sign({"a": 1}, rsa_key("honest")), with_broken_signature({"a": 1}, rsa_key("honest"))
    assert good.rsplit(".", 1)[0] == bad.rsplit(".", 1)[0] and good != bad
    assert "d" not in public(rsa_key("honest"))


def test_the_derived_key_is_the_published_vector():
    key = derive("secret", SESSION_SALT)
    assert key.hex().startswith("b1ef6cdd915c44c0a71232574a6a7054")
    assert thumbprint(key).startswith("7x9DUMVaEU6giab0l0OWDt4e4SsRH_cbwMof2EzEyy6")


def test_the_browser_notices_errors_and_foreign_requests(browser, hostile):
    page = (b"<script>console.error('seen')</script><link rel=stylesheet href='http://192.0.2.1/x.css'>",)
    hostile.raw["/page"] = lambda handler: handler.send_bytes(200, page[0], **{"Content-Type": "text/html"})
    browser.driver.set_page_load_timeout(20)
    browser.command("Network.enable")
    browser.command("Network.setBlockedURLs", urls=["http://192.0.2.1/*"])
    browser.open(f"{hostile.origin}/page")
    noticed = "\n".join(browser.noticed())
    assert "seen" in noticed and "external request: http://192.0.2.1/x.css" in noticed
    browser.command("Network.setBlockedURLs", urls=[])
