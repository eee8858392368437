"""What may happen while a proxy's question is being answered: the rules change, the client goes away, the user signs out.
And rules that are taken away altogether."""

import pytest

from harness.fault_places import FAMILIES, family, tells_nobody
from harness.gate import Gate
from harness.site import AUTHORIZE, CREDENTIALS
from harness.waiting import Later, goes_away

RULES = """
return {
  inject = { ["X-User-Id"] = "id" },
  routes = {
    { id = "all", path = "/**", login = true },
    { id = "gate", path = "/gate/**", login = true, decide = function(c)
      assert(http.get("%s", { timeoutMs = 20000 }))
      return allow { headers = { ["X-User-Id"] = "old" } }
    end },
  },
}
"""
NEW = "return { inject = { 'X-User-Id' }, default = deny { status = 404 } }"


@pytest.fixture
def gate():
    made = Gate()
    yield made
    made.stop()


@pytest.fixture(params=["jwt", "database"])
def sidecar(request, site, gate):
    """A site whose rule for `/gate` waits at the gate."""
    site.configure(
        CREDENTIALS, trustedProxies='{ "127.0.0.1/32", "::1/128" }', database='"sqlite:moongate.db"',
        session=f'{{ strategy = "{request.param}" }}', limits="{ script = { wallMs = 20000 } }",
        scripts=f'{{ needs = {{ http = {{ "{gate.host}" }} }} }}')
    return site.script("authorize", AUTHORIZE).script("rules", RULES % gate.url)


def ask(client, path, name="original"):
    return client.get("/auth/verify", headers={"Accept": "text/html", **family(name, client.origin, path)})


def meant(answer) -> str:
    """The status that the browser is to see: nginx knows 401 and 403 alone, and is told the rest beside them."""
    return answer.headers["X-Auth-Status"] or str(answer.status)


def test_a_decision_ends_on_the_rules_it_began_with(sidecar, gate, client_of):
    server = sidecar.start()
    waiting, other = client_of(server), client_of(server)
    assert waiting.sign_in("ada").sets_session
    later = Later(lambda: ask(waiting, "/gate/x"))
    gate.arrived()
    before = ask(other, "/none").headers["X-Moongate-Generation"]
    mark = server.log.mark()
    sidecar.script("rules", NEW)
    assert server.log.wait(lambda record: record.get("message") == "Reloaded", mark=mark)
    for name in FAMILIES:
        answer = ask(other, "/gate/x", name)
        assert meant(answer) == "404"
        tells_nobody(answer)
    gate.open()
    answer = later.answer
    assert (answer.status, answer.headers["X-User-Id"]) == (200, "old")
    assert answer.headers["X-Moongate-Generation"] == before
    # The old verdict was that request's alone.
    assert meant(ask(waiting, "/gate/x")) == "404"


def test_a_sign_out_during_a_decision_lets_nobody_in(sidecar, gate, client_of):
    server = sidecar.start()
    client, other = client_of(server), client_of(server)
    assert client.sign_in("ada").sets_session
    other.jar = dict(client.jar)
    later = Later(lambda: ask(client, "/gate/x"))
    gate.arrived()
    assert other.sign_out().status == 302
    gate.open()
    answer = later.answer
    assert (meant(answer), answer.headers["X-Auth-Reason"]) == ("302", "rule.login")
    assert answer.headers["X-Auth-Redirect"].startswith(f"{server.origin}/auth/signin")
    tells_nobody(answer)


def test_a_proxy_that_hangs_up_during_a_decision_changes_nothing(sidecar, gate, client_of):
    server = sidecar.start()
    client = client_of(server)
    assert client.sign_in("ada").sets_session
    with goes_away(client, "GET", "/auth/verify", headers=family("original", client.origin, "/gate/x")):
        gate.arrived()
    assert server.log.wait(lambda record: record.get("code") in ("script.cancelled", "request.cancelled"))
    gate.open()
    assert ask(client, "/x").status == 200


def test_without_scripts_nobody_comes_in(sidecar, client_of):
    server = sidecar.start()
    client = client_of(server)
    assert client.sign_in("ada").sets_session
    server.stop()
    sidecar.start("--no-scripts")
    for name in FAMILIES:
        answer = ask(client, "/open", name)
        assert (answer.status, answer.headers["X-Auth-Reason"]) == (403, "rules.off")
        tells_nobody(answer)
