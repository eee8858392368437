"""Scripts are saved while requests run: nobody notices but by the new answer."""

import signal
import time

import pytest

from harness import control
from harness.client import Client
from harness.load import Load
from harness.releases import BAD, Releases, mixed
from harness.site import oidc
from harness.traffic import Traffic
from harness.versions import showing

RATE = 200
WORKERS = 4


BROKEN = "return function(p)\n  p.session.version = 99\n  return p.session\nend end\n"
BROKEN_LINE = 4


class SessionReads(Traffic):
    """Session reads by one signed-in user: (time, status, version)."""

    def __init__(self, server):
        self._origin = server.origin
        with Client(server.origin) as first:
            assert first.sign_in("ada").sets_session
            self._jar = dict(first.jar)
        super().__init__(RATE, WORKERS)

    def connect(self):
        return Client(self._origin)

    def ask(self, connection):
        answer = connection.get("/auth/session", cookies=self._jar)
        return answer.status, answer.json().get("version") if answer.status == 200 else None

    def failures(self):
        return [entry for entry in self.seen if entry[1] != 200 or entry[2] is None]


@pytest.fixture
def server(site):
    site.with_credentials()
    site.script("session", showing(1))
    return site.start()


@pytest.fixture
def traffic(server):
    running = SessionReads(server)
    assert running.wait_version(1)
    yield running
    running.stop()


def test_a_saved_script_is_seen_within_a_second_and_no_request_fails(site, traffic):
    for version in (2, 3, 4):
        saved = time.monotonic()
        site.script("session", showing(version))
        first = traffic.wait_version(version)
        assert first and first - saved < 1
        time.sleep(0.3)
    traffic.stop()
    assert traffic.failures() == []
    assert len(traffic.seen) > RATE * 0.5


def test_versions_never_go_back(site, traffic):
    for version in (2, 3, 4):
        site.script("session", showing(version))
        assert traffic.wait_version(version)
        time.sleep(0.1)
        last = [entry[2] for entry in traffic.seen][-5:]
        assert set(last) == {version}


def test_a_broken_script_keeps_the_old_one_and_the_log_says_where_and_why(site, server, traffic):
    mark = server.log.mark()
    site.script("session", BROKEN)
    record = server.log.wait(lambda r: "scripts/session.lua" in str(r) and r["level"] == "error", mark=mark)
    assert record, server.log.since(mark)
    assert record["code"] == "script.syntax"
    assert f"{BROKEN_LINE}" in str(record.get("line", record["message"]))
    assert "end" in str(record)
    time.sleep(0.2)
    traffic.stop()
    assert traffic.failures() == []
    assert {entry[2] for entry in traffic.seen} == {1}


def test_a_mended_script_is_taken_after_a_broken_one(site, server, traffic):
    site.script("session", BROKEN)
    assert server.log.wait(lambda r: "scripts/session.lua" in str(r) and r["level"] == "error")
    site.script("session", showing(2))
    assert traffic.wait_version(2)


def test_a_file_written_in_place_is_taken_too(site, traffic):
    (site.folder / "scripts/session.lua").write_text(showing(2))
    assert traffic.wait_version(2)


def test_a_new_script_file_is_taken(site, server, client_of):
    client = client_of(server)
    client.sign_in("ada")
    site.script("signIn", "return function(p) return false end")
    end = time.monotonic() + 3
    while time.monotonic() < end and client_of(server).sign_in("bob").error != "AccessDenied":
        time.sleep(0.05)
    assert client_of(server).sign_in("bob").error == "AccessDenied"


def test_a_deleted_hook_goes_on_until_a_restart_and_the_log_says_so(site, server, traffic):
    (site.folder / "scripts/session.lua").unlink()
    record = server.log.wait_code("reload.hookRemoved")
    assert record and "scripts/session.lua" in str(record)
    traffic.stop()
    assert traffic.failures() == []


def test_a_shared_library_that_changed_is_taken(site, client_of):
    site.with_credentials()
    site.write("scripts/lib/version.lua", "return 1")
    site.script("session", 'return function(p) p.session.version = require "version" return p.session end')
    running = SessionReads(site.start())
    try:
        assert running.wait_version(1)
        site.write("scripts/lib/version.lua", "return 2")
        assert running.wait_version(2)
    finally:
        running.stop()


def test_a_configuration_that_became_wrong_keeps_the_old_one(site, server, client_of):
    mark = server.log.mark()
    site.write("config.lua", (site.folder / "config.lua").read_text().replace("providers =", "provider_s ="))
    assert server.log.wait(lambda r: "providers" in str(r) and r["level"] == "error", mark=mark)
    assert client_of(server).sign_in("ada").sets_session


def test_a_provider_added_to_the_configuration_appears(site, server, client_of):
    client = client_of(server)
    config = (site.folder / "config.lua").read_text()
    more = oidc("late", "http://127.0.0.1:9", name="Late")
    site.write("config.lua", config.replace("providers = {", f"providers = {{\n    {more},"))
    end = time.monotonic() + 3
    while time.monotonic() < end and "late" not in client.providers():
        time.sleep(0.05)
    assert "late" in client.providers()


def test_a_changed_database_needs_a_restart_and_says_so(site, server):
    mark = server.log.mark()
    site.write("config.lua", (site.folder / "config.lua").read_text().replace("memory:", "sqlite:other.db"))
    assert server.log.wait(lambda r: "database" in str(r) and r["level"] in ("error", "warning"), mark=mark)


def test_a_hangup_signal_reloads(site, client_of):
    site.with_credentials(reload="{ watch = false }")
    site.script("session", showing(1))
    server = site.start()
    running = SessionReads(server)
    try:
        site.script("session", showing(2))
        server.process.send_signal(signal.SIGHUP)
        assert running.wait_version(2)
    finally:
        running.stop()


def test_many_reloads_good_and_bad_fail_no_request_and_mix_no_answer(site, client_of):
    """The short form of dev/bench-reload.py."""
    site.with_credentials(reload="{ watch = false }")
    releases = Releases(site)
    server = site.start()
    client = client_of(server)
    assert client.sign_in("ada").sets_session
    load = Load(site.port, client.jar, rate=300, connections=16)
    refused = 0
    for number in range(60):
        bad = BAD[number % len(BAD)] if number % 3 == 1 else None
        releases.deploy(bad)
        outcome = control.ask(site, "reload")["outcome"]
        assert outcome == ("refused" if bad else "installed")
        refused += outcome == "refused"
        if number % 10 == 9:
            assert control.ask(site, "rollback")["outcome"] == "installed"
    seen = load.stop()
    assert seen.failures == []
    assert mixed(seen) == []
    assert len(seen.bodies) > 10 and refused == 20
    assert len(control.ask(site, "status")["previous"]) == 5


def test_a_deployment_behind_a_link_is_taken_by_the_watcher(site, client_of):
    site.with_credentials()
    releases = Releases(site)
    client = client_of(site.start())
    client.sign_in("ada")
    for _ in range(3):
        number = releases.deploy()
        end = time.monotonic() + 5
        while time.monotonic() < end and client.get("/auth/session").json()["versions"] != [number] * 4:
            time.sleep(0.02)
        assert client.get("/auth/session").json()["versions"] == [number] * 4


def test_a_file_in_the_middle_of_being_written_is_neither_taken_nor_reported(site, server, traffic):
    mark = server.log.mark()
    text = "return function(p)\n" + "  -- filling\n" * 40 + "  p.session.version = 2\n  return p.session\nend\n"
    with open(site.folder / "scripts/session.lua", "w") as slow:
        # A neighbour that is saved meanwhile makes the watcher look.
        site.write("scripts/lib/neighbour.lua", "return {}\n")
        for start in range(0, len(text), 20):
            slow.write(text[start:start + 20])
            slow.flush()
            time.sleep(0.02)
    assert traffic.wait_version(2)
    traffic.stop()
    assert traffic.failures() == []
    assert [r for r in server.log.since(mark) if r["level"] == "error"] == []
