"""Operators' commands reach a running server: reload, rollback, status."""

import json
import os
import signal
import socket
import stat
import threading
import time

import pytest

from harness.control import ask
from harness.load import Load
from harness.program import run
from harness.releases import Releases, mixed
from harness.server import Moongate
from test_reload import BROKEN, BROKEN_LINE, SessionReads, showing


@pytest.fixture
def server(site):
    site.with_credentials(reload="{ watch = false }")
    site.script("session", showing(1))
    return site.start()


def control(site, *arguments, **more):
    return run(*arguments, cwd=site.folder, **more)


def status(site) -> dict:
    answer = control(site, "status", "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def version(client):
    return client.get("/auth/session").json().get("version")


@pytest.fixture
def client(server, client_of):
    signed_in = client_of(server)
    assert signed_in.sign_in("ada").sets_session
    return signed_in


def test_reload_takes_what_was_saved_and_says_which_generation_serves(site, client):
    site.script("session", showing(2))
    assert version(client) == 1
    answer = control(site, "reload")
    assert answer.returncode == 0
    assert status(site)["generation"]["id"] in answer.stdout
    assert version(client) == 2


def test_reload_of_the_same_files_says_unchanged(site, server):
    answer = control(site, "reload")
    assert (answer.returncode, answer.stdout.split(":")[0]) == (0, "Unchanged")


def test_reload_of_broken_files_names_every_problem_and_changes_nothing(site, server, client):
    site.script("session", BROKEN)
    site.script("jwt", "return 1")
    answer = control(site, "reload")
    assert answer.returncode == 1
    assert f"scripts/session.lua:{BROKEN_LINE}:" in answer.stderr
    assert version(client) == 1
    last = status(site)["lastReload"]
    assert (last["outcome"], last["trigger"]) == ("refused", "command")
    assert {"scripts/session.lua", "scripts/jwt.lua"} >= {problem["file"] for problem in last["problems"]}


def test_rollback_serves_the_generation_before(site, client):
    site.script("session", showing(2))
    control(site, "reload")
    answer = control(site, "rollback")
    assert answer.returncode == 0, answer.stderr
    assert version(client) == 1
    assert status(site)["generation"]["id"] in answer.stdout


def test_rollback_to_a_generation_by_its_id(site, client):
    first = status(site)["generation"]["id"]
    for number in (2, 3):
        site.script("session", showing(number))
        control(site, "reload")
    assert control(site, "rollback", first[:6]).returncode == 0
    assert version(client) == 1
    listed = json.loads(control(site, "rollback", "--list", "--json").stdout)
    assert [entry["withdrawn"] for entry in listed] == [False, True, False]


def test_rollback_without_an_earlier_generation_is_refused(site, server):
    answer = control(site, "rollback")
    assert answer.returncode == 1
    assert "rollback.none" in answer.stderr


def test_an_id_that_is_none_is_bad_usage(site, server):
    assert control(site, "rollback", "zzzz").returncode == 2
    assert control(site, "rollback", "6").returncode == 2


def test_the_last_five_generations_are_kept(site, server):
    ids = [status(site)["generation"]["id"]]
    for number in range(2, 9):
        site.script("session", showing(number))
        assert control(site, "reload").returncode == 0
        ids.append(status(site)["generation"]["id"])
    assert [entry["id"] for entry in status(site)["previous"]] == ids[-2:-7:-1]
    assert control(site, "rollback", ids[0]).returncode == 1


def test_files_that_were_rolled_back_from_come_back_by_reload_or_when_they_change(site, client_of):
    site.with_credentials()
    site.script("session", showing(1))
    server = site.start()
    running = SessionReads(server)
    try:
        site.script("session", showing(2))
        assert running.wait_version(2)
        control(site, "rollback")
        # The same bytes saved again, and a neighbour that the watcher looks at: neither counts.
        site.script("session", showing(2))
        time.sleep(0.5)
        assert running.seen[-1][2] == 1
        assert status(site)["heldBack"] is True
        assert control(site, "reload").returncode == 0
        time.sleep(0.1)
        assert running.seen[-1][2] == 2
        control(site, "rollback")
        site.script("session", showing(3))
        assert running.wait_version(3)
        running.stop()
        assert running.failures() == []
    finally:
        running.stop()


def test_status_is_a_table_for_people(site, server, client):
    version(client)
    text = control(site, "status").stdout
    for word in (str(server.process.pid), "scripts/session.lua", "serving", "production", "steps/call"):
        assert word in text, text


def test_status_counts_what_scripts_do(site, client):
    site.script("jwt", "return function(p) if p.token.sub == 'nobody' then return nil end return p.token end")
    control(site, "reload")
    for _ in range(5):
        version(client)
    rows = {(row["script"], row["generation"]): row for row in status(site)["ledger"]}
    row = rows[("scripts/session.lua", status(site)["generation"]["id"])]
    assert row["calls"] >= 5 and row["steps"] > 0 and row["errors"] == {}


def test_status_counts_errors_by_their_code(site, client):
    site.script("session", "return function(p) error('no') end")
    control(site, "reload")
    assert client.get("/auth/session").status == 503
    row = next(row for row in status(site)["ledger"] if row["script"] == "scripts/session.lua")
    assert row["errors"] == {"script.error": 1}


def test_commands_are_answered_while_every_script_spins(site, server, client_of):
    # Each read takes all the CPU time that it is given.
    site.script("session", "return function(p) while true do end end")
    assert control(site, "reload").returncode == 0
    signed_in = client_of(server)
    signed_in.sign_in("ada")
    stop = threading.Event()

    def spin():
        own = client_of(server)
        while not stop.is_set():
            own.get("/auth/session", cookies=dict(signed_in.jar))

    threads = [threading.Thread(target=spin, daemon=True) for _ in range(32)]
    for thread in threads:
        thread.start()
    try:
        begun = time.monotonic()
        assert status(site)["generation"]
        assert time.monotonic() - begun < 2
        assert control(site, "rollback").returncode == 0
        assert time.monotonic() - begun < 5
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
    assert version(signed_in) == 1


def test_break_glass_has_its_commands_too(site, client_of):
    site.with_credentials(reload="{ watch = false }")
    server = site.start("--no-scripts")
    assert server.status("/healthz") == 200
    assert status(site)["scripts"] == "off"
    assert "--no-scripts" in control(site, "status").stdout
    assert control(site, "reload").returncode == 0


def test_without_a_server_it_says_so(site):
    site.with_credentials()
    for command in ("reload", "rollback", "status"):
        answer = control(site, command)
        assert answer.returncode == 3
        assert "moongate serve" in answer.stderr


def test_a_killed_server_leaves_nothing_that_hinders_the_next(site, server):
    server.kill()
    assert control(site, "status").returncode == 3
    again = site.start()
    assert status(site)["pid"] == again.process.pid


def test_the_socket_and_its_folder_are_the_users_alone(site, server):
    folder = site.folder / ".moongate"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "control.sock").stat().st_mode) & 0o077 == 0
    server.terminate()
    server.wait()
    assert not (folder / "control.sock").exists()


def test_a_second_server_of_the_folder_serves_without_a_socket(site, server):
    other = Moongate(site.folder, site.port + 1, **site.env)
    try:
        other.wait_ready()
        assert other.log.wait_code("control.taken")
        assert status(site)["pid"] == server.process.pid
    finally:
        other.stop()


def test_a_second_server_with_the_same_explicit_socket_does_not_start(site, tmp_path):
    site.with_credentials()
    path = str(tmp_path / "run" / "moongate.sock")
    site.start("--control", path)
    assert run("status", "--control", path).returncode == 0
    second = Moongate(site.folder, site.port + 1, "--control", path, **site.env)
    assert second.wait() == 3
    assert "control.taken" in str(second.log)


def test_no_control_makes_no_socket(site):
    site.with_credentials()
    site.start("--no-control")
    assert not (site.folder / ".moongate").exists()
    assert control(site, "status").returncode == 3


def test_a_planted_link_is_refused_and_left_alone(site, tmp_path):
    site.with_credentials()
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (site.folder / ".moongate").mkdir(mode=0o700)
    os.symlink(victim, site.folder / ".moongate" / "control.sock")
    server = site.start()
    assert server.log.wait_code("control.foreign")
    assert victim.read_text() == "mine"


def test_a_folder_that_others_may_enter_is_refused(site):
    site.with_credentials()
    (site.folder / ".moongate").mkdir()
    (site.folder / ".moongate").chmod(0o755)
    assert site.start().log.wait_code("control.folder")


@pytest.mark.skipif(os.geteuid() != 0, reason="another user is needed")
def test_another_user_cannot_ask(site, server):
    path = site.folder / ".moongate" / "control.sock"
    # Even where the folder's mode was changed under it.
    for folder in [path, path.parent, *path.parents][:12]:
        if str(folder).startswith("/tmp/"):
            os.chmod(folder, 0o777)
    child = os.fork()
    if child == 0:
        try:
            os.setuid(65534)
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(str(path))
            answer = connection.makefile().readline()
            os._exit(0 if "control.forbidden" in answer and "pid" not in answer else 1)
        except OSError:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_garbage_on_the_socket_hurts_nothing(site, server):
    path = str(site.folder / ".moongate" / "control.sock")
    for garbage in (b"", b"\n", b"\x00" * 5000 + b"\n", b"{" * 100_000, b"GET / HTTP/1.1\r\n\r\n", b'{"command":[]}\n'):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(path)
        try:
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
        except OSError:
            pass
        connection.close()
    assert status(site)["pid"] == server.process.pid


def test_many_commands_at_once_leave_one_generation_and_fail_no_request(site, client_of):
    site.with_credentials()
    releases = Releases(site)
    server = site.start()
    signed_in = client_of(server)
    assert signed_in.sign_in("ada").sets_session
    load = Load(site.port, signed_in.jar, rate=200, connections=8)
    problems = []

    def hammer(command):
        for _ in range(15):
            answer = ask(site, command)
            if answer.get("outcome") not in (None, "installed", "unchanged", "refused"):
                problems.append(answer)
            if "error" in answer and answer["error"]["code"] != "control.busy":
                problems.append(answer)

    threads = [threading.Thread(target=hammer, args=(command,))
               for command in ("reload", "rollback", "status", "reload", "rollback", "status")]
    for thread in threads:
        thread.start()
    for _ in range(20):
        releases.deploy()
        server.process.send_signal(signal.SIGHUP)
        time.sleep(0.03)
    for thread in threads:
        thread.join(60)
    seen = load.stop()
    assert problems == [] and seen.failures == [] and mixed(seen) == []
    answer = ask(site, "reload")
    assert answer["outcome"] in ("installed", "unchanged")
    assert signed_in.get("/auth/session").json()["versions"] == [releases.live] * 4
    assert len(ask(site, "status")["previous"]) <= 5
