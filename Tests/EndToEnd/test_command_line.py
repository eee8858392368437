"""The commands a newcomer meets first: init, check, call, eval, secret."""

import base64
import json

import pytest

from harness.ports import free_port
from harness.program import run
from harness.server import Moongate


@pytest.fixture
def made(program, tmp_path):
    """A folder that `moongate init` filled."""
    done = run("init", "shop", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path / "shop"


def test_init_makes_a_site_that_checks(made):
    done = run("check", str(made))
    assert done.returncode == 0, done.stdout + done.stderr


def test_init_makes_a_site_that_serves(made, client_of):
    server = Moongate(made, free_port(), "--dev")
    try:
        server.wait_ready()
        assert client_of(server).get("/auth/signin").status == 200
    finally:
        server.stop()


def test_init_keeps_what_is_there(made):
    (made / "config.lua").write_text("-- mine")
    done = run("init", str(made))
    assert "kept" in done.stdout
    assert (made / "config.lua").read_text() == "-- mine"


def test_init_tells_an_editor_what_the_sandbox_has(made):
    settings = json.loads((made / ".luarc.json").read_text())
    assert "5.4" in json.dumps(settings)


def test_check_names_file_and_line_of_a_mistake(made):
    (made / "scripts/jwt.lua").write_text("return function(p)\n  return p.token\nend end\n")
    done = run("check", str(made))
    assert done.returncode == 1
    assert "scripts/jwt.lua:3" in done.stdout + done.stderr


def test_call_runs_a_hook_over_standard_input(made):
    (made / "scripts/jwt.lua").write_text("return function(p) p.token.role = 'staff' return p.token end\n")
    done = run("call", "jwt", cwd=made, stdin=json.dumps({"token": {"sub": "1"}}))
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed.get("token", printed)["role"] == "staff"


def test_call_says_where_a_hook_failed(made):
    (made / "scripts/jwt.lua").write_text("return function(p)\n  error('broken on purpose')\nend\n")
    done = run("call", "jwt", cwd=made, stdin=json.dumps({"token": {"sub": "1"}}))
    assert done.returncode == 1
    error = json.loads(done.stderr)["error"]
    assert (error["script"], error["line"], error["code"]) == ("scripts/jwt.lua", 2, "script.error")
    assert "broken on purpose" in error["message"]


def test_eval_runs_a_file_in_the_sandbox(tmp_path, program):
    (tmp_path / "sum.lua").write_text("return { sum = 1 + 2 }")
    done = run("eval", str(tmp_path / "sum.lua"), cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"sum": 3})


def test_eval_ends_a_loop(tmp_path, program):
    (tmp_path / "loop.lua").write_text("while true do end")
    done = run("eval", str(tmp_path / "loop.lua"), cwd=tmp_path)
    assert done.returncode == 1
    assert "steps" in done.stdout + done.stderr


def test_secrets_are_fresh_and_long_enough(program):
    first, second = run("secret").stdout.strip(), run("secret").stdout.strip()
    assert first != second
    assert len(base64.b64decode(first)) == 32


@pytest.mark.parametrize("words", [["nonsense"], ["call"], ["call", "nonsense"], ["token", "nonsense"]])
def test_bad_usage_is_2_and_says_what_is_known(words, program):
    done = run(*words)
    assert done.returncode in (2, 64)
    assert done.stderr.strip() != ""
