"""Bytes from outside are bounded before they are read."""

import http.client
import socket

import pytest

from harness.program import SECRET
from harness.tokens import seal

SESSION = "authjs.session-token"
CHUNK = 3936


@pytest.fixture
def client(site, client_of):
    return client_of(site.with_credentials().start())


def chunks(token):
    return {f"{SESSION}.{index}": token[start:start + CHUNK]
            for index, start in enumerate(range(0, len(token), CHUNK))}


def alive(client):
    return client.get("/healthz").status == 200


def test_a_body_of_64_kib_is_read(client):
    body = "a=" + "x" * (64 * 1024 - 2)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.request("POST", "/auth/signout", body, headers).status == 302


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1024 * 1024])
def test_a_larger_body_is_413(size, client):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        assert client.request("POST", "/auth/signout", "a=" + "x" * (size - 2), headers).status == 413
    except (BrokenPipeError, ConnectionResetError, http.client.HTTPException):
        pytest.fail("the connection was cut before the answer")
    assert alive(client)


def test_a_larger_body_in_chunks_is_413(client):
    answer = raw(client, b"POST /auth/signout HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                         b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
                 + (b"1000\r\n" + b"x" * 4096 + b"\r\n") * 20 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")


def raw(client, data: bytes) -> bytes:
    """What the server answers to these very bytes."""
    host, port = client.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(data)
        return connection.recv(65536)


def test_a_session_that_fills_several_cookies_is_read(client):
    token = seal({"sub": "1", "name": "ada", "padding": "x" * 6000}, SECRET)
    assert CHUNK < len(token) < 16384
    assert client.get("/auth/session", cookies=chunks(token)).json()["user"]["name"] == "ada"


def test_a_token_over_16384_characters_is_not_read(client):
    token = seal({"sub": "1", "name": "ada", "padding": "x" * 13000}, SECRET)
    assert len(token) > 16384
    answer = client.get("/auth/session", cookies=chunks(token))
    assert (answer.status, answer.body) == (200, b"null")


def test_chunks_in_any_order_are_put_together(client):
    token = seal({"sub": "1", "name": "ada", "padding": "x" * 6000}, SECRET)
    shuffled = dict(reversed(chunks(token).items()))
    assert client.get("/auth/session", cookies=shuffled).json()["user"]["name"] == "ada"


def test_a_missing_chunk_is_no_session(client):
    token = seal({"sub": "1", "name": "ada", "padding": "x" * 6000}, SECRET)
    parts = chunks(token)
    del parts[f"{SESSION}.0"]
    assert client.get("/auth/session", cookies=parts).body == b"null"


def test_a_stray_cookie_with_a_similar_name_is_ignored(client):
    client.sign_in("ada")
    client.jar[SESSION + "-foo"] = "stray"
    assert client.session()["user"]["name"] == "ada"


NOISE = {
    "empty": "",
    "dots": "....",
    "text": "not-a-token",
    "a million dots' worth of parts": "." * 15000,
    "percent signs": "%%%%25%zz%",
    "a truncated token": "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIn0..",
    "an array as header": "W10..AAAA.AAAA.AAAA",
    "alg none": "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
}


@pytest.mark.parametrize("name", NOISE)
def test_noise_in_the_session_cookie_is_no_session(name, client):
    answer = client.get("/auth/session", cookies={SESSION: NOISE[name]})
    assert (answer.status, answer.body) == (200, b"null")


@pytest.mark.parametrize("index", ["99999999", "00", "01", "-1", "1e3", "", "18446744073709551616"])
def test_an_odd_chunk_number_is_ignored(index, client):
    client.sign_in("ada")
    client.jar[f"{SESSION}.{index}"] = "x"
    assert client.session()["user"]["name"] == "ada"


@pytest.mark.parametrize("header", ["=", ";", "a", "a=b; ; c", '"', "; ; ;", "=x", "a=\x01", ";" * 8000])
def test_an_odd_cookie_header_is_survived(header, client):
    assert client.get("/auth/session", headers={"Cookie": header}).status in (200, 400, 431)
    assert alive(client)


def test_every_cut_of_a_token_is_no_session(client):
    token = seal({"sub": "1", "name": "ada"}, SECRET)
    for length in range(0, len(token), 7):
        assert client.get("/auth/session", cookies={SESSION: token[:length]}).body == b"null"


def test_every_swapped_character_of_a_token_is_no_session(client):
    token = seal({"sub": "1", "name": "ada"}, SECRET)
    for place in range(0, len(token), 5):
        swapped = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1:]
        assert client.get("/auth/session", cookies={SESSION: swapped}).body == b"null", place


@pytest.mark.parametrize("data", [
    b"GET /auth/session HTTP/1.1\r\n\r\n",
    b"GET  HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"\x00\x01\x02\x03\r\n\r\n",
    b"GET /auth/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"POST /auth/signout HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET /%00/%ff/..%2f HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    b"GET /auth/session?" + b"&" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    b"GET /auth/signin?callbackUrl=%E0%80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
])
def test_odd_bytes_are_survived(data, client):
    raw(client, data)
    assert alive(client)


def test_a_session_grown_too_large_is_refused_at_sign_in(site, client_of):
    site.with_credentials()
    site.script("jwt", "return function(p) p.token.blob = ('x'):rep(14000) return p.token end")
    server = site.start()
    client = client_of(server)
    answer = client.sign_in("ada")
    assert not answer.sets_session
    assert answer.error == "Configuration"
    assert server.log.wait_code("session.tooLarge")
