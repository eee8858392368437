"""What may happen while a hook waits for the network: the client goes away, the scripts change, the user signs out. And
a hook whose file is taken away."""

import socket
import sqlite3
import time

import pytest

from harness.client import fetch
from harness.gate import Gate
from harness.site import CREDENTIALS, oidc
from harness.waiting import Later, goes_away

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
    "events": """
        return { signIn = function(e)
          require "wait" ("events", e.user.name)
          log.info("told", { version = "old" })
        end }""",
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


@pytest.mark.parametrize("strategy, hook", [
    ("jwt", "signIn"), ("jwt", "jwtSignIn"), ("jwt", "authorize"), ("jwt", "redirect"),
    ("database", "signIn"), ("database", "authorize"), ("database", "redirect")])
def test_client_that_goes_away_during_its_sign_in_leaves_nothing(world, gate, client_of, strategy, hook):
    here = world(strategy)
    client = client_of(here.server)
    if hook in ("authorize", "redirect"):
        form = f"csrfToken={client.csrf()}&username=wait-authorize&password=x"
        if hook == "redirect":
            form = form.replace("wait-authorize", "ada") + "&callbackUrl=/wait-redirect"
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


@pytest.mark.parametrize("strategy, hook", [("jwt", "jwtRead"), ("jwt", "session"), ("database", "session")])
def test_client_that_goes_away_during_a_read_changes_nothing(world, gate, client_of, strategy, hook):
    here = world(strategy)
    client = client_of(here.server)
    assert client.get(here.callback(client, f"wait-{hook}")).sets_session
    before = here.rows()
    with goes_away(client, "GET", "/auth/session"):
        gate.arrived()
    assert here.server.log.wait(lambda record: record.get("code") in ("script.cancelled", "request.cancelled"))
    gate.open()
    assert here.rows() == before
    assert client.session()["user"]["name"] == f"wait-{hook}"


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


# Each of these lets nobody in, or nowhere.
NEW = {
    "authorize": "return function(p) return nil end",
    "jwtSignIn": 'return function(p) if p.user then error("new") end return p.token end',
    "redirect": "return function(p) return p.baseUrl end",
}


@pytest.mark.parametrize("strategy, hook", [
    ("jwt", "authorize"), ("jwt", "jwtSignIn"), ("jwt", "redirect"), ("database", "authorize"), ("database", "redirect")])
def test_sign_in_by_name_under_way_ends_with_the_scripts_it_began_with(world, gate, site, client_of, strategy, hook):
    """The old scripts let everybody in."""
    here = world(strategy)
    client, other = client_of(here.server), client_of(here.server)
    later = Later(lambda: client.sign_in(f"wait-{hook}", callbackUrl=f"/wait-{hook}"))
    gate.arrived()
    site.script(hook.removesuffix("SignIn"), NEW[hook])
    assert here.server.log.wait(lambda record: record.get("message") == "Reloaded")
    gate.open()
    assert later.answer.sets_session
    assert later.answer.location == f"{here.server.origin}/wait-{hook}"
    after = other.sign_in(f"wait-{hook}", callbackUrl=f"/wait-{hook}")
    assert (after.sets_session, after.location) != (True, later.answer.location)


def test_listener_under_way_ends_with_the_scripts_it_began_with(world, gate, site, client_of):
    here = world("jwt")
    client = client_of(here.server)
    assert client.sign_in("wait-events").sets_session
    gate.arrived()
    site.script("events", SCRIPTS["events"].replace('"old"', '"new"'))
    assert here.server.log.wait(lambda record: record.get("message") == "Reloaded")
    mark = here.server.log.mark()
    gate.open()
    assert here.server.log.wait(lambda record: record.get("version") == "old", mark=mark)
    assert client.sign_in("ada").sets_session
    assert here.server.log.wait(lambda record: record.get("version") == "new", mark=mark)


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
