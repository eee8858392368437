"""Scripts that spin, hang, attack: everybody else is answered meanwhile, and the server is as it was afterwards."""

import time

import pytest

from harness import attacks, machine
from harness.client import Client
from harness.crowd import Crowd
from harness.program import SECRET
from harness.tokens import seal
from harness.upstream import Upstream

# Half of the 4,096 states: so many calls of one owner may wait.
MAY_WAIT = 2048


def cookie(**claims):
    return seal({"sub": "1", "name": "ada", **claims}, SECRET)


@pytest.fixture
def upstream():
    made = Upstream()
    yield made
    made.stop()


@pytest.fixture
def crowd():
    """Makes crowds and sends them home."""
    made = []

    def make(*arguments, **options):
        made.append(Crowd(*arguments, **options))
        return made[-1].go()

    yield make
    for one in made:
        one.close()


def eventually(condition, timeout=20):
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def reads(server, count: int) -> set:
    """The statuses of so many reads of somebody for whom nothing goes wrong."""
    with Client(server.origin) as client:
        return {client.get("/auth/session", cookies={"authjs.session-token": cookie()}).status for _ in range(count)}


def test_others_are_read_while_64_hooks_spin(site, crowd):
    site.with_credentials(limits="{ script = { steps = 1000000000, cpuMs = 20, wallMs = 60000 } }")
    site.script("session", "return function(p) while p.token.spin do end return p.session end")
    server = site.start()
    spinning = crowd(server.port, [cookie(spin=True)], 64, again=True)
    eventually(lambda: spinning.seen()["statuses"])
    assert reads(server, 30) == {200}
    seen = spinning.seen()
    assert set(seen["statuses"]) == {"503"} and seen["waiting"] == 64
    assert set(server.log.codes()) == {"script.cpu"}


HANG = """
return { session = function(p)
  if p.token.hang then http.get("http://%s/hang", { timeoutMs = 60000 }) end
  return p.session
end }
"""


def test_a_plugin_whose_service_hangs_has_half_of_the_states_and_gives_them_back(site, upstream, crowd):
    site.with_credentials(plugins='{ "hang" }', limits="{ script = { wallMs = 60000 } }")
    site.write("plugins/hang/plugin.lua", f"""return {{ id = "hang", version = "1.0.0", api = 1, summary = "Asks",
      hooks = {{ "session" }}, needs = {{ http = {{ "{upstream.authority}" }} }} }}""")
    site.write("plugins/hang/init.lua", HANG % upstream.authority)
    server = site.start()
    asking = crowd(server.port, [cookie(hang=True)], MAY_WAIT + 100)
    # Those who find it full are told so at once, the others wait.
    assert asking.wait(waiting=MAY_WAIT)["statuses"] == {"503": 100}
    eventually(lambda: upstream.hanging() == MAY_WAIT)
    assert reads(server, 30) == {200}
    with Client(server.origin) as client:
        assert client.sign_in("grace").sets_session
    assert server.log.codes().count("overloaded") == 100
    asking.close()
    eventually(lambda: upstream.hanging() == 0)
    crowd(server.port, [cookie(hang=True)], 100)
    eventually(lambda: upstream.hanging() == 100)


def test_every_attack_at_once_twice_leaves_the_server_alive_and_its_memory_bounded(site, crowd):
    programs = attacks.corpus()
    cookies = attacks.install(site, programs, limits="{ script = { wallMs = 60000 } }")
    server = site.start()
    resident = []
    for _ in range(2):
        attacking = crowd(server.port, cookies, len(cookies))
        assert reads(server, 30) == {200}
        seen = attacking.wait()
        assert set(seen["statuses"]) == {"200", "503"}
        assert [(programs[turn].name, body) for turn, status, body, _ in seen["answers"]
                if status == 200 and programs[turn].escaped(body)] == []
        attacking.close()
        resident.append(machine.resident_kib(server.process.pid))
    assert resident[1] - resident[0] < 65_536
    assert reads(server, 10) == {200}
