"""Events: told after the answer, none dropped, not at the end of the program either."""

import json
import threading

import pytest

from harness.client import Client
from harness.flow import callback_url
from harness.gate import Gate
from harness.program import run
from harness.site import oidc

# A listener that takes some 10 ms of work for each event.
SLOW = """
return {
  session = function(e)
    local n = 0
    for i = 1, 150000 do n = n + i end
    log.info("told", { what = e.request.id })
  end,
}
"""

ALL = """
local function tell(name, e)
  log.info("told", { event = name, about = json.encode(e) })
end
return {
  signIn = function(e) tell("signIn", e) end,
  signOut = function(e) tell("signOut", e) end,
  createUser = function(e) tell("createUser", e) end,
  linkAccount = function(e) tell("linkAccount", e) end,
  session = function(e) tell("session", e) end,
}
"""

LIMITS = "{ script = { cpuMs = 2000, wallMs = 20000 } }"

# A listener, and a sign-in, that wait at a gate.
GATED = """
return { session = function(e) assert(http.get("%s", { timeoutMs = 20000 })) log.info("told", { what = e.request.id }) end }
"""
GATED_SIGN_IN = 'return function(p) assert(http.get("%s", { timeoutMs = 20000 })) return true end'


@pytest.fixture
def gate():
    made = Gate()
    yield made
    made.stop()


def told(server) -> list[dict]:
    return [record for record in list(server.log.records) if record.get("message") == "told"]


def read_many(server, client, threads=8, reads=40) -> set[str]:
    """Session reads over several connections; the ids of the requests that were answered."""
    answered = set()

    def read():
        with Client(server.origin) as other:
            for _ in range(reads):
                answer = other.get("/auth/session", cookies=client.jar)
                assert answer.status == 200
                answered.add(answer.headers["X-Request-Id"])

    workers = [threading.Thread(target=read) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return answered


def test_every_event_of_a_visit_is_told_with_its_request(site, client_of):
    server = site.with_credentials(session='{ strategy = "database" }').script("events", ALL).start()
    client = client_of(server)
    answer = client.post("/auth/callback/credentials",
                         {"csrfToken": client.csrf(), "username": "ada", "password": "open sesame"},
                         headers={"User-Agent": "a browser"})
    client.session()
    client.sign_out()
    server.terminate()
    assert server.wait() == 0
    # Those of one request in their order; different requests may be told side by side.
    records = {record["event"]: record for record in told(server)}
    assert set(records) == {"createUser", "linkAccount", "signIn", "session", "signOut"}
    assert [event for event in records if event not in ("session", "signOut")] == ["createUser", "linkAccount", "signIn"]
    sign_in = records["signIn"]["about"]
    assert f'"id":"{answer.headers["X-Request-Id"]}"' in sign_in
    assert '"userAgent":"a browser"' in sign_in and '"ip":"127.0.0.1"' in sign_in
    assert client.session_token is None and "sessionToken" not in records["signOut"]["about"]


@pytest.mark.parametrize("may", [False, True])
def test_tokens_of_a_provider_are_told_to_who_asked_for_them(site, hostile, client_of, may):
    needs = f"{{ needs = {{ providerTokens = {str(may).lower()} }} }}"
    site.configure(oidc("corp", hostile.issuer), scripts=needs).script("events", ALL)
    server = site.start()
    client = client_of(server)
    assert client.get(callback_url(client)).sets_session
    server.terminate()
    assert server.wait() == 0
    records = {record["event"]: json.loads(record["about"]) for record in told(server)}
    for event in ("linkAccount", "signIn"):
        account = records[event]["account"]
        assert account["provider"] == "corp"
        assert ("access_token" in account, "id_token" in account) == (may, may)


def test_what_waits_when_the_program_is_told_to_stop_is_told(site, client_of):
    server = site.with_credentials(limits=LIMITS).script("events", SLOW).start()
    client = client_of(server)
    client.sign_in("ada")
    answered = read_many(server, client)
    assert len(told(server)) < len(answered)
    server.terminate()
    assert server.wait() == 0
    assert {record["what"] for record in told(server)} == answered
    assert "events.left" not in server.log.codes()


def test_flood_that_fills_the_queue_makes_the_next_request_wait_and_loses_nothing(site, gate, client_of):
    """16 requests' events are being told and 1,024 wait; then it is full."""
    needs = f'{{ needs = {{ http = {{ "{gate.host}" }} }} }}'
    server = site.with_credentials(limits=LIMITS, scripts=needs).script("events", GATED % gate.url).start()
    client = client_of(server)
    client.sign_in("ada")
    answered = read_many(server, client, threads=8, reads=130)
    assert len(answered) == 16 + 1024
    late = []
    waiting = threading.Thread(target=lambda: late.append(client.get("/auth/session")))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive() and not told(server)
    gate.open()
    waiting.join(10)
    assert late[0].status == 200
    server.terminate()
    assert server.wait() == 0
    records = told(server)
    assert len(records) == len(answered) + 1
    assert {record["what"] for record in records} == answered | {late[0].headers["X-Request-Id"]}


def test_request_under_way_when_the_program_is_told_to_stop_has_its_events_told(site, gate, client_of):
    needs = f'{{ needs = {{ http = {{ "{gate.host}" }} }} }}'
    site.with_credentials(limits=LIMITS, scripts=needs).script("events", ALL)
    server = site.script("signIn", GATED_SIGN_IN % gate.url).start()
    client = client_of(server)
    answers = []
    sign_in = threading.Thread(target=lambda: answers.append(client.sign_in("ada")))
    sign_in.start()
    gate.arrived()
    server.terminate()
    gate.open()
    sign_in.join(10)
    assert answers[0].sets_session
    assert server.wait() == 0
    assert [record["event"] for record in told(server)] == ["signIn"]


def test_event_that_has_happened_is_told_to_the_scripts_of_its_time(site, client_of):
    server = site.with_credentials(limits=LIMITS).script("events", SLOW).start()
    client = client_of(server)
    client.sign_in("ada")
    answered = read_many(server, client)
    before = server.log.mark()
    site.script("events", SLOW.replace("told", "told by the next"))
    assert server.log.wait(lambda record: record.get("message") == "Reloaded", mark=before)
    client.session()
    server.terminate()
    assert server.wait() == 0
    assert {record["what"] for record in told(server)} == answered
    assert sum(record.get("message") == "told by the next" for record in server.log.records) == 1


def test_call_tells_one_event(site):
    site.with_credentials().script("events", ALL)
    done = run("call", "events.signIn", stdin='{"user":{"id":"1"}}', cwd=site.folder, **site.env)
    assert (done.returncode, done.stdout) == (0, "null\n")
    assert "signIn" in done.stderr


def test_call_of_an_event_that_is_none_names_the_nearest(site):
    site.with_credentials().script("events", ALL)
    done = run("call", "events.signin", stdin="{}", cwd=site.folder, **site.env)
    assert done.returncode == 2
    assert "events.signIn" in done.stderr


def test_event_file_with_a_name_that_is_none_is_refused_with_the_nearest(site):
    site.with_credentials().script("events", "return { signin = function() end }")
    done = run("check", cwd=site.folder, **site.env)
    assert done.returncode == 1
    assert "signIn" in done.stdout + done.stderr


def test_what_a_script_logs_names_the_request_that_it_serves(site, client_of):
    """Of a hook that read a session, of one that waits, and of a listener that is told once the answer is made."""
    site.with_credentials(database='"sqlite:moongate.db"', scripts="{ needs = { kv = true } }")
    site.script("session", 'return function(p) log.info("read") kv.set("k", 1) log.info("waited") return p.session end')
    site.script("events", 'return { session = function(e) log.info("told", { requestId = "mine" }) end }')
    server = site.start()
    client = client_of(server)
    client.sign_in("ada")
    seen = [client.get("/auth/session").headers["X-Request-Id"] for _ in range(3)]
    for message in ("read", "waited", "told"):
        for request in seen:
            assert server.log.wait(lambda record: record.get("message") == message and record.get("requestId") == request)
