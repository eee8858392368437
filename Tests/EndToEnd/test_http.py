"""HTTP itself, on one kept connection: what clients and proxies rely on beside any contract of ours."""

import re
import socket
from urllib.parse import urlsplit

import pytest

TARGETS = ["/", "/healthz", "/readyz", "/auth/csrf", "/auth/session", "/auth/client.js", "/nothing"]


@pytest.fixture
def connection(site):
    site.with_credentials()
    url = urlsplit(site.start().origin)
    with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
        yield connection


def head_of(stream) -> bytes:
    """Status line and fields of one answer."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        assert line, f"the connection ended: {head!r}"
        head += line
    return head


def length_of(head: bytes) -> int:
    return int(re.search(rb"(?i)content-length: (\d+)", head).group(1))


def test_answers_to_head_have_no_body(connection):
    """With one, the next answer of the connection would begin in its midst."""
    stream = connection.makefile("rb")
    for target in TARGETS * 2:
        connection.sendall(f"HEAD {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = head_of(stream)
        assert head.startswith(b"HTTP/1.1 "), target
        if b" 200 " in head.splitlines()[0]:
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            length = length_of(head_of(stream))
            assert length == length_of(head) == len(stream.read(length)), target
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert head_of(stream).startswith(b"HTTP/1.1 200 ")
    assert stream.read(3) == b"ok\n"


def test_body_that_is_too_large_is_not_asked_for(connection):
    connection.sendall(
        b"POST /auth/signout HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
        b"Content-Type: application/json\r\nContent-Length: 70000\r\n\r\n")
    assert head_of(connection.makefile("rb")).startswith(b"HTTP/1.1 413 ")


def test_client_that_waits_for_100_continue_is_told_to_go_on(connection):
    stream = connection.makefile("rb")
    body = b"csrfToken=none"
    fields = b"Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nExpect: 100-Continue\r\n"
    for _ in range(2):
        connection.sendall(b"POST /auth/signout HTTP/1.1\r\n" + fields + b"Content-Length: %d\r\n\r\n" % len(body))
        assert head_of(stream).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        head = head_of(stream)
        assert head.startswith(b"HTTP/1.1 302 ") and b"error=MissingCSRF" in head
