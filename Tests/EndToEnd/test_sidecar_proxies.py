"""Behind real nginx, Caddy, HAProxy and Apache httpd, each with exactly its file of examples/."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from harness.client import SESSION_COOKIE, Client
from harness.proxies import Apache, Caddy, HAProxy, Nginx
from harness.sidecar import Sidecar

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}
WEBSOCKET = {
    "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture(scope="module", params=[Nginx, Caddy, HAProxy, Apache], ids=lambda kind: kind.__name__)
def world(request, program, tmp_path_factory):
    made = Sidecar(request.param, tmp_path_factory.mktemp("sidecar"))
    yield made
    made.close()


def assert_tells_no_reasons(answer):
    """Rules, reasons and generations are for the proxy."""
    assert not [name for name in answer.headers if name.lower().startswith(("x-auth-", "x-moongate-"))]


def to_sign_in(answer, world):
    """Where an answer that leads to the sign-in page comes back to."""
    assert answer.status == 302, answer.status
    parts = urlsplit(answer.location)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{world.origin}/auth/signin"
    assert "no-store" in answer.headers["Cache-Control"]
    assert_tells_no_reasons(answer)
    return parse_qs(parts.query)


def test_a_page_leads_to_sign_in_and_back_to_the_page(world):
    with world.client() as browser:
        mark = world.app.mark()
        query = to_sign_in(browser.get("/mine/a%20b?c=%2F&d", headers=PAGE), world)
        assert query == {"callbackUrl": [f"{world.origin}/mine/a%20b?c=%2F&d"]}
        assert browser.get(f"/auth/signin?callbackUrl={query['callbackUrl'][0]}").status == 200
        back = browser.sign_in("ada", callbackUrl=query["callbackUrl"][0])
        assert (back.status, back.location) == (302, query["callbackUrl"][0])
        page = browser.get(back.location, headers=PAGE)
        assert (page.status, page.body) == (200, b"app")
        assert page.headers["X-App"] == "1"
        assert page.set_cookies == []
        assert_tells_no_reasons(page)
    (seen,) = world.app.since(mark)
    assert seen.target == "/mine/a%20b?c=%2F&d"
    assert seen.value("X-User-Id") == "id-ada"
    # Values are percent-encoded, `%` itself too.
    assert unquote(seen.value("X-User-Roles")) == f"GET {host(world)} /mine/a%20b"
    assert seen.value("X-Forwarded-For") == "127.0.0.1"


def host(world) -> str:
    return urlsplit(world.origin).hostname


def test_an_api_is_told_by_status_and_challenge(world):
    with world.client() as client:
        for headers in ({"Accept": "application/json"}, {"Accept": "text/html", "X-Requested-With": "XMLHttpRequest"},
                        {"Accept": "text/html", "Sec-Fetch-Mode": "cors"}):
            answer = client.get("/mine/a", headers=headers)
            assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
            assert answer.location is None
            assert_tells_no_reasons(answer)
        answer = client.get("/mine/a", headers={"Authorization": "Bearer nonsense"})
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')
        assert client.post("/mine/a", {"a": "b"}, headers=PAGE).status == 401


def test_a_bearer_token_opens_what_its_cookie_opens(world):
    with world.signed_in("grace") as browser, world.client() as program:
        mark = world.app.mark()
        answer = program.get("/mine/a", headers={"Authorization": f"Bearer {browser.session_token}"})
        assert answer.status == 200
    assert world.app.since(mark)[0].value("X-User-Id") == "id-grace"


@pytest.mark.parametrize("path, status, challenge", [
    ("/else", 404, None),
    ("/admin/x", 403, None),
    ("/scope/x", 403, 'Bearer error="insufficient_scope", scope="orders:read"'),
    ("/inside/x", 403, None),
    ("/stale/x", 401, 'Bearer error="insufficient_user_authentication", max_age="1"'),
    ("/broken/x", 503, None),
])
def test_a_refusal_is_what_the_rule_says(world, path, status, challenge):
    with world.signed_in("ada") as client:
        mark = world.app.mark()
        answer = client.get(path, headers={"Accept": "application/json"})
        assert (answer.status, answer.headers.get("WWW-Authenticate")) == (status, challenge)
        assert (answer.headers.get("Retry-After") == "1") == (status == 503)
        assert answer.set_cookies == []
        assert_tells_no_reasons(answer)
        assert world.app.since(mark) == []


def test_a_rule_redirects(world):
    with world.client() as client:
        answer = client.get("/moved")
        assert (answer.status, answer.location) == (303, f"{world.origin}/open/new")


def test_a_step_up_asks_providers_to_ask_again(world):
    with world.signed_in("ada") as browser:
        assert browser.get("/fresh/x", headers=PAGE).status == 200
        query = to_sign_in(browser.get("/stale/x", headers=PAGE), world)
        assert query == {"callbackUrl": [f"{world.origin}/stale/x"], "prompt": ["login"]}


def test_an_admin_gets_in_and_only_an_admin(world):
    with world.signed_in("root") as root, world.signed_in("ada") as ada:
        mark = world.app.mark()
        assert root.get("/admin/x").status == 200
        assert ada.get("/admin/x").status == 403
    (seen,) = world.app.since(mark)
    assert seen.value("X-User-Id") == "id-root"


def test_nobody_is_named_where_nobody_is_signed_in(world):
    mark = world.app.mark()
    with world.client() as client:
        assert client.get("/open/x").status == 200
    (seen,) = world.app.since(mark)
    assert not seen.value("X-User-Id")


def test_bodies_and_methods_go_on_as_they_came(world):
    mark = world.app.mark()
    with world.client() as client:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.request(method, "/open/x", body=b"\x00\xffbody", headers={"X-B": "c"}).status == 200
    seen = world.app.since(mark)
    assert [one.method for one in seen] == ["POST", "PUT", "PATCH", "DELETE"]
    assert {one.body for one in seen} == {b"\x00\xffbody"}
    assert {one.value("X-B") for one in seen} == {"c"}


def test_a_renewed_session_reaches_the_browser_in_all_its_parts(world):
    with world.signed_in("renew") as browser:
        before = browser.session_token
        answer = browser.get("/mine/a", headers=PAGE)
        assert answer.status == 200
        names = [line.split("=")[0] for line in answer.set_cookies]
        assert f"{SESSION_COOKIE}.0" in names and f"{SESSION_COOKIE}.1" in names
        assert "no-store" in answer.headers["Cache-Control"]
        assert_tells_no_reasons(answer)
        assert browser.session_token not in (None, before)
        mark = world.app.mark()
        again = browser.get("/mine/a", headers=PAGE)
        assert (again.status, again.set_cookies) == (200, [])
        assert world.app.since(mark)[0].value("X-User-Id") == "id-renew"


def test_a_cookie_that_is_no_session_is_cleared_on_the_way_to_sign_in(world):
    with world.client() as browser:
        browser.set_cookie(SESSION_COOKIE, "nonsense")
        answer = browser.get("/mine/a", headers=PAGE)
        to_sign_in(answer, world)
        assert [line for line in answer.set_cookies if re.match(f"{re.escape(SESSION_COOKIE)}=;.*Max-Age=0", line)]


def test_signing_out_closes_the_door(world):
    with world.signed_in("ada") as browser:
        assert browser.get("/mine/a").status == 200
        kept = dict(browser.jar)
        browser.sign_out()
        assert browser.get("/mine/a").status == 401
        assert browser.get("/mine/a", cookies=kept).status == 401


def test_verify_is_not_to_be_reached_from_outside(world):
    with world.client() as client:
        for path in ("/auth/verify", "/auth/verify?x"):
            answer = client.get(path, headers={"X-Original-Method": "GET", "X-Original-URL": f"{world.origin}/open/x"})
            assert answer.status == 404
            assert_tells_no_reasons(answer)


def test_a_websocket_is_asked_about_like_anything_else(world):
    if isinstance(world.proxy, Apache):
        pytest.skip("the example for Apache httpd has no WebSockets")
    mark = world.app.mark()
    head = "".join(f"{name}: {value}\r\n" for name, value in WEBSOCKET.items())
    answer = world.send(f"GET /open/socket HTTP/1.1\r\nHost: {urlsplit(world.origin).netloc}\r\n{head}\r\n".encode(), 1)
    assert answer.startswith(b"HTTP/1.1 101 ")
    (seen,) = world.app.since(mark)
    assert seen.value("Upgrade") == "websocket"
    refused = world.send(f"GET /mine/socket HTTP/1.1\r\nHost: {urlsplit(world.origin).netloc}\r\n{head}\r\n".encode(), 1)
    assert refused.startswith(b"HTTP/1.1 401 ")
    assert len(world.app.since(mark)) == 1


def test_without_moongate_nobody_comes_in(world):
    world.site.close()
    try:
        mark = world.app.mark()
        with world.client() as client:
            for path in ("/open/x", "/mine/a", "/admin/x", "/"):
                answer = client.get(path, headers=PAGE)
                assert answer.status >= 500, (path, answer.status)
                assert answer.set_cookies == []
        assert world.app.since(mark) == []
    finally:
        world.server = world.site.start()
    with world.client() as client:
        assert client.get("/open/x").status == 200


def test_an_untrusted_peer_is_refused_and_the_log_says_what_to_set(program, site):
    site.with_credentials()
    server = site.start()
    with Client(server.origin) as client:
        headers = {"X-Forwarded-Method": "GET", "X-Forwarded-Host": "localhost", "X-Forwarded-Uri": "/"}
        answer = client.get("/auth/verify", headers=headers)
        assert (answer.status, answer.body, answer.set_cookies) == (403, b"", [])
        assert_tells_no_reasons(answer)
    record = server.log.wait_code("verify.untrusted")
    assert '"127.0.0.1/32" to `trustedProxies`' in record["reason"]
