"""What next-auth's browser client sends and expects (contract, sections 1, 2, 10 and 12)."""

import hashlib
import re

import pytest

from harness.flow import assert_refused, assert_signed_in
from harness.program import SECRET
from harness.site import CREDENTIALS, oidc

RETURN = {"X-Auth-Return-Redirect": "1"}
CACHE = {"Cache-Control": "private, no-cache, no-store", "Expires": "0", "Pragma": "no-cache"}


@pytest.fixture
def server(site):
    site.with_credentials()
    site.configure(oidc("corp", "http://127.0.0.1:9"), CREDENTIALS)
    return site.start()


@pytest.fixture
def client(server, client_of):
    return client_of(server)


# -- providers, csrf, session

def test_providers_come_in_the_order_of_the_configuration(client):
    base = f"{client.origin}/auth"
    answer = client.get("/auth/providers")
    assert list(answer.json().items()) == [
        (name, {"id": name, "name": title, "type": kind, "signinUrl": f"{base}/signin/{name}",
                "callbackUrl": f"{base}/callback/{name}"})
        for name, title, kind in (("corp", "Corp", "oidc"), ("credentials", "Credentials", "credentials"))
    ]


def test_providers_set_no_cookie(client):
    assert client.get("/auth/providers").set_cookies == []


def test_json_is_plain_application_json(client):
    assert client.get("/auth/session").headers["Content-Type"] == "application/json"


def test_pages_are_plain_text_html(client):
    assert client.get("/auth/signin").headers["Content-Type"] == "text/html"


def test_nobody_signed_in_is_null(client):
    answer = client.get("/auth/session")
    assert (answer.status, answer.body) == (200, b"null")


@pytest.mark.parametrize("path", ["/auth/session", "/auth/csrf"])
def test_is_never_cached(path, client):
    headers = client.get(path).headers
    assert {name: headers[name] for name in CACHE} == CACHE


def test_the_csrf_cookie_holds_the_token_and_its_hash(client):
    token = client.csrf()
    assert re.fullmatch(r"[0-9a-f]{64}", token)
    digest = hashlib.sha256((token + SECRET).encode()).hexdigest()
    assert client.cookie("authjs.csrf-token") == f"{token}|{digest}"


def test_a_valid_csrf_cookie_is_kept(client):
    token = client.csrf()
    again = client.get("/auth/csrf")
    assert again.json()["csrfToken"] == token
    assert again.cookie_lines("authjs.csrf-token") == []


def test_a_csrf_cookie_with_a_wrong_hash_is_replaced(client):
    client.set_cookie("authjs.csrf-token", "0" * 64 + "|" + "1" * 64)
    assert client.csrf() != "0" * 64


def test_the_cookies_have_the_attributes_of_http_on_loopback(client):
    client.csrf()
    line = client_line(client, "/auth/csrf", "authjs.csrf-token")
    assert re.fullmatch(r"authjs\.csrf-token=[0-9a-f]{64}%7C[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Lax", line)


def client_line(client, path, name):
    client.jar.clear()
    return client.get(path).cookie_lines(name)[0]


def test_the_session_cookie_expires_with_the_session(client):
    line = client.sign_in("ada").cookie_lines("authjs.session-token")[0]
    assert re.search(r"; Path=/; Expires=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT; HttpOnly; SameSite=Lax$", line)
    assert "Max-Age" not in line


def test_the_first_request_sets_the_callback_cookie_to_the_origin(client):
    client.csrf()
    assert client.cookie("authjs.callback-url") == client.origin


def test_a_callback_url_in_the_query_is_remembered(client):
    client.get("/auth/signin?callbackUrl=%2Fwelcome")
    assert client.cookie("authjs.callback-url") == f"{client.origin}/welcome"


def test_sign_in_goes_to_the_remembered_callback_url(client):
    client.get("/auth/signin?callbackUrl=%2Fwelcome")
    assert client.sign_in("ada").location == f"{client.origin}/welcome"


# -- sign-in

def test_credentials_sign_in_answers_302(client):
    answer = client.sign_in("ada", callbackUrl="/welcome")
    assert (answer.status, answer.location) == (302, f"{client.origin}/welcome")
    assert_signed_in(client, answer, "ada")


def test_the_session_has_name_email_and_expiry(client):
    client.sign_in("ada")
    session = client.session()
    assert (session["user"]["name"], session["user"]["email"]) == ("ada", "ada@example.com")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", session["expires"])


def test_a_wrong_password_is_named_on_the_sign_in_page(client):
    answer = client.sign_in("ada", "wrong")
    assert not answer.sets_session
    assert answer.location == f"{client.origin}/auth/signin?error=CredentialsSignin&code=credentials"


def test_the_return_redirect_header_turns_a_redirect_into_json(client):
    answer = client.post(
        "/auth/callback/credentials",
        {"csrfToken": client.csrf(), "username": "ada", "password": "open sesame", "callbackUrl": "/x"}, RETURN,
    )
    assert (answer.status, answer.json()) == (200, {"url": f"{client.origin}/x"})
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.sets_session


def test_the_return_redirect_header_works_for_refusals_without_cookies(client):
    answer = client.post(
        "/auth/callback/credentials", {"csrfToken": client.csrf(), "username": "ada", "password": "no"}, RETURN
    )
    assert answer.status == 200
    assert answer.json() == {"url": f"{client.origin}/auth/signin?error=CredentialsSignin&code=credentials"}
    assert answer.set_cookies == []


def test_a_trailing_question_mark_is_fine(client):
    answer = client.post(
        "/auth/callback/credentials?",
        {"csrfToken": client.csrf(), "username": "ada", "password": "open sesame"}, RETURN,
    )
    assert answer.status == 200 and answer.sets_session


def test_a_json_body_signs_in(client):
    answer = client.post_json(
        "/auth/callback/credentials", {"csrfToken": client.csrf(), "username": "ada", "password": "open sesame"}
    )
    assert_signed_in(client, answer, "ada")


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", ""])
def test_a_body_of_another_type_counts_as_none(content_type, client):
    token = client.csrf()
    body = f"csrfToken={token}&username=ada&password=open+sesame"
    answer = client.request("POST", "/auth/callback/credentials", body, {"Content-Type": content_type})
    assert not answer.sets_session


def test_malformed_json_is_a_bad_request(client):
    answer = client.request("POST", "/auth/callback/credentials", "{", {"Content-Type": "application/json"})
    assert (answer.status, answer.json()) == (400, "Bad request.")


@pytest.mark.parametrize("path", ["/auth/signin/corp", "/auth/callback/credentials", "/auth/signout"])
def test_without_a_csrf_token_goes_to_the_sign_in_page(path, client):
    client.csrf()
    answer = client.post(path, {"username": "ada", "password": "open sesame"})
    assert_refused(client, answer, error="MissingCSRF", page="signin")


def test_a_csrf_token_without_its_cookie_is_refused(client):
    token = client.csrf()
    client.jar.clear()
    answer = client.post(
        "/auth/callback/credentials", {"csrfToken": token, "username": "ada", "password": "open sesame"}
    )
    assert_refused(client, answer, error="MissingCSRF", page="signin")


def test_starting_a_flow_by_get_is_refused(client):
    assert_refused(client, client.get("/auth/signin/corp"))


def test_posting_signin_for_credentials_leads_to_the_page(client):
    answer = client.begin("credentials")
    assert (answer.status, answer.location) == (302, f"{client.origin}/auth/signin")


def test_posting_signin_without_a_provider_leads_to_the_page(client):
    answer = client.post("/auth/signin", {"csrfToken": client.csrf()})
    assert (answer.status, answer.location) == (302, f"{client.origin}/auth/signin")


def test_an_unknown_provider_is_a_configuration_error(client):
    assert_refused(client, client.begin("nobody"))


def test_credentials_by_get_are_refused(client):
    assert_refused(client, client.get("/auth/callback/credentials?username=ada&password=open+sesame"))


# -- sign-out

def test_sign_out_clears_the_cookie_and_goes_to_the_callback_url(client):
    client.sign_in("ada")
    answer = client.sign_out(callbackUrl="/bye")
    assert (answer.status, answer.location) == (302, f"{client.origin}/bye")
    assert any("Max-Age=0" in line for line in answer.cookie_lines("authjs.session-token"))
    assert client.session() is None


def test_sign_out_as_the_client_does_it(client):
    client.sign_in("ada")
    answer = client.post("/auth/signout", {"csrfToken": client.csrf(), "callbackUrl": client.origin + "/"}, RETURN)
    assert (answer.status, answer.json()["url"]) == (200, client.origin + "/")


def test_a_get_never_signs_out(client):
    client.sign_in("ada")
    assert client.get("/auth/signout").status == 200
    assert client.session()["user"]["name"] == "ada"


def test_a_signed_out_cookie_is_dead(client):
    client.sign_in("ada")
    kept = dict(client.jar)
    client.sign_out()
    assert client.get("/auth/session", cookies=kept).body == b"null"


# -- update

UPDATE = """
return function(p)
  if p.trigger == "update" and p.session then p.token.nickname = p.session.nickname end
  return p.token
end
"""


def test_update_reaches_the_jwt_hook(site, server, client):
    server.stop()
    site.script("jwt", UPDATE)
    site.script("session", "return function(p) p.session.nickname = p.token.nickname return p.session end")
    site.start()
    client.sign_in("ada")
    answer = client.post_json("/auth/session", {"csrfToken": client.csrf(), "data": {"nickname": "Countess"}})
    assert answer.json()["nickname"] == "Countess"
    assert client.session()["nickname"] == "Countess"


def test_update_without_the_csrf_token_is_400_null(client):
    client.sign_in("ada")
    answer = client.post_json("/auth/session", {"data": {"nickname": "x"}})
    assert (answer.status, answer.body) == (400, b"null")
    assert not answer.sets_session


# -- routing

@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_methods_other_than_get_and_post_are_bad_requests(method, client):
    answer = client.request(method, "/auth/session")
    assert (answer.status, answer.json()) == (400, "Bad request.")


@pytest.mark.parametrize("path", ["/auth/unknown", "/auth/session/corp", "/auth/signin/a/b", "/auth/_log"])
def test_is_a_bad_request(path, client):
    answer = client.get(path)
    assert (answer.status, answer.json()) == (400, "Bad request.")


def test_the_base_path_needs_its_delimiter(client):
    assert client.get("/authsignin").status in (400, 404)


@pytest.mark.parametrize("path", ["/auth/signin///", "/auth/signin/undefined"])
def test_is_the_sign_in_page(path, client):
    assert "<form" in client.get(path).text


STATUSES = {"Configuration": 500, "AccessDenied": 403, "Verification": 403, "x": 200}


@pytest.mark.parametrize("error, status", STATUSES.items())
def test_the_error_page_has_the_status_of(error, status, client):
    assert client.get(f"/auth/error?error={error}").status == status


def test_another_base_path_serves_next_auth_defaults(site, server, client_of):
    server.stop()
    site.with_credentials(basePath='"/api/auth"')
    client = client_of(site.start(), base="/api/auth")
    assert client.sign_in("ada").sets_session
    assert client.session()["user"]["name"] == "ada"
    assert client.get("/auth/session").status in (400, 404)


# -- custom pages

def test_custom_pages_are_redirected_to(site, server, client_of):
    server.stop()
    site.with_credentials(pages='{ signIn = "/login", error = "/oops", signOut = "/bye" }')
    client = client_of(site.start())
    assert client.sign_in("ada", "no").location == f"{client.origin}/login?error=CredentialsSignin&code=credentials"
    assert client.begin("nobody").location == f"{client.origin}/oops?error=Configuration"
    assert client.get("/auth/signout").status == 302
