"""Where the system does not tell of a change, or tells too late, looking now and then finds it."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from harness import machine
from harness.program import run
from harness.versions import showing, shows

# A poll within five seconds, and until the files are quiet.
WITHIN = 6


def limited(name: str, value: int) -> tuple[str, ...]:
    """A command that runs the program where it may have so many of the system's inotify `name`: in a user namespace of
    its own, so that nothing else on the machine has less."""
    return ("unshare", "-Ur", "sh", "-c", f'echo {value} >/proc/sys/user/max_inotify_{name}; exec "$@"', "sh")


@pytest.fixture
def namespaces():
    probe = subprocess.run([*limited("instances", 0), "true"], capture_output=True, text=True)
    if probe.returncode != 0 or probe.stderr:
        pytest.skip(f"user namespaces are not to be had: {probe.stderr.strip()}")


def has_inotify(server) -> bool:
    return "anon_inode:inotify" in machine.open_files(server.process.pid)


def signed_in(server, client_of):
    client = client_of(server)
    assert client.sign_in("ada").sets_session
    # The first look at the files, right after the start, would see a change that no watch tells of.
    time.sleep(1)
    return client


@pytest.fixture
def scripted(site):
    site.with_credentials()
    site.script("session", showing(1))
    return site


@pytest.mark.parametrize("name", ["instances", "watches"])
def test_a_system_without_inotify_is_looked_at_by_the_clock(name, namespaces, scripted, client_of):
    server = scripted.start(through=limited(name, 0))
    client = signed_in(server, client_of)
    if name == "instances":
        assert not has_inotify(server)
    for number in (2, 3):
        scripted.script("session", showing(number))
        assert shows(client, number, WITHIN)


def test_a_folder_for_which_no_watch_is_left_is_looked_at_by_the_clock(namespaces, scripted, client_of):
    # One for the site and one for its scripts; the folder that comes later has none.
    server = scripted.start(through=limited("watches", 2))
    client = signed_in(server, client_of)
    assert has_inotify(server)
    scripted.write("scripts/lib/version.lua", "return 2\n")
    scripted.script("session", 'return function(p) p.session.version = require "version" return p.session end\n')
    assert shows(client, 2, WITHIN)
    time.sleep(1)
    scripted.write("scripts/lib/version.lua", "return 3\n")
    assert shows(client, 3, WITHIN)


def test_a_change_whose_event_found_the_queue_full_is_taken(scripted, client_of):
    server = scripted.start()
    client = signed_in(server, client_of)
    assert has_inotify(server)
    room = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if room > 100_000:
        pytest.skip(f"filling a queue of {room} events takes too long")
    noise = scripted.folder / "scripts/noise"
    server.process.send_signal(signal.SIGSTOP)
    try:
        # Each makes three events that concern nobody: made, written, taken away.
        for _ in range(room // 3 + 100):
            noise.touch()
            noise.unlink()
        scripted.script("session", showing(2))
    finally:
        server.process.send_signal(signal.SIGCONT)
    assert shows(client, 2, WITHIN)
    # The watch goes on, too.
    scripted.script("session", showing(3))
    assert shows(client, 3, WITHIN)


def test_a_site_whose_place_another_takes_is_followed_by_its_path(scripted, client_of, tmp_path_factory):
    place = tmp_path_factory.mktemp("sites")
    for number in (1, 2):
        shutil.copytree(scripted.folder, place / str(number))
        (place / f"{number}/scripts/session.lua").write_text(showing(number))
    (place / "1").rename(place / "live")
    server = scripted.start("--config", str(place / "live/config.lua"))
    client = signed_in(server, client_of)
    assert shows(client, 1, WITHIN)
    (place / "live").rename(place / "old")
    (place / "2").rename(place / "live")
    assert shows(client, 2, WITHIN)
    (place / "live/scripts/session.lua").write_text(showing(3))
    assert shows(client, 3, WITHIN)


def turned(link: Path, target: str):
    draft = link.with_name(link.name + ".draft")
    os.symlink(target, draft)
    os.replace(draft, link)


def test_a_link_on_the_way_to_the_scripts_that_is_turned_elsewhere_is_followed(scripted, client_of):
    """`scripts` leads through a link that lies in no folder of ours, and stays itself as it is."""
    folder = scripted.folder
    for number in (1, 2):
        shutil.copytree(folder / "scripts", folder / f"releases/{number}/scripts")
        (folder / f"releases/{number}/scripts/session.lua").write_text(showing(number))
    shutil.rmtree(folder / "scripts")
    turned(folder / "releases/current", "1")
    turned(folder / "scripts", "releases/current/scripts")
    client = signed_in(scripted.start(), client_of)
    assert shows(client, 1, WITHIN)
    turned(folder / "releases/current", "2")
    taken = shows(client, 2, WITHIN)
    # What the server did not see for itself is there all the same, for whoever asks.
    assert run("reload", cwd=folder).returncode == 0 and shows(client, 2, WITHIN)
    assert taken, "the change was not seen until a reload was asked for"
