"""A file that is written all the time: the server neither reloads all the time nor misses how it ends."""

import time

from harness import control

WRITES = 1000


def showing(number: int) -> str:
    return f"return function(p) p.session.version = {number} return p.session end\n"


def reloads(site) -> list[dict]:
    return control.ask(site, "status")["reloads"]


def wait_version(client, number: int) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if client.session().get("version") == number:
            return True
        time.sleep(0.02)
    return False


def test_a_thousand_writes_in_a_second_are_few_reloads_and_the_last_one_serves(site, client_of):
    site.with_credentials()
    site.script("session", showing(0))
    client = client_of(site.start())
    assert client.sign_in("ada").sets_session
    assert wait_version(client, 0)
    file = site.folder / "scripts/session.lua"
    begun = time.monotonic()
    for number in range(1, WRITES + 1):
        file.write_text(showing(number))
        time.sleep(max(0, begun + number / WRITES - time.monotonic()))
    took = time.monotonic() - begun
    assert wait_version(client, WRITES)
    # A reload that comes too late would still count: nothing moves any more, so there is none.
    time.sleep(0.5)
    assert took < 2, "the machine is too slow for so many writes"
    done = reloads(site)
    assert {entry["trigger"] for entry in done} == {"watch"}
    assert 1 <= sum(entry["count"] for entry in done) <= 10
    assert [entry["outcome"] for entry in done if entry["outcome"] == "refused"] == []
    assert client.session()["version"] == WRITES
