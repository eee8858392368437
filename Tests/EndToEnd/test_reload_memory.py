"""What a reload leaves behind. Each generation here is heavy, so that one that is not let go of is seen."""

import pytest

from harness import control, machine
from harness.gate import Gate
from harness.releases import BAD
from harness.waiting import Later

KIB_ALLOWED = 10_240
# A state keeps about a mebibyte, and the text that a generation is made of is 100 KiB: what stays of some ten states,
# or of each of some hundred generations, is more than is allowed.
HEAVY = (
    "local kept, text = ('%08d'):rep(120000), '" + "x" * 102_400 + "'\n"
    "return function(p) p.token.size = #kept + #text return p.token end\n")
LIGHT = "return function(p) p.session.size = p.token.size p.session.version = %d return p.session end\n"


@pytest.fixture
def gate():
    made = Gate()
    yield made
    made.stop()


def install(site, number: int):
    site.script("jwt", HEAVY % number)
    site.script("session", LIGHT % number)
    assert control.ask(site, "reload")["outcome"] == "installed"


def refuse(site, number: int, bad: str):
    """The heavy half of it is fine, and is loaded before the other half is refused."""
    site.script("jwt", HEAVY % number)
    site.script("session", bad)
    assert control.ask(site, "reload")["outcome"] == "refused"


def test_hundreds_of_reloads_good_and_bad_leave_nothing_but_the_five_that_are_kept(site, client_of, record_property):
    site.with_credentials(reload="{ watch = false }")
    server = site.start()
    client = client_of(server)
    assert client.sign_in("ada").sets_session

    def reload(numbers):
        for number in numbers:
            if number % 8 == 7:
                refuse(site, number, BAD[number // 8 % len(BAD)])
            else:
                install(site, number)
                assert client.session()["version"] == number

    # Until every kind of refusal has been seen and as many generations are kept as ever will be.
    reload(range(1, 41))
    before = machine.resident_kib(server.process.pid)
    files, threads = len(machine.open_files(server.process.pid)), machine.threads(server.process.pid)
    reload(range(41, 241))
    growth = machine.resident_kib(server.process.pid) - before
    record_property("growth_kib", growth)
    assert growth < KIB_ALLOWED
    assert len(machine.open_files(server.process.pid)) <= files + 2
    assert machine.threads(server.process.pid) <= threads + 4
    status = control.ask(site, "status")
    kept = {status["generation"]["id"], *(entry["id"] for entry in status["previous"])}
    assert len(status["previous"]) == 5 and len(kept) == 6
    assert {entry["generation"] for entry in status["ledger"]} <= kept
    assert [pool["lent"] for pool in status["pools"]] == [0]


WAITS = """
local kept = ('%08d'):rep(120000)
return function(p)
  if p.session.user.name == "waits" then assert(http.get("URL", { timeoutMs = 30000 })) end
  p.session.version = %d
  p.session.size = #kept
  return p.session
end
"""
IN_FLIGHT = 20


def test_a_generation_goes_when_its_last_call_in_flight_ends(site, client_of, gate, record_property):
    site.with_credentials(
        reload="{ watch = false }", limits="{ script = { wallMs = 60000 } }",
        scripts=f'{{ needs = {{ http = {{ "{gate.host}" }} }} }}')
    server = site.start()
    clients = [client_of(server) for _ in range(IN_FLIGHT)]
    for client in clients:
        assert client.sign_in("waits").sets_session
    other = client_of(server)
    assert other.sign_in("ada").sets_session

    def round_of(first: int) -> tuple[int, int]:
        """One call of each of many generations waits until the next ones have come; resident memory then and after."""
        gate.is_open.clear()
        calls = []
        for number, client in enumerate(clients, first):
            site.script("session", (WAITS % (number, number)).replace("URL", gate.url))
            assert control.ask(site, "reload")["outcome"] == "installed"
            calls.append((number, Later(lambda client=client: client.get("/auth/session"))))
            gate.arrived()
        assert other.session()["version"] == first + IN_FLIGHT - 1
        held = machine.resident_kib(server.process.pid)
        gate.open()
        for number, call in calls:
            # Each ends on what it began with.
            assert (call.answer.status, call.answer.json()["version"]) == (200, number)
        return held, machine.resident_kib(server.process.pid)

    empty = machine.resident_kib(server.process.pid)
    held, _ = round_of(100)
    # Generations that live are seen in this figure: else it would say nothing of those that do not.
    assert held - empty > KIB_ALLOWED
    _, before = round_of(200)
    for first in range(300, 1000, 100):
        _, after = round_of(first)
    record_property("growth_kib", after - before)
    assert after - before < KIB_ALLOWED
    status = control.ask(site, "status")
    kept = {status["generation"]["id"], *(entry["id"] for entry in status["previous"])}
    assert {entry["generation"] for entry in status["ledger"]} <= kept
    assert [pool["lent"] for pool in status["pools"]] == [0]
