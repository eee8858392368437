"""Time that a hook spends waiting is not time that it computes: two limits, each of which counts its own."""

import time

import pytest

from harness import control
from harness.gate import Gate
from harness.waiting import Later

CPU_MS = 50


@pytest.fixture
def gate():
    made = Gate()
    yield made
    made.stop()


def signed_in(site, client_of, gate, hook, wall_ms=5000):
    """The server and a user of it. The hook is run at reads only: a sign-in would run `jwt` too."""
    site.with_credentials(
        limits=f"{{ script = {{ steps = 1000000000, cpuMs = {CPU_MS}, wallMs = {wall_ms} }} }}",
        scripts=f'{{ needs = {{ http = {{ "{gate.host}" }} }} }}')
    site.script("session", hook.replace("URL", gate.url))
    server = site.start()
    client = client_of(server)
    assert client.sign_in("ada").sets_session
    return server, client


def used(site) -> dict:
    """What the session hook has used so far."""
    return next(entry for entry in control.ask(site, "status")["ledger"] if entry["hook"] == "session")


ASKS = """
return function(p)
  http.get("URL", { timeoutMs = 20000 })
  p.session.done = true
  return p.session
end
"""


def test_a_wait_longer_than_the_cpu_budget_succeeds(site, client_of, gate):
    _, client = signed_in(site, client_of, gate, ASKS)
    hook_waits = Later(lambda: client.get("/auth/session"))
    gate.arrived()
    time.sleep(8 * CPU_MS / 1000)
    gate.open()
    answer = hook_waits.answer
    assert (answer.status, answer.json().get("done")) == (200, True)
    assert used(site)["cpuMicroseconds"] < 1000 * CPU_MS


# Each stretch is well within the budget, all together are far above it.
COMPUTES_BETWEEN_WAITS = """
return function(p)
  for round = 1, 100 do
    assert(http.get("URL"))
    local sum = 0
    for i = 1, 300000 do sum = sum + i end
  end
  return p.session
end
"""


def test_a_wait_gives_no_fresh_cpu_budget(site, client_of, gate):
    gate.open()
    server, client = signed_in(site, client_of, gate, COMPUTES_BETWEEN_WAITS)
    assert client.get("/auth/session").status == 503
    assert server.log.wait_code("script.cpu"), server.log
    assert used(site)["hostCalls"] > 1


WALL_MS = 200
ASKS_ON_AND_ON = """
return function(p)
  pcall(function() while true do http.get("URL", { timeoutMs = 20000 }) end end)
  p.session.done = true
  return p.session
end
"""


def test_a_wait_longer_than_the_wall_limit_is_503_and_the_cookie_stands(site, client_of, gate):
    server, client = signed_in(site, client_of, gate, ASKS_ON_AND_ON, WALL_MS)
    cookies = dict(client.jar)
    begun = time.monotonic()
    answer = client.get("/auth/session")
    took = time.monotonic() - begun
    assert (answer.status, answer.set_cookies) == (503, [])
    assert WALL_MS / 1000 <= took < WALL_MS / 1000 + 1
    assert server.log.wait_code("script.wall"), server.log
    entry = used(site)
    assert entry["errors"] == {"script.wall": 1} and entry["cpuMicroseconds"] < 1000 * CPU_MS
    # What the browser still has is worth what it was, once the script is mended.
    site.script("session", "return function(p) p.session.mended = true return p.session end")
    assert control.ask(site, "reload")["outcome"] in ("installed", "unchanged")
    answer = client.get("/auth/session", cookies=cookies)
    assert (answer.status, answer.json()["user"]["name"], answer.json()["mended"]) == (200, "ada", True)


def test_the_end_of_the_wall_limit_is_no_answer_that_a_script_goes_on_with(site, client_of, gate):
    """Both ends of the wait are near each other: which comes first must not be chance, so it is tried several times."""
    server, client = signed_in(site, client_of, gate, ASKS, WALL_MS)
    assert [client.get("/auth/session").status for _ in range(10)] == [503] * 10
    assert server.log.codes().count("script.wall") > 0
