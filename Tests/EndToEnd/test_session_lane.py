"""Session reads that are answered in front of the router give the answers of the ordinary way.

A target with an empty query (`/auth/session?`) always takes the ordinary way, so each pair here is one request both ways.
"""

import re
import socket
import time
from urllib.parse import urlsplit

import pytest

from harness import tokens
from harness.program import SECRET

JWT = """
return function(p)
  if p.user then p.token.mode = p.user.name end
  local mode = p.token.mode or ""
  if mode == "end" and not p.user then return nil end
  if mode == "raise" and not p.user then error("broken on purpose") end
  if mode == "slow" and not p.user then local n = 0 for i = 1, 200000 do n = n + i end p.token.n = n end
  if mode == "count" then p.token.count = (p.token.count or 0) + 1 end
  return p.token
end
"""
SESSION = "return function(p) p.session.mode = p.token.mode p.session.n = p.token.n return p.session end"


@pytest.fixture
def server(site):
    site.with_credentials()
    site.script("jwt", JWT)
    site.script("session", SESSION)
    return site.start()


@pytest.fixture
def client(server, client_of):
    return client_of(server)


# What differs between two answers to one request: ids, times, tokens.
VOLATILE = [
    (rb"[0-9a-f]{64}%7C[0-9a-f]{64}", b"CSRF"), (rb"(?m)^x-request-id: [0-9a-f]+", b"ID"),
    (rb"(?m)^Date: .*", b"DATE"), (rb"Expires=[^;]+", b"EXPIRES"), (rb"session-token(\.\d)?=[^;]+", rb"token\1=SEALED"),
    (rb'"expires":"[^"]+"', b"UNTIL"),
]


def exchange(server, text: bytes, answers: int = 1, timeout: float = 10) -> list[bytes]:
    """Sends bytes on one connection and reads that many answers."""
    url = urlsplit(server.origin)
    with socket.create_connection((url.hostname, url.port), timeout=timeout) as connection:
        connection.sendall(text)
        stream, found = connection.makefile("rb"), []
        for _ in range(answers):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = stream.readline()
                if not line:
                    return found
                head += line
            length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
            found.append(head + stream.read(length))
        return found


def request(target: str, cookies: str = "", *fields: str, version: str = "HTTP/1.1", method: str = "GET") -> bytes:
    lines = [f"{method} {target} {version}", "Host: localhost", *([f"Cookie: {cookies}"] if cookies else []), *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def plain(answer: bytes) -> list[bytes]:
    for pattern, word in VOLATILE:
        answer = re.sub(pattern, word, answer)
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *fields = head.split(b"\r\n")
    return [status, *sorted(fields), body]


def cookies_of(client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.jar.items())


def both_ways(server, cookies: str, *fields: str):
    [front] = exchange(server, request("/auth/session", cookies, *fields))
    [ordinary] = exchange(server, request("/auth/session?", cookies, *fields))
    assert plain(front) == plain(ordinary)
    return front


def test_a_first_visit_is_answered_alike(server):
    assert both_ways(server, "").endswith(b"null")


@pytest.mark.parametrize("name", ["ada", "count", "slow", "raise"])
def test_a_signed_in_read_is_answered_alike(name, server, client):
    client.sign_in(name)
    answer = both_ways(server, cookies_of(client))
    assert (b" 503 " in answer) == (name == "raise")
    assert (b'"n":20000100000' in answer) == (name == "slow")
    assert (b"Set-Cookie: authjs.session-token=eyJ" in answer) == (name in ("count", "slow"))


def test_a_session_that_a_hook_ends_is_cleared_alike(server, client_of):
    found = []
    for target in ("/auth/session", "/auth/session?"):
        client = client_of(server)
        client.sign_in("end")
        found.append(plain(exchange(server, request(target, cookies_of(client)))[0]))
    assert found[0] == found[1]
    assert b"Set-Cookie: authjs.session-token=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax" in found[0]


@pytest.mark.parametrize("value", ["noise", "a.b.c.d.e", "", "x" * 17000, "é", '"quoted"', "%00", "=;="])
def test_cookies_that_are_no_session_are_answered_alike(value, server):
    both_ways(server, f"authjs.session-token={value}")
    both_ways(server, f"authjs.session-token.0={value}; authjs.session-token.2=b")
    both_ways(server, f"authjs.csrf-token={value}; authjs.callback-url={value}")


def test_chunks_are_put_together_alike(server):
    token = tokens.seal({"sub": "1", "name": "ada", "pad": "p" * 6000}, SECRET)
    chunks = "; ".join(f"authjs.session-token.{i}={token[i * 3936:(i + 1) * 3936]}" for i in range(3))
    assert b'"name":"ada"' in both_ways(server, chunks)


def test_several_cookie_fields_are_read_alike(server, client):
    client.sign_in("ada")
    first, *rest = cookies_of(client).split("; ")
    assert b'"mode":"ada"' in both_ways(server, first, *[f"Cookie: {one}" for one in rest])


@pytest.mark.parametrize("field", ["Connection: close", "Expect: nothing", "Content-Length: 0", "X-Forwarded-For: 1.2.3.4"])
def test_other_fields_change_nothing(field, server, client):
    client.sign_in("ada")
    assert b'"mode":"ada"' in both_ways(server, cookies_of(client), field)


def test_the_connection_is_closed_when_asked(server, client):
    client.sign_in("ada")
    two = request("/auth/session", cookies_of(client), "Connection: close") + request("/auth/session")
    assert len(exchange(server, two, answers=2)) == 1


def test_an_old_client_is_answered(server, client):
    client.sign_in("ada")
    [answer] = exchange(server, request("/auth/session", cookies_of(client), version="HTTP/1.0"))
    assert b'"mode":"ada"' in answer


def test_pipelined_requests_are_answered_in_their_order(server, client):
    client.sign_in("ada")
    cookies = cookies_of(client)
    targets = ["/auth/session", "/auth/providers", "/auth/session", "/auth/session?", "/auth/session", "/healthz"] * 40
    answers = exchange(server, b"".join(request(target, cookies) for target in targets), answers=len(targets))
    kinds = {"/auth/session": b'"mode":"ada"', "/auth/session?": b'"mode":"ada"', "/auth/providers": b'"callbackUrl"',
             "/healthz": b"ok\n"}
    assert [kinds[target] in answer for target, answer in zip(targets, answers)] == [True] * len(targets)


def test_a_client_that_never_reads_holds_no_memory(server, client):
    client.sign_in("ada")
    url = urlsplit(server.origin)
    before = resident(server)
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.settimeout(1)
        burst = request("/auth/session", cookies_of(client)) * 2000
        try:
            for _ in range(40):  # some 60 MB of answers
                connection.sendall(burst)
        except TimeoutError:
            pass  # nobody takes the requests any more: that is the point
        assert resident(server) - before < 30_000
    assert client.session()["mode"] == "ada"


def resident(server) -> int:
    with open(f"/proc/{server.process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))


def test_hooks_that_wait_are_answered_every_time(server, client):
    client.sign_in("slow")
    cookies = cookies_of(client)
    answers = exchange(server, request("/auth/session", cookies) * 200, answers=200, timeout=60)
    assert all(b'"n":20000100000' in answer for answer in answers) and len(answers) == 200


def test_a_kept_connection_does_not_hold_up_the_end(server, client):
    client.sign_in("ada")
    url = urlsplit(server.origin)
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(request("/auth/session", cookies_of(client)))
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")
        begun = time.monotonic()
        server.terminate()
        assert server.wait() == 0
        assert time.monotonic() - begun < 5
