"""A file that is written all the time: the server neither reloads all the time nor misses how it ends."""

import time

import pytest

from harness import control
from harness.versions import showing, shows

WRITES = 1000
WITHIN = 5


def reloads(site) -> list[dict]:
    return control.ask(site, "status")["reloads"]


@pytest.fixture
def client(site, client_of):
    site.with_credentials()
    site.script("session", showing(0))
    signed_in = client_of(site.start())
    assert signed_in.sign_in("ada").sets_session
    assert shows(signed_in, 0, WITHIN)
    return signed_in


def test_a_thousand_writes_in_a_second_are_few_reloads_and_the_last_one_serves(site, client):
    file = site.folder / "scripts/session.lua"
    begun = time.monotonic()
    for number in range(1, WRITES + 1):
        file.write_text(showing(number))
        time.sleep(max(0, begun + number / WRITES - time.monotonic()))
    took = time.monotonic() - begun
    assert shows(client, WRITES, WITHIN)
    # A reload that comes too late would still count: nothing moves any more, so there is none.
    time.sleep(0.5)
    done = reloads(site)
    assert {entry["trigger"] for entry in done} == {"watch"}
    # Ten a second: a machine that does other things, too, takes longer to write so often.
    assert 1 <= sum(entry["count"] for entry in done) <= 10 * max(1, took)
    assert client.session()["version"] == WRITES


def test_a_file_that_is_never_at_rest_is_not_reported_as_a_mistake(site, client):
    """Between two writes it is empty, and a look may find it so twice; but it has stood still at no time."""
    file = site.folder / "scripts/session.lua"
    end = time.monotonic() + 2
    number = 0
    while time.monotonic() < end:
        number += 1
        with open(file, "w") as rewritten:
            time.sleep(0.004)
            rewritten.write(showing(number))
    assert shows(client, number, WITHIN)
    assert [entry for entry in reloads(site) if entry["outcome"] == "refused"] == []
