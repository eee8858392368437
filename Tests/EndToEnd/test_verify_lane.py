"""What a proxy asks is answered in front of the router as it is the ordinary way.

A target with an empty query (`/auth/verify?`) always takes the ordinary way, so each pair here is one question both ways.
"""

import re
import time

import pytest

from harness import tokens
from harness.program import SECRET
from test_session_lane import cookies_of, exchange, plain, request

RULES = """
return {
  inject = { ["X-User-Id"] = "id", ["X-User-Roles"] = "roles" },
  forbid = { { id = "blocked", path = "/blocked/**" } },
  routes = {
    { id = "open", path = "/open/**", public = true },
    { id = "mine", path = "/mine/**", login = true },
    { id = "staff", path = "/staff/**", roles = { any = { "staff" } } },
    { id = "fresh", path = "/fresh/**", login = true, maxAge = 60 },
    { id = "quick", path = "/quick/:name", login = true, when = function(c) return c.user.name == c.params.name end },
    { id = "slow", path = "/slow", login = true,
      when = function(c) local n = 0 for i = 1, 200000 do n = n + i end return n == 20000100000 end },
    { id = "raises", path = "/raises", login = true, when = function(c) error("broken on purpose") end },
    { id = "away", path = "/away", public = true, decide = function(c) return redirect("/open/x") end },
  },
  default = deny { status = 404 },
}
"""
JWT = """
return function(p)
  if p.user then p.token.mode = p.user.name return p.token end
  if p.token.mode == "end" then return nil end
  if p.token.mode == "raise" then error("broken on purpose") end
  if p.token.mode == "count" then p.token.count = (p.token.count or 0) + 1 end
  return p.token
end
"""


@pytest.fixture
def server(site):
    site.with_credentials(trustedProxies='{ "127.0.0.1/32", "::1/128" }')
    site.script("jwt", JWT)
    site.script("session", "return function(p) return p.session end")
    site.script("rules", RULES)
    return site.start()


@pytest.fixture
def client(server, client_of):
    return client_of(server)


def original(path: str, method: str = "GET") -> list[str]:
    return [f"X-Original-Method: {method}", f"X-Original-URL: http://localhost{path}"]


def forwarded(path: str, method: str = "GET") -> list[str]:
    return [f"X-Forwarded-Method: {method}", "X-Forwarded-Host: localhost", f"X-Forwarded-Uri: {path}"]


def both_ways(server, cookies: str, *fields: str) -> bytes:
    """What is logged is the same, too."""
    front, ordinary = [exchange(server, request(target, cookies, *fields))[0] for target in ("/auth/verify", "/auth/verify?")]
    assert plain(front) == plain(ordinary)
    end = time.monotonic() + 2
    while logged(server, front) != logged(server, ordinary) and time.monotonic() < end:
        time.sleep(0.01)  # a line may be on its way
    assert logged(server, front) == logged(server, ordinary)
    return front


def logged(server, answer: bytes) -> list[dict]:
    """The lines about one request, without what differs from one request to the next."""
    found = re.search(rb"(?i)x-request-id: ([0-9a-f]+)", answer)
    lines = server.log.since(0) if found else []
    mine = [line for line in lines if line.get("requestId") == found.group(1).decode()]
    return [{key: value for key, value in line.items() if key not in ("time", "requestId")} for line in mine]


PATHS = ["/", "/open/x", "/open/%2e%2e/mine", "/open/x?a=1", "/blocked/x", "/mine/", "/staff/x", "/fresh/x", "/quick/ada", "/quick/eve",
         "/slow", "/raises", "/away", "/nowhere", "//", "mine", "/%zz", "/mine/%00"]


@pytest.mark.parametrize("family", [original, forwarded])
@pytest.mark.parametrize("path", PATHS)
def test_nobody_and_somebody_are_answered_alike(path, family, server, client):
    both_ways(server, "", *family(path))
    both_ways(server, "", *family(path), "Accept: text/html")
    client.sign_in("ada")
    answer = both_ways(server, cookies_of(client), *family(path))
    assert (b"HTTP/1.1 200 OK" in answer) == (path in ("/open/x", "/open/x?a=1", "/mine/", "/fresh/x", "/quick/ada", "/slow"))


@pytest.mark.parametrize("name", ["count", "raise", "end"])
def test_sessions_that_hooks_change_end_or_break_are_answered_alike(name, server, client_of):
    found = []
    for target in ("/auth/verify", "/auth/verify?"):
        client = client_of(server)
        client.sign_in(name)
        found.append(plain(exchange(server, request(target, cookies_of(client), *original("/mine/")))[0]))
    assert found[0] == found[1]
    assert (b"HTTP/1.1 200 OK" == found[0][0]) == (name == "count")


def test_tokens_in_the_header_field_are_read_alike(server):
    for claims in ({"sub": "1", "name": "ada", "mode": "count"}, {"sub": "1", "name": "ada", "mode": "end"}):
        token = tokens.seal(claims, SECRET)
        answer = both_ways(server, "", *original("/mine/"), f"Authorization: Bearer {token}")
        assert (b"HTTP/1.1 200 OK" in answer) == (claims["mode"] == "count")
        assert b"Set-Cookie" not in answer
    both_ways(server, "", *original("/mine/"), "Authorization: Bearer noise")


@pytest.mark.parametrize("fields", [
    [], ["X-Original-Method: GET"], original("/open/x") + forwarded("/mine/"), forwarded("/open/x") + ["X_Forwarded_Uri: /open/x"],
    original("/open/x") * 2, original("/open/x", "POST"), original("/open/x", "get"), original("/open/x", "CONNECT"),
    original("/open/x") + ["Host: other"], original("/open/x") + ["X-Forwarded-For: 1.2.3.4, nonsense"],
    original("/open/\xe9"), original("/open/x") + ["Cookie: authjs.session-token=noise"], original("/open/x") + ["X-Odd: a\tb"],
    original("/open/x") + ["Content-Length: 0"], original("/open/x") + ["Connection: close"],
])
def test_fields_that_say_nothing_right_are_answered_alike(fields, server):
    both_ways(server, "", *fields)


def test_other_methods_than_get_are_answered_too(server):
    for method in ("HEAD", "POST", "PROPFIND"):
        text = request("/auth/verify", "", *original("/open/x"), "Connection: close", method=method)
        [answer] = exchange(server, text) if method != "HEAD" else [b"HTTP/1.1 200 OK"]
        assert b"HTTP/1.1 200 OK" in answer


def test_questions_on_one_connection_are_answered_in_their_order(server, client):
    client.sign_in("ada")
    cookies = cookies_of(client)
    paths = ["/open/x", "/nowhere", "/slow", "/mine/", "/blocked/x", "/quick/eve"] * 30
    text = b"".join(request("/auth/verify", cookies, *original(path)) for path in paths)
    answers = exchange(server, text, answers=len(paths), timeout=60)
    rules = {"/open/x": b"open", "/nowhere": b"default", "/slow": b"slow", "/mine/": b"mine", "/blocked/x": b"blocked", "/quick/eve": b"quick"}
    assert [b"x-auth-rule: " + rules[path] in answer.lower() for path, answer in zip(paths, answers)] == [True] * len(paths)
    assert len(answers) == len(paths)


def test_who_is_no_trusted_peer_is_refused_alike(site):
    site.with_credentials(trustedProxies='{ "192.0.2.1/32" }')
    site.script("rules", RULES)
    answer = both_ways(site.start(), "", *original("/open/x"))
    assert b"HTTP/1.1 403" in answer and b"x-auth" not in answer.lower()
