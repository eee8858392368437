"""The decision log of a running server: what is in it, who may read it, how it is rotated, and that no request waits."""

import http.client
import json
import os
import signal
import stat
import time

import pytest

from harness.site import Site

RULES = """
return { routes = { { id = "open", path = "/open", public = true }, { id = "mine", path = "/mine", login = true } } }
"""


@pytest.fixture
def site(program, tmp_path):
    site = Site(tmp_path)
    site.script("rules", RULES)
    yield site
    site.close()


def started(site, decisions, **settings):
    site.configure(trustedProxies='{ "127.0.0.1/32" }', decisions=decisions, **settings)
    return site.start()


def ask(server, target, count=1, **fields):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        for _ in range(count):
            connection.request("GET", "/auth/verify", headers={
                "X-Forwarded-Method": "GET", "X-Forwarded-Host": "localhost", "X-Forwarded-Uri": target, **fields})
            response = connection.getresponse()
            response.read()
        return response
    finally:
        connection.close()


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def waiting_for(condition, timeout=10):
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_lines_come_while_the_server_runs_and_only_its_user_reads_them(site):
    server = started(site, '{ log = "decisions.jsonl" }')
    log = site.folder / "decisions.jsonl"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    answer = ask(server, "/mine?token=abc", Cookie="a=secret-cookie", Authorization="Basic c2VjcmV0")
    assert answer.status == 401
    waiting_for(lambda: len(lines(log)) == 1)
    line = lines(log)[0]
    assert line["decision"]["verdict"] == "login" and line["decision"]["rule"]["id"] == "mine"
    assert line["request"] == {
        "host": "localhost", "ip": None, "method": "GET", "path": "/mine", "target": "/mine?token=[redacted]"}
    assert line["generation"] == answer.getheader("X-Moongate-Generation")
    assert line["requestId"] == answer.getheader("X-Request-Id")
    assert "secret-cookie" not in log.read_text() and "c2VjcmV0" not in log.read_text()


def test_sighup_leaves_a_renamed_file_and_no_line_is_lost(site):
    server = started(site, '{ log = "decisions.jsonl" }')
    log = site.folder / "decisions.jsonl"
    ask(server, "/open", 50)
    os.rename(log, site.folder / "decisions.1.jsonl")
    server.process.send_signal(signal.SIGHUP)
    waiting_for(log.exists)
    ask(server, "/mine", 50)
    server.stop()
    first, second = lines(site.folder / "decisions.1.jsonl"), lines(log)
    assert len(first) + len(second) == 100 and len(second) >= 50
    assert {line["decision"]["verdict"] for line in second} <= {"allow", "login"}


def test_standard_output_takes_it_too(site):
    server = started(site, '{ log = "-", allowed = 0 }')
    ask(server, "/open")
    ask(server, "/mine")
    server.stop()
    found = [json.loads(line) for line in str(server.out).splitlines() if line.startswith("{")]
    assert [line["decision"]["verdict"] for line in found] == ["login"]


def test_share_of_what_is_allowed_is_recorded_and_every_refusal(site):
    server = started(site, '{ log = "decisions.jsonl", allowed = 0.1 }')
    ask(server, "/open", 2000)
    ask(server, "/mine", 30)
    server.stop()
    verdicts = [line["decision"]["verdict"] for line in lines(site.folder / "decisions.jsonl")]
    assert verdicts.count("login") == 30 and 120 <= verdicts.count("allow") <= 280


def test_full_disk_holds_up_no_request_and_is_told(site):
    server = started(site, '{ log = "/dev/full" }')
    assert ask(server, "/open", 200).status == 200
    waiting_for(lambda: "decisions.log" in str(server.log))
    assert "Records of decisions were dropped" in str(server.log)
    assert ask(server, "/open").status == 200


def test_path_that_cannot_be_written_is_a_start_error(site):
    site.configure(decisions='{ log = "nowhere/decisions.jsonl" }')
    server = site.launch()
    assert server.wait() == 3
    assert "nowhere/decisions.jsonl cannot be opened for writing" in str(server.log)
