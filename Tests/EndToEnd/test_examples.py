"""`examples/any-server`: the engine in plain SwiftNIO. (The other example has tests of its own; dev/examples.sh runs them.)"""

import shutil
import socket
import subprocess
import time

import pytest
from harness.client import Client
from harness.ports import free_port
from harness.program import ROOT, environment

FOLDER = ROOT / "examples/any-server"
BINARY = ROOT / ".build/debug/AnyServer"
LIMIT = 64 << 10


class AnyServer:
    def __init__(self, folder):
        if not BINARY.is_file():
            subprocess.run(
                ["swift", "build", "--package-path", FOLDER, "--scratch-path", ROOT / ".build", "--product", "AnyServer"],
                check=True)
        shutil.copy(FOLDER / "config.lua", folder)
        shutil.copytree(FOLDER / "scripts", folder / "scripts")
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.process = subprocess.Popen(
            [BINARY, str(self.port)], cwd=folder, env=environment(AUTH_URL=self.origin),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self._wait()

    def _wait(self):
        end = time.monotonic() + 20
        while True:
            try:
                self.connect().close()
                return
            except OSError:
                assert self.process.poll() is None, self.process.stderr.read()
                assert time.monotonic() < end, "the example does not listen"
                time.sleep(0.01)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def stop(self) -> int:
        self.process.terminate()
        try:
            return self.process.wait(15)
        finally:
            self.process.kill()
            self.process.stderr.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = AnyServer(tmp_path_factory.mktemp("any-server"))
    yield made
    made.stop()


@pytest.fixture
def client(server):
    with Client(server.origin) as made:
        yield made


def talk(server, text: str) -> str:
    """Sends bytes on a connection of its own and reads until the server closes it."""
    with server.connect() as connection:
        connection.sendall(text.encode())
        received = b""
        while part := connection.recv(65536):
            received += part
        return received.decode()


def get(path="/", *fields) -> str:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *fields, "", ""])


def test_a_page_of_its_own_knows_who_is_signed_in(client):
    assert client.get("/").text == "Hello, stranger\n"
    assert client.sign_in("eve").error == "CredentialsSignin"
    assert client.sign_in("ada").sets_session
    assert client.session()["user"]["name"] == "Ada"
    answer = client.get("/")
    assert answer.text == "Hello, Ada\n"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    client.sign_out()
    assert client.get("/").text == "Hello, stranger\n"


def test_a_cookie_that_is_no_session_is_taken_away(client):
    client.set_cookie("authjs.session-token", "forged")
    assert "Max-Age=0" in client.get("/").cookie_lines("authjs.session-token")[0]


def test_what_is_nobodys_is_404(client):
    assert client.get("/elsewhere").status == 404
    assert client.get("/authors").status == 404
    assert client.request("DELETE", "/").status == 405


def test_connection_is_kept_and_requests_on_it_are_answered_in_order(server):
    received = talk(server, get("/auth/providers") + get("/") + get("/elsewhere") + get("/", "Connection: close"))
    assert received.count("HTTP/1.1 ") == 4
    places = [received.index(text) for text in ('"credentials"', "Hello, stranger", "Not found", "Connection: close")]
    assert places == sorted(places)


def test_http_1_0_is_closed_unless_it_asks_to_be_kept(server):
    assert talk(server, "GET / HTTP/1.0\r\n\r\n").count("HTTP/1.1 200") == 1
    received = talk(server, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n")
    assert received.count("HTTP/1.1 200") == 2
    assert "Connection: keep-alive" in received


def test_head_has_the_length_and_no_body(server):
    received = talk(server, get().replace("GET", "HEAD") + get("/", "Connection: close"))
    first, second = received.split("HTTP/1.1 200 OK\r\n")[1:]
    assert f"Content-Length: {len('Hello, stranger') + 1}" in first
    assert first.endswith("\r\n\r\n")
    assert second.endswith("Hello, stranger\n")


def form(length: int, *fields) -> str:
    head = ["POST /auth/callback/credentials HTTP/1.1", "Host: localhost",
            "Content-Type: application/x-www-form-urlencoded", *fields, "", ""]
    return "\r\n".join(head) + "username=" + "a" * (length - len("username="))


@pytest.mark.parametrize("length, status", [(LIMIT, 302), (LIMIT + 1, 413), (10 * LIMIT, 413)])
def test_body_of_64_kib_is_taken_and_a_larger_one_is_413(server, length, status):
    received = talk(server, form(length, f"Content-Length: {length}", "Connection: close"))
    assert received.startswith(f"HTTP/1.1 {status} ")
    assert received.count("HTTP/1.1 ") == 1


def test_body_in_chunks_is_counted_too(server):
    chunk = "1000\r\n" + "a" * 0x1000 + "\r\n"
    head = "\r\n".join(["POST /auth/signout HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked", "", ""])
    assert talk(server, head + chunk * 17 + "0\r\n\r\n").startswith("HTTP/1.1 413 ")


def test_connection_of_a_body_that_never_ends_is_closed(server):
    head = "\r\n".join(["POST /auth/signout HTTP/1.1", "Host: localhost", "Content-Length: 1000000000", "", ""])
    with server.connect() as connection, pytest.raises(OSError):
        connection.sendall(head.encode())
        for _ in range(10_000):
            connection.sendall(b"a" * 65536)


def test_client_that_waits_for_100_gets_it(server):
    with server.connect() as connection:
        connection.sendall(form(9, "Content-Length: 9", "Expect: 100-continue", "Connection: close")[:-9].encode())
        received = connection.recv(65536)
        assert received.startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"username=")
        while part := connection.recv(65536):
            received += part
    assert b"HTTP/1.1 302 " in received


def test_program_ends_with_0_while_a_connection_is_kept(tmp_path):
    server = AnyServer(tmp_path)
    with server.connect() as connection:
        connection.sendall(get().encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert server.stop() == 0
