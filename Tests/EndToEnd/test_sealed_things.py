"""Whatever was sealed for one purpose opens no other door."""

import pytest

from harness.flow import assert_refused, callback_url
from harness.program import SECRET
from harness.site import CREDENTIALS, oidc
from harness.tokens import seal

CHECKS = ["authjs.state", "authjs.pkce.code_verifier", "authjs.nonce"]
SESSION = "authjs.session-token"


@pytest.fixture
def server(site, hostile):
    site.with_credentials()
    site.configure(oidc("corp", hostile.issuer), CREDENTIALS)
    return site.start()


@pytest.fixture
def client(server, client_of):
    return client_of(server)


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_cookie_is_no_session(check, client):
    callback_url(client)
    assert client.get("/auth/session", cookies={SESSION: client.jar[check]}).body == b"null"


def test_the_state_parameter_is_no_session(client, hostile):
    callback_url(client)
    state = dict(hostile.authorization_requests[0])["state"]
    assert client.get("/auth/session", cookies={SESSION: state}).body == b"null"


def test_the_csrf_cookie_is_no_session(client):
    client.csrf()
    assert client.get("/auth/session", cookies={SESSION: client.jar["authjs.csrf-token"]}).body == b"null"


@pytest.mark.parametrize("check", CHECKS)
def test_a_session_is_no_check_cookie(check, client):
    client.sign_in("ada")
    token = client.session_token
    client.jar.clear()
    url = callback_url(client)
    client.jar[check] = token
    assert_refused(client, client.get(url))


@pytest.mark.parametrize("taken", CHECKS)
@pytest.mark.parametrize("given", CHECKS)
def test_one_check_cookie_is_no_other(taken, given, client, hostile):
    url = callback_url(client)
    if taken == given:
        assert client.get(url).sets_session
    else:
        client.jar[given] = client.jar[taken]
        assert_refused(client, client.get(url))


def test_a_session_of_the_same_secret_and_another_cookie_name_is_none(client):
    token = seal({"sub": "1", "name": "ada"}, SECRET, "__Secure-authjs.session-token")
    assert client.get("/auth/session", cookies={SESSION: token}).body == b"null"


def test_a_session_of_the_same_secret_and_name_is_one(client):
    token = seal({"sub": "1", "name": "ada"}, SECRET)
    assert client.get("/auth/session", cookies={SESSION: token}).json()["user"]["name"] == "ada"


def test_a_session_of_another_secret_is_none(client):
    token = seal({"sub": "1", "name": "ada"}, "another-secret-of-more-than-32-bytes")
    assert client.get("/auth/session", cookies={SESSION: token}).body == b"null"


@pytest.mark.parametrize("times", [dict(exp=1700000000), dict(nbf=4102444800), dict(exp="4102444800"), dict(exp=None)])
def test_a_session_out_of_its_time_is_none(times, client):
    token = seal({"sub": "1", "name": "ada"}, SECRET, **times)
    assert client.get("/auth/session", cookies={SESSION: token}).body == b"null"


def test_a_token_of_an_older_secret_is_read_and_sealed_anew(site, server, client):
    client.sign_in("ada")
    old = client.session_token
    server.stop()
    config = (site.folder / "config.lua").read_text()
    site.write("config.lua", config.replace('secret "AUTH_SECRET"', '{ secret "NEWER", secret "AUTH_SECRET" }'))
    site.start(NEWER="a-newer-secret-of-more-than-32-bytes")
    assert client.session()["user"]["name"] == "ada"
    assert old
