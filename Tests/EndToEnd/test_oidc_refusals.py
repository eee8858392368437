"""Answers of a hostile provider: each is refused, without a session, with a code of its own in the log."""

import pytest

from harness.flow import assert_refused, assert_signed_in, callback_url, sign_in
from harness.keys import (
    ec_key,
    encoded,
    forged,
    public,
    rsa_key,
    sign,
    signed_with_public_key,
    unsigned,
    with_broken_signature,
)
from harness.site import SESSION, oidc


@pytest.fixture
def server(site, hostile):
    site.configure(oidc("corp", hostile.issuer))
    site.script("session", SESSION)
    return site.start()


@pytest.fixture
def client(server, client_of):
    return client_of(server)


def changed(**changes):
    """A claims switch: sets members, drops those given as None."""
    def apply(claims):
        merged = {**claims, **changes}
        return {name: value for name, value in merged.items() if value is not None}
    return apply


def parameter(name, value):
    """A parameters switch: one parameter of the answer replaced (None: dropped)."""
    def apply(parameters):
        kept = [(key, old) for key, old in parameters if key != name]
        return kept if value is None else [*kept, (name, value)]
    return apply


def hs256_advertised(metadata):
    return {**metadata, "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}


def iss_supported(metadata):
    return {**metadata, "authorization_response_iss_parameter_supported": True}


def critical(claims):
    head, body, signature = sign(claims, rsa_key("honest")).split(".")
    return f"{encoded({'alg': 'RS256', 'kid': 'honest', 'crit': ['odd'], 'odd': 1})}.{body}.{signature}"


# name: (switches, logged code)
ANSWERS = {
    "a wrong nonce": (dict(claims=changed(nonce="other")), "idToken.nonce"),
    "no nonce": (dict(claims=changed(nonce=None)), "idToken.nonce"),
    "a broken signature": (dict(token=lambda c: with_broken_signature(c, rsa_key("honest"))), "idToken.signature"),
    "a stranger's signature under our key's id":
        (dict(token=lambda c: forged(c, rsa_key("honest"))), "idToken.signature"),
    "alg none": (dict(token=unsigned, metadata=hs256_advertised), "idToken.algorithm"),
    "alg nOnE": (dict(token=lambda c: unsigned(c, "nOnE")), "idToken.algorithm"),
    "HS256 with the public key":
        (dict(token=lambda c: signed_with_public_key(c, rsa_key("honest")), metadata=hs256_advertised),
         "idToken.algorithm"),
    "an algorithm of another key type":
        (dict(token=lambda c: sign(c, ec_key("ec"), "ES256", kid="honest")), "idToken.algorithm"),
    "an unknown key id": (dict(token=lambda c: sign(c, rsa_key("stranger"))), "idToken.key"),
    "five segments": (dict(token=lambda c: ".".join([encoded({"alg": "dir", "enc": "A256GCM"})] * 5)),
                      "idToken.malformed"),
    "a critical header": (dict(token=critical), "idToken.malformed"),
    "no id_token at all": (dict(token=lambda c: None), "idToken.malformed"),
    "another audience": (dict(claims=changed(aud="somebody-else")), "idToken.audience"),
    "an empty audience list": (dict(claims=changed(aud=[])), "idToken.audience"),
    "a further audience without azp": (dict(claims=changed(aud=["moongate", "stranger"])), "idToken.audience"),
    "another azp": (dict(claims=changed(aud=["moongate", "stranger"], azp="stranger")), "idToken.audience"),
    "an expired token": (dict(claims=changed(exp=1700000000)), "idToken.times"),
    "no exp": (dict(claims=changed(exp=None)), "idToken.times"),
    "exp as text": (dict(claims=changed(exp="4102444800")), "idToken.times"),
    "no iat": (dict(claims=changed(iat=None)), "idToken.times"),
    "another issuer": (dict(claims=changed(iss="https://evil.example")), "idToken.issuer"),
    "no sub": (dict(claims=changed(sub=None)), "idToken.subject"),
    "an empty sub": (dict(claims=changed(sub="")), "idToken.subject"),
    "a sub of 256 characters": (dict(claims=changed(sub="s" * 256)), "idToken.subject"),
    "a wrong at_hash": (dict(claims=changed(at_hash="AAAAAAAAAAAAAAAAAAAAAA")), "idToken.accessHash"),
    "a number as sub": (dict(claims=changed(sub=7)), "idToken.subject"),
    "a wrong iss parameter": (dict(parameters=parameter("iss", "https://evil.example")), "oauth.responseIssuer"),
    "no iss parameter where it was promised": (dict(metadata=iss_supported), "oauth.responseIssuer"),
    "a wrong state": (dict(parameters=parameter("state", "wrong")), "oauth.state"),
    "no state": (dict(parameters=parameter("state", None)), "oauth.state"),
    "two states": (dict(parameters=lambda p: [*p, ("state", "other")]), "oauth.state"),
    "two codes": (dict(parameters=lambda p: [*p, ("code", "other")]), "oauth.badResponse"),
    "no code": (dict(parameters=parameter("code", None)), "oauth.badResponse"),
    "an encrypted response": (dict(parameters=parameter("response", "e30.e30.")), "oauth.badResponse"),
    "no access token": (dict(answer=changed(access_token=None)), "oauth.tokenResponse"),
    "a token type of mac": (dict(answer=changed(token_type="mac")), "oauth.tokenResponse"),
    "a negative lifetime": (dict(answer=changed(expires_in=-1)), "oauth.tokenResponse"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_is_refused(name, hostile, server, client):
    switches, code = ANSWERS[name]
    for switch, value in switches.items():
        setattr(hostile, switch, value)
    mark = server.log.mark()
    assert_refused(client, sign_in(client))
    assert server.log.wait_code(code, mark=mark), server.log.codes(mark)


def test_the_honest_answer_signs_in(client):
    assert_signed_in(client, sign_in(client))


def test_a_refused_sign_in_leaves_an_older_session_alone(hostile, client):
    assert_signed_in(client, sign_in(client))
    hostile.claims = changed(nonce="other")
    assert not sign_in(client).sets_session
    assert client.session()["user"]["name"] == "Ada"


def test_a_missing_state_cookie_is_refused_without_a_token_request(hostile, server, client):
    url = callback_url(client)
    del client.jar["authjs.state"]
    assert_refused(client, client.get(url))
    assert server.log.wait_code("oauth.stateCookie")
    assert hostile.token_requests == []


def test_a_missing_pkce_cookie_is_refused_without_a_token_request(hostile, server, client):
    url = callback_url(client)
    del client.jar["authjs.pkce.code_verifier"]
    assert_refused(client, client.get(url))
    assert server.log.wait_code("oauth.pkceCookie")
    assert hostile.token_requests == []


def test_a_missing_nonce_cookie_is_refused(server, client):
    url = callback_url(client)
    del client.jar["authjs.nonce"]
    assert_refused(client, client.get(url))
    assert server.log.wait_code("oauth.nonceCookie")


def test_a_wrong_state_sends_no_token_request(hostile, client):
    hostile.parameters = parameter("state", "wrong")
    sign_in(client)
    assert hostile.token_requests == []


def test_a_callback_address_works_once(server, client):
    url = callback_url(client)
    assert_signed_in(client, client.get(url))
    second = client.get(url)
    assert not second.sets_session
    assert second.error == "Configuration"


def test_a_callback_address_works_once_even_when_the_browser_keeps_its_check_cookies(hostile, server, client):
    hostile.reusable_codes = True
    url = callback_url(client)
    before = dict(client.jar)
    assert_signed_in(client, client.get(url))
    second = client.get(url, cookies=before)
    assert not second.sets_session
    assert second.error == "Configuration"
    assert len(hostile.token_requests) == 1
    assert server.log.wait_code("oauth.replayed")


def test_another_browsers_callback_address_is_refused(hostile, client, client_of, server):
    url = callback_url(client)
    victim = client_of(server)
    callback_url(victim)
    assert_refused(victim, victim.get(url))
    assert hostile.token_requests == []


def test_an_error_of_the_provider_goes_to_the_sign_in_page(hostile, client):
    hostile.parameters = lambda p: [("error", "access_denied"), ("error_description", "<script>"), *p[1:]]
    assert_refused(client, sign_in(client), error="OAuthCallbackError", page="signin")


def test_an_error_of_the_provider_is_refused_when_the_state_is_wrong(hostile, server, client):
    hostile.parameters = lambda p: [("error", "access_denied"), ("state", "wrong")]
    assert_refused(client, sign_in(client))
    assert server.log.wait_code("oauth.state")


def test_an_error_beside_a_code_sends_no_token_request(hostile, client):
    hostile.parameters = lambda p: [*p, ("error", "access_denied")]
    assert not sign_in(client).sets_session
    assert hostile.token_requests == []


def test_a_wrong_issuer_in_the_metadata_is_refused_before_the_browser_leaves(hostile, server, client):
    hostile.metadata = lambda m: {**m, "issuer": "https://evil.example"}
    started = client.begin("corp")
    assert (started.status, started.error) == (302, "Configuration")
    assert server.log.wait_code("oauth.provider")


def test_two_keys_and_no_key_id_is_refused(hostile, server, client):
    hostile.keys = [public(rsa_key("honest"), kid=None), public(rsa_key("other"), kid=None)]
    hostile.token = lambda c: sign(c, rsa_key("stranger"), kid=None)
    assert_refused(client, sign_in(client))


def test_query_parameters_of_the_browser_cannot_change_the_authorization_request(hostile, client):
    query = "?client_id=evil&redirect_uri=http://evil.example/&response_type=token&state=s&nonce=n&scope=admin"
    started = client.begin("corp", query)
    assert "evil" not in started.location
    assert "response_type=code" in started.location
    assert "state=s&" not in started.location + "&"
    assert "nonce=n&" not in started.location + "&"


def test_a_forged_host_does_not_change_the_redirect_address(hostile, client):
    started = client.post(
        "/auth/signin/corp", {"csrfToken": client.csrf()},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    )
    assert "evil.example" not in (started.location or "")
