"""One corpus of requests and sessions (Tests/Corpus): the sidecar behind real proxies decides as `moongate explain` does,
and its decision log says the same, byte for byte."""

import concurrent.futures
import http.client
import json
import shutil
import time

import pytest

from harness.ports import free_port
from harness.program import ROOT, run
from harness.proxies import Caddy, Nginx
from harness.recorder import Recorder
from harness.server import Moongate
from harness.tokens import seal

CORPUS = ROOT / "Tests/Corpus"
SECRET = "s" * 32
COOKIE = "__Secure-authjs.session-token"
# What a client is answered that is no browser.
STATUS = {"allow": 200, "login": 401, "stepUp": 401, "error": 503}


def canonical(value) -> bytes:
    """JSON as Moongate writes it: keys in byte order, no white space."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Asked:
    """The corpus at one moment: entries, the users' claims, and what `explain --json` says of each entry."""

    def __init__(self, folder):
        self.site = folder / "site"
        shutil.copytree(CORPUS / "site", self.site, ignore=shutil.ignore_patterns("*.jsonl"))
        document = json.loads((CORPUS / "decisions.json").read_text())
        fresh = int(time.time()) - 60
        self.users = {
            name: {claim: fresh if value == "@fresh" else value for claim, value in claims.items()}
            for name, claims in document["users"].items()
        }
        self.tokens = {name: seal(claims, SECRET, salt=COOKIE) for name, claims in self.users.items()}
        self.entries = document["requests"]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.explained = list(pool.map(self.explain, self.entries))

    def explain(self, entry) -> dict:
        arguments = ["explain", entry["method"], entry["target"], "--json", "--ip", entry["ip"],
                     "--header", f"Host: {entry['host']}"]
        user = self.users.get(entry.get("user"))
        if user:
            arguments += ["--as", "-"]
        done = run(*arguments, stdin=json.dumps(user) if user else "", cwd=self.site)
        assert done.returncode in (0, 1), done.stderr
        line = done.stdout.removesuffix("\n").encode()
        record = json.loads(line)
        assert canonical(record) == line
        assert (done.returncode == 0) == (record["decision"]["verdict"] == "allow")
        return record

    def headers(self, entry) -> dict[str, str]:
        headers = dict(entry.get("headers", {}))
        if "user" in entry:
            token = self.tokens[entry["user"]]
            if entry.get("bearer"):
                headers["Authorization"] = f"Bearer {token}"
            else:
                headers["Cookie"] = f"{COOKIE}={token}"
        return headers


@pytest.fixture(scope="module")
def asked(program, tmp_path_factory):
    return Asked(tmp_path_factory.mktemp("corpus"))


def summary(record) -> str:
    decision = record["decision"]
    return " ".join([decision["verdict"], decision["code"], decision.get("rule", {}).get("id", "-")])


def name(entry) -> str:
    return f"{entry['method']} {entry['host']}{entry['target']} as {entry.get('user', 'nobody')}"


def client_status(record) -> int:
    decision = record["decision"]
    return STATUS.get(decision["verdict"], decision.get("status"))


def answer(connection, method, target, headers) -> http.client.HTTPResponse:
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for field, value in headers.items():
        connection.putheader(field, value)
    if method in ("POST", "PUT", "PATCH"):
        connection.putheader("Content-Length", "0")
    connection.endheaders()
    response = connection.getresponse()
    response.read()
    return response


def written(server, log) -> list[dict]:
    """The decision log's records once the server has ended, without what tells one request from another."""
    server.stop()
    records = []
    for line in log.read_bytes().splitlines():
        record = json.loads(line)
        assert canonical(record) == line
        assert record.pop("time").endswith("Z") and record.pop("requestId")
        records.append(record)
    return records


def test_explain_says_what_the_corpus_expects(asked):
    assert len(asked.entries) >= 300
    found = [(name(entry), summary(record)) for entry, record in zip(asked.entries, asked.explained)]
    assert found == [(name(entry), entry["expect"]) for entry in asked.entries]


def test_records_hold_no_secrets(asked):
    text = "\n".join(json.dumps(record, ensure_ascii=False) for record in asked.explained)
    for secret in ["hunter2", "token=abc", "k-123", "eyJ", "code=1", "state=2", "/reset/abcdef", "%3Ftoken%3D1"]:
        assert secret not in text, secret
    assert "[redacted]" in text


def test_sealed_sessions_are_read_as_claims_are(asked):
    """`explain` with the cookie of a real session says what it says of the claims."""
    for entry, expected in list(zip(asked.entries, asked.explained))[::6]:
        arguments = ["explain", entry["method"], entry["target"], "--json", "--ip", entry["ip"]]
        for field, value in {"Host": entry["host"], **asked.headers(entry)}.items():
            arguments += ["--header", f"{field}: {value}"]
        done = run(*arguments, cwd=asked.site)
        assert done.stdout.encode() == canonical(expected) + b"\n", name(entry) + done.stderr


def test_verify_tells_a_trusted_proxy_rule_and_reason(asked, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(CORPUS / "site", site, ignore=shutil.ignore_patterns("*.jsonl"))
    server = Moongate(site, free_port()).wait_ready()
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        for entry, record in zip(asked.entries, asked.explained):
            response = answer(connection, "GET", "/auth/verify", {
                "Host": "moongate", **asked.headers(entry), "X-Forwarded-Method": entry["method"],
                "X-Forwarded-Host": entry["host"], "X-Forwarded-Uri": entry["target"], "X-Forwarded-For": entry["ip"]})
            decision = record["decision"]
            assert response.getheader("X-Auth-Reason") == decision["code"], name(entry)
            assert response.getheader("X-Auth-Rule") == decision.get("rule", {}).get("id", "-"), name(entry)
            assert response.getheader("X-Moongate-Generation") == record["generation"]
            if record["request"]:
                assert response.status == client_status(record), name(entry)
            else:
                assert response.status == 403
            for header, value in decision["set"].items():
                if decision["verdict"] == "allow":
                    assert response.getheader(header) == value, name(entry)
        connection.close()
    finally:
        records = written(server, site / "decisions.jsonl")
    assert list(map(canonical, records)) == list(map(canonical, asked.explained))


@pytest.mark.parametrize("kind", [Nginx, Caddy])
def test_proxy_and_explain_decide_alike(asked, kind, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(CORPUS / "site", site, ignore=shutil.ignore_patterns("*.jsonl"))
    app = Recorder()
    server = Moongate(site, free_port()).wait_ready()
    proxy = None
    try:
        proxy = kind(tmp_path / "proxy", server.port, app.port)
        connections = {
            ip: http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10, source_address=(ip, 0))
            for ip in {entry["ip"] for entry in asked.entries}
        }
        for entry, record in zip(asked.entries, asked.explained):
            mark = app.mark()
            headers = {"Host": entry["host"], **asked.headers(entry)}
            response = answer(connections[entry["ip"]], entry["method"], entry["target"], headers)
            seen = app.since(mark)
            decision = record["decision"]
            if not record["request"]:
                # The proxy itself may refuse it, with 400; nobody behind it hears of it in either case.
                assert response.status in (400, 403) and not seen, name(entry)
                continue
            assert response.status == client_status(record), name(entry)
            assert len(seen) == (decision["verdict"] == "allow"), name(entry)
            if seen:
                assert (seen[0].method, seen[0].target) == (entry["method"], entry["target"])
                for header in ["X-User-Id", "X-User-Roles"]:
                    assert (seen[0].value(header) or "") == decision["set"].get(header, ""), name(entry)
        for connection in connections.values():
            connection.close()
    finally:
        if proxy:
            proxy.stop()
        app.stop()
        records = written(server, site / "decisions.jsonl")
    judged = [canonical(record) for record in records if record["request"]]
    assert judged == [canonical(record) for record in asked.explained if record["request"]]
    refused = {canonical(record) for record in asked.explained if not record["request"]}
    assert {canonical(record) for record in records if not record["request"]} <= refused
