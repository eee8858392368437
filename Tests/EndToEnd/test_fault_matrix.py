"""Hooks x faults x shapes x times: no fault gives access that the request would lack without it, and none sets or clears a
session cookie. What is refused leaves no row, and nothing in `kv` of the hooks that did not end well."""

import pytest

from harness.fault_cells import OUTSIDE, Cell, cells
from harness.fault_places import Judged, SignsIn, Told
from harness.fault_world import World
from harness.fault_worlds import Worlds
from harness.faults import CODES


@pytest.fixture(scope="module")
def worlds(program, tmp_path_factory):
    made = Worlds(tmp_path_factory)
    yield made
    made.close()


@pytest.mark.parametrize("cell", cells(), ids=str)
def test_a_fault_lets_nobody_in_and_nobody_out(worlds, cell):
    world = worlds.of(cell.strategy, cell.fault, cell.time == "reloading")
    if cell.time != "warm":
        fails(world, cell)
        succeeds(world, cell)
        return
    if (cell.shape, cell.place) not in world.warm:
        succeeds(world, cell)
        world.warm.add((cell.shape, cell.place))
    fails(world, cell)


def fails(world: World, cell: Cell):
    """One request, or the few ways to make it, that goes wrong."""
    place, who = cell.place, f"{cell.place.name}-{cell.fault}"
    with world.client(cell.shape) as client:
        before = place.before(world, client, who)
        if cell.time == "cold":
            world.restart()
        mark, rows, kept = world.server.log.mark(), world.rows(), world.kept(who)
        with world.trouble(cell.fault):
            answers = place.ask(world, client, who, before)
        for answer in answers:
            getattr(place, cell.outcome)(world, client, answer)
            if cell.outcome != "good":
                assert_logged(world, cell, answer, mark)
        left = {hook for hook, value in world.kept(who).items() if value != kept.get(hook)}
        assert left == cell.leaves or cell.fault == "storeDown"
        if cell.gets_in:
            assert client.session()["user"]["name"] == place.user(who)
            if cell.fault not in OUTSIDE:
                place.goes_on(world, client)
        else:
            assert world.rows() == rows and "jwtSignIn" not in left
            place.stays(world, client, who, before)
            # Nobody who was not signed in is told of as somebody who was.
            told = [record for record in world.server.log.since(mark) if record.get("signIn") == who]
            assert not told or not isinstance(place, SignsIn)


def assert_logged(world: World, cell: Cell, answer, mark: int):
    codes, request = CODES[cell.fault], answer.headers["X-Request-Id"]

    def is_meant(record: dict) -> bool:
        # nginx makes an answer of its own of what it hears at `verify`: no id comes with it.
        return record.get("code") in codes and record.get("requestId") == (request or record.get("requestId"))

    record = world.server.log.wait(is_meant, mark=mark)
    assert record, f"none of {codes} for {request} in {world.server.log.since(mark)}"
    if isinstance(cell.place, Judged):
        assert record["rule"] and answer.headers["X-Auth-Reason"] in (None, record["code"])
    elif cell.fault not in OUTSIDE:
        assert record["script"] in (cell.place.script, "scripts/lib/fault.lua"), record
        assert record.get("event") == ("signIn" if isinstance(cell.place, Told) else None)


def succeeds(world: World, cell: Cell):
    """The same without the fault."""
    place, who = cell.place, f"calm-{cell.fault}"
    with world.client(cell.shape) as client:
        before = place.before(world, client, who)
        for answer in place.ask(world, client, who, before):
            place.good(world, client, answer)
