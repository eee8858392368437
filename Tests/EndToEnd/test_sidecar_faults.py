"""Rules x faults as a proxy sees them at `/auth/verify`: never a success, and no cookie set or cleared."""

import sqlite3
import threading

import pytest

from harness.client import Client
from harness.faults import CODES, FAULT, limits
from harness.gate import Gate
from harness.ports import free_port
from harness.proxies import Caddy, Nginx
from harness.recorder import Recorder
from harness.site import AUTHORIZE, CREDENTIALS, Site

# The path says which function goes wrong, and how: `/decide/decide-steps`.
RULES = """
local fault = require "fault"
local function last(path) return path:match("[^/]+$") or "" end
return {
  inject = { ["X-User-Id"] = "id", ["X-User-Roles"] = "roles" },
  forbid = {
    { id = "forbid", path = "/forbid/**", when = function(c) return fault("forbid", last(c.path), false, 0, { ["@allow"] = {} }) end },
  },
  routes = {
    { id = "all", path = "/**", login = true },
    { id = "when", path = "/when/**", login = true,
      when = function(c) return fault("when", last(c.path), true, "true", allow {}) end },
    { id = "decide", path = "/decide/**", login = true,
      decide = function(c) return fault("decide", last(c.path), allow {}, true, { ["@allow"] = {} }) end },
    { id = "gate", path = "/gate/**", public = true, decide = function(c)
      assert(http.get("http://GATE/", { timeoutMs = 20000 }))
      return allow { headers = { ["X-User-Id"] = "old" } }
    end },
  },
}
"""

# `nil` from `decide` is "no more to say"; a function that returns nothing at all is a mistake.
FAULTS = [fault for fault in CODES if fault != "resultSize"]
FAMILIES = {
    "original": lambda origin, path: {"X-Original-Method": "GET", "X-Original-URL": origin + path},
    "forwarded": lambda origin, path: {
        "X-Forwarded-Method": "GET", "X-Forwarded-Host": origin.split("//")[1], "X-Forwarded-Uri": path},
}


class World:
    def __init__(self, folder, limits, strategy="jwt", gate="127.0.0.1:9", arguments=()):
        self.site = Site(folder)
        self.site.configure(
            CREDENTIALS, trustedProxies='{ "127.0.0.1/32", "::1/128" }', database='"sqlite:moongate.db"', limits=limits,
            session=f'{{ strategy = "{strategy}" }}', scripts=f'{{ needs = {{ http = {{ "127.0.0.1", "{gate}" }} }} }}')
        self.site.script("lib/fault", FAULT).script("authorize", AUTHORIZE).script("rules", RULES.replace("GATE", gate))
        self.server = self.site.start(*arguments)

    def ask(self, client, path, family="original", **more):
        headers = {"Accept": "text/html", **FAMILIES[family](self.server.origin, path), **more}
        return client.get("/auth/verify", headers=headers)


@pytest.fixture(scope="module")
def world(program, tmp_path_factory):
    """Worlds by limits, each made once."""
    made = {}

    def of(fault):
        key = limits(fault)
        if key not in made:
            made[key] = World(tmp_path_factory.mktemp("sidecar-faults"), key)
        return made[key]

    yield of
    for one in made.values():
        one.site.close()


def assert_closed(answer, status=503):
    assert answer.status == status
    assert answer.set_cookies == []
    assert not [name for name in answer.headers if name.lower().startswith(("x-auth-set-cookie", "x-user-"))]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("place", ["forbid", "when", "decide"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_lets_nobody_in(world, place, fault):
    here = world(fault)
    with Client(here.server.origin) as client:
        assert client.sign_in("ada").sets_session
        assert here.ask(client, f"/{place}/x").status == 200
        for family in FAMILIES:
            mark = here.server.log.mark()
            answer = here.ask(client, f"/{place}/{place}-{fault}", family)
            assert_closed(answer)
            assert answer.headers["Retry-After"] == "1"
            record = here.server.log.wait(lambda record: record.get("code") in CODES[fault], mark=mark)
            assert record, f"none of {CODES[fault]} in {here.server.log.since(mark)}"
            assert answer.headers["X-Auth-Reason"] in CODES[fault]
        assert here.ask(client, f"/{place}/x").status == 200


def test_without_scripts_nobody_comes_in(program, tmp_path):
    here = World(tmp_path, limits("raise"), arguments=("--no-scripts",))
    try:
        with Client(here.server.origin) as client:
            for family in FAMILIES:
                answer = here.ask(client, "/open", family)
                assert_closed(answer, 403)
                assert answer.headers["X-Auth-Reason"] == "rules.off"
    finally:
        here.site.close()


def test_a_store_that_does_not_answer_lets_nobody_in(program, tmp_path):
    here = World(tmp_path, limits("raise"), strategy="database")
    try:
        with Client(here.server.origin) as client:
            assert client.sign_in("ada").sets_session
            assert here.ask(client, "/x").status == 200
            with sqlite3.connect(tmp_path / "moongate.db") as database:
                database.execute("alter table sessions rename to away")
            for family in FAMILIES:
                assert_closed(here.ask(client, "/x", family))
            with sqlite3.connect(tmp_path / "moongate.db") as database:
                database.execute("alter table away rename to sessions")
            assert here.ask(client, "/x").status == 200
    finally:
        here.site.close()


def test_a_decision_ends_on_the_rules_it_began_with(program, tmp_path):
    gate = Gate()
    here = World(tmp_path, "{ script = { wallMs = 20000 } }", gate=gate.host)
    answers = []
    try:
        with Client(here.server.origin) as waiting, Client(here.server.origin) as other:
            thread = threading.Thread(target=lambda: answers.append(here.ask(waiting, "/gate/x")))
            thread.start()
            gate.arrived()
            before = here.ask(other, "/none").headers["X-Moongate-Generation"]
            # What raises on purpose names what the site may not use: no reload takes that.
            here.site.script("lib/fault", "return {}")
            here.site.script("rules", "return { inject = { 'X-User-Id' }, default = deny { status = 404 } }")
            assert here.server.log.wait(lambda record: "generation" in record and record["generation"] != before, timeout=10)
            assert_closed(here.ask(other, "/gate/x", "forwarded"), 404)
            gate.open()
            thread.join(10)
        (answer,) = answers
        assert (answer.status, answer.headers["X-User-Id"]) == (200, "old")
        assert answer.headers["X-Moongate-Generation"] == before
    finally:
        gate.stop()
        here.site.close()


@pytest.mark.parametrize("kind", [Nginx, Caddy], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("fault", ["raise", "noValue", "steps", "memory"])
def test_a_fault_is_a_visible_503_at_the_proxy(world, tmp_path, kind, fault):
    here, app = world(fault), Recorder()
    proxy = kind(tmp_path, here.server.port, app.port, free_port())
    try:
        with Client(here.server.origin) as client:
            assert client.sign_in("ada").sets_session
            cookies = dict(client.jar)
        with Client(proxy.origin) as client:
            answer = client.get(f"/decide/decide-{fault}", cookies=cookies)
            assert (answer.status, answer.headers["Retry-After"], answer.set_cookies) == (503, "1", [])
            assert app.seen == []
            assert client.get("/decide/x", cookies=cookies).status == 200
    finally:
        proxy.stop()
        app.stop()
