"""Hooks x faults x strategies: no fault gives access that the request would lack without it, and none sets or clears a
session cookie. What is refused leaves no row behind."""

import sqlite3

import pytest

from harness.client import Client, fetch
from harness.faults import CODES, SCRIPTS, limits
from harness.hostile import HostileProvider
from harness.site import CREDENTIALS, Site, oidc

# There is no token with strategy "database".
SIGN_IN = [("jwt", "signIn"), ("jwt", "jwtSignIn"), ("database", "signIn")]
READ = [("jwt", "jwtRead"), ("jwt", "session"), ("database", "session")]
STRATEGIES = ["jwt", "database"]
# An event need not return anything.
EVENT_FAULTS = [fault for fault in CODES if fault not in ("noValue", "resultSize")]


class World:
    """One site and a provider that says that somebody is whoever the test likes."""

    def __init__(self, folder, strategy, limits):
        self.provider = HostileProvider()
        self.site = Site(folder)
        self.site.configure(
            oidc("corp", self.provider.issuer, more=", allowPrivateAddresses = true"), CREDENTIALS,
            database='"sqlite:moongate.db"', session=f'{{ strategy = "{strategy}" }}', limits=limits,
            scripts='{ needs = { http = { "127.0.0.1" } } }')
        for name, text in SCRIPTS.items():
            self.site.script(name, text)
        self.server = self.site.start()

    def callback(self, client, name, **fields):
        """The address at which the provider's answer for this person arrives."""
        self.provider.subject = {"sub": name, "name": name}
        started = client.begin("corp", **fields)
        assert started.status == 302 and started.error is None, started.location
        return fetch(started.location).location

    def rows(self) -> tuple:
        with sqlite3.connect(self.site.folder / "moongate.db") as database:
            return tuple(database.execute(f"select count(*) from {table}").fetchone()[0]
                         for table in ("users", "accounts", "sessions"))

    def close(self):
        self.site.close()
        self.provider.stop()


@pytest.fixture(scope="module")
def world(program, tmp_path_factory):
    """Worlds by strategy and limits, each made once."""
    made = {}

    def of(strategy, fault):
        key = (strategy, limits(fault))
        if key not in made:
            made[key] = World(tmp_path_factory.mktemp("faults"), *key)
        return made[key]

    yield of
    for one in made.values():
        one.close()


def logged(world, mark, fault, script):
    record = world.server.log.wait(lambda record: record.get("code") in CODES[fault], mark=mark)
    assert record, f"none of {CODES[fault]} in {world.server.log.since(mark)}"
    assert record["script"] in (f"scripts/{script}.lua", "scripts/lib/fault.lua")
    return record


def assert_refused(answer):
    assert (answer.status, answer.error) == (302, "Configuration"), answer.location
    assert "incident=" in answer.location
    assert not answer.sets_session


@pytest.mark.parametrize("fault", CODES)
@pytest.mark.parametrize("strategy, hook", SIGN_IN)
def test_at_sign_in_refuses_and_stores_nothing(world, strategy, hook, fault):
    here = world(strategy, fault)
    with Client(here.server.origin) as client:
        callback = here.callback(client, f"{hook}-{fault}")
        before, mark = here.rows(), here.server.log.mark()
        assert_refused(client.get(callback))
        logged(here, mark, fault, "signIn" if hook == "signIn" else "jwt")
        assert here.rows() == before
        # The answer of the provider has been used up.
        mark = here.server.log.mark()
        again = client.get(callback)
        assert again.error == "Configuration" and not again.sets_session
        assert here.server.log.wait_code("oauth.replayed", mark=mark)
        assert client.session() is None


@pytest.mark.parametrize("fault", CODES)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_in_authorize_refuses_and_stores_nothing(world, strategy, fault):
    here = world(strategy, fault)
    with Client(here.server.origin) as client:
        before, mark = here.rows(), here.server.log.mark()
        assert_refused(client.sign_in(f"authorize-{fault}"))
        logged(here, mark, fault, "authorize")
        assert here.rows() == before
        assert client.session() is None


@pytest.mark.parametrize("fault", CODES)
@pytest.mark.parametrize("strategy, hook", READ)
def test_at_a_read_is_503_and_leaves_the_cookie_alone(world, strategy, hook, fault):
    here = world(strategy, fault)
    with Client(here.server.origin) as client:
        assert client.get(here.callback(client, f"{hook}-{fault}")).sets_session
        before, mark = here.rows(), here.server.log.mark()
        for method in (client.get, lambda path: client.post(path, {"csrfToken": client.csrf(), "data": "x"})):
            answer = method("/auth/session")
            assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
            assert answer.set_cookies == []
        logged(here, mark, fault, "jwt" if hook == "jwtRead" else "session")
        assert here.rows() == before
        # And nobody is kept from signing out.
        assert client.sign_out().status == 302


@pytest.mark.parametrize("fault", CODES)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_in_redirect_leads_to_the_default_page(world, strategy, fault):
    here = world(strategy, fault)
    with Client(here.server.origin) as client:
        mark = here.server.log.mark()
        callback = here.callback(client, "ada", callbackUrl=f"/to/redirect-{fault}")
        logged(here, mark, fault, "redirect")
        answer = client.get(callback)
        assert (answer.status, answer.location) == (302, here.server.origin)
        assert answer.sets_session


@pytest.mark.parametrize("fault", EVENT_FAULTS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_in_an_event_is_logged_and_changes_nothing(world, strategy, fault):
    here = world(strategy, fault)
    with Client(here.server.origin) as client:
        mark = here.server.log.mark()
        answer = client.get(here.callback(client, f"events-{fault}"))
        assert (answer.status, answer.error) == (302, None)
        assert answer.sets_session
        record = logged(here, mark, fault, "events")
        assert (record["event"], record["requestId"]) == ("signIn", answer.headers["X-Request-Id"])
        # The next one is told.
        assert client.session()["user"]["name"] == f"events-{fault}"
        assert here.server.log.wait(lambda record: record.get("session") == f"events-{fault}", mark=mark)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_without_a_fault_everybody_gets_in(world, strategy):
    here = world(strategy, "raise")
    with Client(here.server.origin) as client:
        answer = client.get(here.callback(client, "grace", callbackUrl="/to/page"))
        assert (answer.status, answer.location) == (302, f"{here.server.origin}/to/page")
        assert client.session()["user"]["name"] == "grace"
    with Client(here.server.origin) as client:
        assert client.sign_in("hopper").sets_session
        assert client.session()["user"]["name"] == "hopper"
