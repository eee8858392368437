"""Access rules are saved while requests are judged: no request fails, and each is judged by one file as a whole."""

import http.client
import time

import pytest

from harness.traffic import Traffic

RATE = 500
WORKERS = 8


def rules(version: int) -> str:
    """The version stands in data and in what a function answers: both come from one file or the file was torn."""
    return f"""
return {{
  inject = {{ "X-Version" }},
  routes = {{
    {{ id = "v{version}", path = "/**", public = true,
      decide = function(c) return allow {{ headers = {{ ["X-Version"] = "{version}" }} }} end }},
  }},
  tests = {{ {{ request = "GET /a", allow = true }} }},
}}
"""


AMBIGUOUS = """
return { routes = {
  { id = "left", path = "/a/*", public = true },
  { id = "right", path = "/*/b", login = true },
} }
"""


class Questions(Traffic):
    """Questions of a proxy: (time, status, rule, version as the function's header says it)."""

    def __init__(self, server):
        self._port = int(server.origin.rsplit(":", 1)[1])
        self._fields = {
            "X-Forwarded-Method": "GET", "X-Forwarded-Host": f"localhost:{self._port}", "X-Forwarded-Uri": "/a/b"}
        super().__init__(RATE, WORKERS)

    def connect(self):
        return http.client.HTTPConnection("localhost", self._port, timeout=10)

    def ask(self, connection):
        connection.request("GET", "/auth/verify", headers=self._fields)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("X-Auth-Rule"), answer.getheader("X-Version")

    def wrong(self):
        """Answers that are no success, or in which data and function are of two files."""
        return [entry for entry in self.seen if entry[1] != 200 or entry[2] != f"v{entry[3]}"]


@pytest.fixture
def server(site):
    site.with_credentials(trustedProxies='{ "127.0.0.1/32", "::1/128" }')
    site.script("rules", rules(1))
    return site.start()


@pytest.fixture
def traffic(server):
    running = Questions(server)
    assert running.wait_version("1")
    yield running
    running.stop()


def test_a_changed_rule_is_seen_within_a_second_and_no_request_fails(site, traffic):
    began = time.monotonic()
    for version in (2, 3, 4):
        saved = time.monotonic()
        site.script("rules", rules(version))
        first = traffic.wait_version(str(version))
        assert first and first - saved < 1
        time.sleep(0.3)
    traffic.stop()
    assert traffic.wrong() == []
    assert len(traffic.seen) > RATE * (time.monotonic() - began) * 0.5


def test_an_ambiguous_file_is_refused_with_both_places_and_the_old_one_serves_on(site, server, traffic):
    mark = server.log.mark()
    site.script("rules", AMBIGUOUS)
    record = server.log.wait(lambda r: r.get("code") == "rules.ambiguous", mark=mark)
    assert record, server.log.since(mark)
    text = str(record)
    assert "scripts/rules.lua:3" in text and ("scripts/rules.lua:4" in text or record.get("line") == 4)
    assert "left" in text and "right" in text and "GET /a/b" in text
    time.sleep(0.2)
    traffic.stop()
    assert traffic.wrong() == []
    assert {entry[3] for entry in traffic.seen} == {"1"}


def test_a_rule_whose_test_fails_is_refused(site, server, traffic):
    mark = server.log.mark()
    site.script("rules", rules(2).replace('request = "GET /a", allow', 'request = "GET /a", deny'))
    record = server.log.wait(lambda r: r.get("code") == "rules.test", mark=mark)
    assert record and "expected deny, got allow" in str(record)
    traffic.stop()
    assert {entry[3] for entry in traffic.seen} == {"1"}


def test_a_file_in_rules_is_taken_and_one_that_vanishes_keeps_what_ran(site, server, traffic):
    site.write("scripts/rules/more.lua", 'return { forbid = { { id = "shut", path = "/a/b" } } }')
    end = time.monotonic() + 3
    while time.monotonic() < end and traffic.seen[-1][1] == 200:
        time.sleep(0.02)
    assert traffic.seen[-1][1] == 403 and traffic.seen[-1][2] == "shut"
    (site.folder / "scripts/rules/more.lua").unlink()
    record = server.log.wait_code("reload.hookRemoved")
    assert record and "scripts/rules/more.lua" in str(record)
    assert traffic.seen[-1][1] == 403


def test_without_scripts_nothing_is_let_through(site):
    site.with_credentials(trustedProxies='{ "127.0.0.1/32", "::1/128" }')
    site.script("rules", rules(1))
    traffic = Questions(site.start("--no-scripts"))
    time.sleep(0.3)
    traffic.stop()
    assert traffic.seen and {entry[1] for entry in traffic.seen} == {403}
