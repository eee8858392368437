"""Tricks with paths, fields and messages through real proxies: they open nothing, and what was decided is what arrives."""

import re
from urllib.parse import unquote, unquote_to_bytes, urlsplit

import pytest

from harness import tricks
from harness.client import Client
from harness.proxies import EXAMPLES, Apache, Caddy, HAProxy, Nginx
from harness.recorder import Recorder
from harness.sidecar import Sidecar

PROXIES = [Nginx, Caddy, HAProxy, Apache]


@pytest.fixture(scope="module", params=PROXIES, ids=lambda kind: kind.__name__)
def world(request, program, tmp_path_factory):
    made = Sidecar(request.param, tmp_path_factory.mktemp("tricks"))
    yield made
    made.close()


def readings(target: str) -> set[bytes]:
    """The paths that an app may take a target for: decoded again and again, dot segments resolved, slashes merged and
    turned, parameters dropped, cut at what ends a text in C, in any letter case."""
    found = {target.split("?")[0].encode("latin-1")}
    for _ in range(4):
        for path in list(found):
            found |= {unquote_to_bytes(path), path.replace(b"\\", b"/"), path.split(b"\0")[0], path.split(b"#")[0],
                      b"/".join(part.split(b";")[0] for part in path.split(b"/")),
                      path.replace(b"\xc0\xae", b".").replace(b"\xc0\xaf", b"/").replace(b"\xe0\x80\xaf", b"/")}
        if len(found) > 500:
            break
    return {resolved(path.lower()) for path in found} | found


def resolved(path: bytes) -> bytes:
    kept: list[bytes] = []
    for part in path.split(b"/"):
        if part == b"..":
            kept = kept[:-1]
        elif part not in (b"", b"."):
            kept.append(part)
    return b"/" + b"/".join(kept)


def assert_decided(seen, world, user, name):
    """What reached the app is what the rules allow for exactly that target, and nobody but Moongate says who it is."""
    told = seen.value("X-User-Roles")
    assert told, f"{name}: {seen} came without a decision"
    method, host, path = unquote(told).split(" ")
    assert (seen.method, seen.target.split("?")[0]) == (method, path), f"{name}: decided {told}, received {seen}"
    assert seen.value("Host").split(":")[0].lower() == host, f"{name}: decided {told}, received {seen}"
    assert (seen.value("X-User-Id") or None) in (user, None), f"{name}: {seen}"
    assert path == "/" or path.startswith("/open/"), f"{name}: {told} is open to nobody"
    for reading in readings(seen.target):
        assert not reading.startswith((b"/admin", b"/mine", b"/auth")), f"{name}: {seen} may be read as {reading}"
    for field in ("X-Original-URL", "X-Original-URI", "X-Rewrite-URL", "X-Forwarded-Uri", "X-Forwarded-Method",
                  "X-HTTP-Method-Override", "HTTP2-Settings"):
        assert not seen.values(field), f"{name}: {field} reached the app: {seen}"
    assert seen.values("Upgrade") in ([], ["websocket"]), f"{name}: {seen}"
    assert not any("user" in value.lower() for value in seen.values("Connection")), f"{name}: {seen}"


def test_the_list_is_long_and_has_no_twins():
    entries = tricks.all_requests("localhost")
    assert len(entries) >= 250
    assert len({data for _, data in entries}) == len(entries)


@pytest.mark.parametrize("user", [None, "ada"])
def test_tricks_open_nothing(world, user):
    host, cookie, identity = urlsplit(world.origin).netloc, "", None
    if user:
        with world.signed_in(user) as browser:
            cookie = "Cookie: " + "; ".join(f"{name}={value}" for name, value in browser.jar.items()) + "\r\n"
        identity = f"id-{user}"
    reached = set()
    for name, data in tricks.all_requests(host, cookie):
        mark = world.app.mark()
        answer = world.send(data, quiet=0.5)
        seen = world.app.since(mark)
        for one in seen:
            assert_decided(one, world, identity, name)
            reached.add(one.target)
        if answer.startswith(b"HTTP/1.1 200 OK") and b"\r\n\r\napp" in answer:
            assert seen, name
        for line in answer.decode("latin-1").split("\r\n\r\n")[0].split("\r\n"):
            assert not line.lower().startswith(("x-auth-", "x-moongate-", "x-user-id")), f"{name}: {line}"
    # The honest ones among them did arrive: it is no closed door that was tried.
    assert {"/open/x", "/open/...", "/open/x?a=%2e%2e%2fadmin"} & reached == {"/open/x", "/open/x?a=%2e%2e%2fadmin"}
    assert world.proxy.process.poll() is None and world.server.process.poll() is None


def test_an_address_that_a_client_claims_is_not_its_address(world):
    host = urlsplit(world.origin).netloc
    for fields in ("X-Forwarded-For: 192.0.2.7", "X-Forwarded-For: 192.0.2.7, 127.0.0.1", "X_Forwarded_For: 192.0.2.7",
                   "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 192.0.2.8", "Forwarded: for=192.0.2.7",
                   "X-Real-IP: 192.0.2.7", "Connection: X-Forwarded-For\r\nX-Forwarded-For: 192.0.2.7"):
        mark = world.app.mark()
        close = "" if "Connection" in fields else "Connection: close\r\n"
        answer = world.send(f"GET /inside/x HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n{close}\r\n".encode(), 0.5)
        assert answer.startswith((b"HTTP/1.1 403", b"HTTP/1.0 403")), (fields, answer[:60])
        assert world.app.since(mark) == []


def test_the_base_path_in_other_letters_is_the_apps(world):
    mark = world.app.mark()
    with world.client() as client:
        assert client.get("/AUTH/open/x").status == 200
    (seen,) = world.app.since(mark)
    assert unquote(seen.value("X-User-Roles")) == f"GET {urlsplit(world.origin).hostname} {seen.target}"


@pytest.mark.parametrize("kind", PROXIES, ids=lambda kind: kind.__name__)
def test_nothing_else_goes_to_moongate_unasked(kind, tmp_path):
    app, moongate = Recorder(), Recorder()
    proxy = kind(tmp_path, moongate.port, app.port)
    own = ["/auth/signin?x", "/auth/callback/corp", "/auth/VERIFY"]
    others = ["/AUTH/signin", "/Auth/verify", "/aUTH/", "/%41UTH/signin", "/AUTH%2fsignin", "//AUTH/signin", "/AUTH/x/../signin",
              "/auth%20/signin", "/authx/signin", "/x/auth/signin", "/auth", "/auth;/signin", "/auth\\signin"]
    try:
        with Client(proxy.origin) as client:
            for target in own + others:
                client.get(target)
        unasked = [seen.target for seen in moongate.since(0) if seen.target != "/auth/verify"]
    finally:
        for each in (proxy, app, moongate):
            each.stop()
    assert unasked == own


def test_what_other_gates_say_is_not_heard_from_a_client(world):
    mark = world.app.mark()
    fields = "".join(f"{name}: evil\r\n" for name in tricks.FOREIGN)
    world.send(f"GET /open/x HTTP/1.1\r\nHost: {urlsplit(world.origin).netloc}\r\n{fields}Connection: close\r\n\r\n".encode())
    (seen,) = world.app.since(mark)
    # httpd says X-Forwarded-Server itself: what counts is that the client's word is gone.
    assert [field for field in seen.fields if "evil" in field[1]] == []


def test_the_file_for_traefik_names_the_same():
    """There is no Traefik to run: what it deletes by itself (X-Forwarded-…), and what the file has to name."""
    text = (EXAMPLES / "traefik/dynamic.yml").read_text()
    deleted = set(re.findall(r'^ {10}([\w-]+): ""$', text.split("    no-claims:")[1].split("    no-upgrade:")[0], re.M))
    itself = {"X-Forwarded-" + name for name in ("Server", "Prefix", "Port", "Tls-Client-Cert", "Tls-Client-Cert-Info")}
    assert {name.title() for name in tricks.FOREIGN} - itself <= deleted
    assert "#         aliasHeadersStrategy: delete\n" in text


def test_trailers_name_nobody(world):
    host = urlsplit(world.origin).netloc
    mark = world.app.mark()
    world.send((f"POST /open/x HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nTrailer: X-User-Id\r\nTE: trailers\r\n"
                "Connection: close, TE\r\n\r\n3\r\nabc\r\n0\r\nX-User-Id: evil\r\n\r\n").encode())
    (seen,) = world.app.since(mark)
    assert seen.body == b"abc"
    assert not seen.value("X-User-Id")
    if not isinstance(world.proxy, HAProxy):  # 2.6 cannot drop them; its example says so
        assert seen.trailers == []
