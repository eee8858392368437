"""What may happen while a hook waits for the network: the client goes away, the scripts change, the user signs out. And
scripts that are taken away altogether."""

import socket
import sqlite3
import threading
import time

import pytest

from harness.client import Client, fetch
from harness.gate import Gate
from harness.site import CREDENTIALS, oidc

WAIT = """
return function(hook, name)
  if name == "wait-" .. hook then assert(http.get("%s", { timeoutMs = 20000 })) end
end
"""

SCRIPTS = {
    "signIn": 'return function(p) require "wait" ("signIn", p.user.name) return true end',
    "jwt": """
        return function(p)
          require "wait" (p.user and "jwtSignIn" or "jwtRead", p.token.name)
          p.token.version = "old"
          return p.token
        end""",
    "session": """
        return function(p)
          require "wait" ("session", p.session.user.name)
          p.session.version = p.token and p.token.version or "old"
          return p.session
        end""",
    "redirect": """
        return function(p)
          require "wait" ("redirect", p.url:match("wait%-%a+"))
          return p.url
        end""",
    "authorize": """
        return function(p)
          require "wait" ("authorize", p.credentials.username)
          return { id = p.credentials.username, name = p.credentials.username }
        end""",
    "events": 'return { signIn = function(e) log.info("told") end }',
}


@pytest.fixture
def gate():
    made = Gate()
    yield made
    made.stop()


@pytest.fixture
def world(site, hostile, gate):
    """Starts a site whose hooks wait at the gate for users named `wait-<hook>`."""

    class World:
        def __init__(self, strategy):
            site.configure(
                oidc("corp", hostile.issuer, more=", allowPrivateAddresses = true"), CREDENTIALS,
                database='"sqlite:moongate.db"', session=f'{{ strategy = "{strategy}" }}',
                limits="{ script = { wallMs = 10000 } }",
                scripts=f'{{ needs = {{ http = {{ "{gate.host}" }} }} }}')
            site.script("lib/wait", WAIT % gate.url)
            for name, text in SCRIPTS.items():
                site.script(name, text)
            self.server = site.start()

        def callback(self, client, name):
            hostile.subject = {"sub": name, "name": name}
            return fetch(client.begin("corp").location).location

        def rows(self):
            with sqlite3.connect(site.folder / "moongate.db") as database:
                return [database.execute(f"select count(*) from {table}").fetchone()[0]
                        for table in ("users", "accounts", "sessions")]

    return World


class Later(threading.Thread):
    """A request whose answer comes later."""

    def __init__(self, ask):
        super().__init__(daemon=True)
        self.ask = ask
        self.start()

    def run(self):
        self.outcome = self.ask()

    @property
    def answer(self):
        self.join(10)
        return self.outcome


def goes_away(client, method, path, body=""):
    """Sends a request with the client's cookies; the connection, to be closed."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.jar.items())
    connection = socket.create_connection(("localhost", int(client.origin.rsplit(":", 1)[1])))
    connection.sendall(
        f"{method} {path.removeprefix(client.origin)} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    return connection


@pytest.mark.parametrize("strategy, hook", [
    ("jwt", "signIn"), ("jwt", "jwtSignIn"), ("jwt", "authorize"), ("database", "signIn"), ("database", "authorize")])
def test_client_that_goes_away_during_its_sign_in_leaves_nothing(world, gate, client_of, strategy, hook):
    here = world(strategy)
    client = client_of(here.server)
    if hook == "authorize":
        form = f"csrfToken={client.csrf()}&username=wait-authorize&password=x"
        connection = goes_away(client, "POST", "/auth/callback/credentials", form)
    else:
        connection = goes_away(client, "GET", here.callback(client, f"wait-{hook}"))
    gate.arrived()
    before = here.rows()
    connection.close()
    assert here.server.log.wait(lambda record: record.get("code") in ("script.cancelled", "request.cancelled"))
    gate.open()
    here.server.terminate()
    assert here.server.wait() == 0
    assert here.rows() == before
    assert not [record for record in here.server.log.records if record.get("message") in ("Signed in", "told")]


def test_client_that_has_closed_its_own_side_only_is_answered(world, client_of):
    client = client_of(world("jwt").server)
    with goes_away(client, "GET", "/auth/csrf") as connection:
        connection.shutdown(socket.SHUT_WR)
        assert connection.makefile("rb").read().startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("strategy", ["jwt", "database"])
def test_sign_in_under_way_ends_with_the_scripts_it_began_with(world, gate, site, client_of, strategy):
    """The old script refuses, the new one does not."""
    here = world(strategy)
    site.script("signIn", 'return function(p) require "wait" ("signIn", p.user.name) return p.user.name == "ada" end')
    assert here.server.log.wait(lambda record: record.get("message") == "Reloaded")
    client = client_of(here.server)
    later = Later(lambda path=here.callback(client, "wait-signIn"): client.get(path))
    gate.arrived()
    mark = here.server.log.mark()
    site.script("signIn", "return function(p) return true end")
    assert here.server.log.wait(lambda record: record.get("message") == "Reloaded", mark=mark)
    gate.open()
    assert later.answer.error == "AccessDenied"
    assert not later.answer.sets_session
    assert client.get(here.callback(client, "wait-signIn")).sets_session


@pytest.mark.parametrize("strategy, hook", [("jwt", "jwtRead"), ("jwt", "session"), ("database", "session")])
def test_read_under_way_ends_with_the_scripts_it_began_with(world, gate, site, client_of, strategy, hook):
    here = world(strategy)
    client = client_of(here.server)
    assert client.get(here.callback(client, f"wait-{hook}")).sets_session
    later = Later(client.session)
    gate.arrived()
    site.script("jwt", SCRIPTS["jwt"].replace('"old"', '"new"'))
    site.script("session", SCRIPTS["session"].replace('"old"', '"new"'))
    assert here.server.log.wait(lambda record: record.get("message") == "Reloaded")
    time.sleep(0.3)  # for the second file, where it was taken up apart from the first
    gate.open()
    assert later.answer["version"] == "old"
    assert client.session()["version"] == "new"


@pytest.mark.parametrize("strategy, hook", [("jwt", "jwtRead"), ("jwt", "session"), ("database", "session")])
def test_read_under_way_at_sign_out_brings_nothing_back(world, gate, client_of, strategy, hook):
    here = world(strategy)
    client = client_of(here.server)
    assert client.get(here.callback(client, f"wait-{hook}")).sets_session
    other = client_of(here.server)
    other.jar = dict(client.jar)
    later = Later(lambda: client.get("/auth/session"))
    gate.arrived()
    assert other.sign_out().status == 302
    gate.open()
    assert (later.answer.status, later.answer.text) == (200, "null")
    assert not later.answer.sets_session


@pytest.mark.parametrize("hook", SCRIPTS)
def test_hook_that_is_removed_goes_on(world, site, client_of, hook):
    here = world("jwt")
    (site.folder / "scripts" / f"{hook}.lua").unlink()
    record = here.server.log.wait_code("reload.hookRemoved")
    assert record and f"scripts/{hook}.lua" in record["reason"]
    client = client_of(here.server)
    mark = here.server.log.mark()
    assert client.get(here.callback(client, "ada")).sets_session
    assert client.session()["version"] == "old"
    assert here.server.log.wait(lambda record: record.get("message") == "told", mark=mark)


class TestWithoutScripts:
    """`--no-scripts`: the engine's own claims, and nobody new."""

    @pytest.fixture
    def signed_in(self, site, client_of):
        """A client that signed in while there were scripts."""

        def of(strategy, **settings):
            site.with_credentials(
                database='"sqlite:moongate.db"', session=f'{{ strategy = "{strategy}" }}', **settings)
            site.script("redirect", 'return function(p) return "https://elsewhere.example.com/" end')
            site.script("events", SCRIPTS["events"])
            server = site.start()
            client = client_of(server)
            assert client.sign_in("ada").sets_session
            server.stop()
            return client

        return of

    @pytest.mark.parametrize("strategy", ["jwt", "database"])
    def test_sessions_go_on_with_the_engines_own_claims(self, site, signed_in, strategy):
        client = signed_in(strategy)
        site.start("--no-scripts")
        session = client.session()
        assert {name: value for name, value in session["user"].items() if value} == {
            "name": "ada", "email": "ada@example.com"}
        assert set(session) == {"user", "expires"}

    @pytest.mark.parametrize("strategy", ["jwt", "database"])
    def test_nobody_signs_in_and_nothing_is_told(self, site, signed_in, client_of, strategy):
        signed_in(strategy)
        server = site.start("--no-scripts")
        client = client_of(server)
        answer = client.sign_in("ada")
        assert answer.error in ("AccessDenied", "CredentialsSignin") and not answer.sets_session
        server.stop()
        assert not [record for record in server.log.records if record.get("message") == "told"]

    def test_redirects_stay_on_this_origin(self, site, signed_in):
        client = signed_in("jwt")
        server = site.start("--no-scripts")
        assert client.sign_out(callbackUrl="https://elsewhere.example.com/").location == server.origin
        assert client.sign_out(callbackUrl="/here").location == f"{server.origin}/here"
