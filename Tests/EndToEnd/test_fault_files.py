"""Files that are wrong x faults: a start with one serves nothing, at a reload what served goes on."""

import pytest

from harness import control
from harness.fault_world import World
from harness.fault_worlds import Worlds
from harness.faults import TOP

JWT = "return function(p) return p.token end"
FILES = [("script", fault) for fault in TOP] + [
    ("config", fault) for fault in TOP if fault not in ("cpu", "wall", "caught")]


@pytest.fixture(scope="module")
def worlds(program, tmp_path_factory):
    made = Worlds(tmp_path_factory)
    yield made
    made.close()


def break_file(world: World, file: str, fault: str):
    text = TOP[fault][0]
    if file == "config":
        world.site.write("config.lua", text)
    else:
        world.site.script("jwt", text if fault in ("noValue", "wrongType", "lookAlike") else f"{text}\n{JWT}")


@pytest.mark.parametrize("file, fault", FILES)
def test_a_reload_of_a_broken_file_is_refused_and_what_served_goes_on(worlds, file, fault):
    world = worlds.of("jwt", fault)
    with world.client("server") as client:
        assert client.sign_in("calm-files").sets_session
        mark = world.server.log.mark()
        break_file(world, file, fault)
        try:
            answer = control.ask(world.site, "reload")
        finally:
            world.mend()
        assert answer["outcome"] == "refused"
        assert {problem["code"] for problem in answer["problems"]} <= TOP[fault][1]
        assert world.server.log.wait(lambda record: record.get("code") in TOP[fault][1], mark=mark)
        assert client.session()["user"]["name"] == "calm-files"
        assert client.sign_in("calm-files").sets_session


@pytest.mark.parametrize("file, fault", FILES)
def test_a_start_with_a_broken_file_serves_nothing(worlds, file, fault):
    world = worlds.of("jwt", fault)
    world.server.stop()
    break_file(world, file, fault)
    try:
        broken = world.site.launch()
        assert broken.wait() != 0
        assert any(f"({code})" in str(broken.log) for code in TOP[fault][1]), str(broken.log)
    finally:
        world.mend()
        world.server = world.site.start()
