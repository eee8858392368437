"""The commands a newcomer meets first: init, check, call, eval, secret."""

import base64
import json
from xml.etree import ElementTree

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


def test_check_reports_everything_at_once_with_columns(made):
    (made / "scripts/jwt.lua").write_text("return function(p)\n  if p.user then return p.tokn, undeclared end\nend\n")
    (made / "scripts/session.lua").write_text("return function(p) return crypto.sha265('x') end\n")
    config = (made / "config.lua").read_text().replace("session   =", "sesion    =")
    (made / "config.lua").write_text(config)
    done = run("check", str(made))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    jwt = f"{made}/scripts/jwt.lua"
    assert any(line.startswith(f"{jwt}:2:33: error: undeclared global 'undeclared'") for line in lines), lines
    assert any(line.startswith(f"{jwt}:3:1: error:") and "(hook.noReturn)" in line for line in lines), lines
    assert any("did you mean crypto.sha256?" in line for line in lines), lines
    assert any("config.lua:" in line and "did you mean `session`?" in line for line in lines), lines
    assert json.loads(done.stderr)["error"]["line"] >= 1


def test_check_prints_json_for_programs(made):
    (made / "scripts/jwt.lua").write_text("return function(p)\n  return nothing\nend\n")
    done = run("check", "--json", str(made))
    assert done.returncode == 1
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == (f"{made}/scripts/jwt.lua", 2, 10)
    assert problem["code"] == "script.undeclared"


@pytest.mark.parametrize("words, where, folder", [([], "shop", ""), (["shop"], "", "shop/"),
                                                  (["--config", "../shop"], "shop", "../shop/")])
def test_check_prints_paths_that_can_be_opened_in_their_order(made, words, where, folder):
    (made / "scripts/jwt.lua").write_text("return function(p)\n  return nothing\nend\n")
    (made / "scripts/lib").mkdir(exist_ok=True)
    (made / "scripts/lib/a.lua").write_text("return nothing\n")
    config = (made / "config.lua").read_text().replace("session   =", "sesion    =")
    (made / "config.lua").write_text(config)
    done = run("check", *words, cwd=made.parent / where)
    files = [line.split(":")[0] for line in done.stdout.splitlines()]
    assert files == [f"{folder}config.lua", f"{folder}scripts/jwt.lua", f"{folder}scripts/lib/a.lua"], done.stdout


def test_made_site_passes_its_own_specs(made):
    done = run("test", cwd=made)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 failed in " in done.stdout.splitlines()[-1]


def test_failing_spec_is_told_with_its_place_and_in_junit(made):
    (made / "scripts/spec/jwt_spec.lua").write_text(
        "it('adds a <role>', function()\n  expect(hook.jwt { token = {} }).toEqual { role = 'x' }\nend)\n"
    )
    done = run("test", "--junit", "report.xml", cwd=made)
    assert done.returncode == 1
    assert "scripts/spec/jwt_spec.lua:2: expected" in done.stdout
    error = json.loads(done.stderr)["error"]
    assert (error["code"], error["script"], error["line"]) == ("spec.failed", "scripts/spec/jwt_spec.lua", 2)
    suites = ElementTree.parse(made / "report.xml").getroot()
    assert suites.attrib["failures"] == "1"
    failed = [case.attrib["name"] for case in suites.iter("testcase") if case.find("failure") is not None]
    assert failed == ["adds a <role>"]


def test_specs_can_be_chosen(made):
    assert "2 passed" in run("test", "scripts/spec/redirect_spec.lua", cwd=made).stdout
    assert "1 passed" in run("test", "--filter", "shows id and role", cwd=made).stdout
    assert run("test", "scripts/spec/nothing_spec.lua", cwd=made).returncode == 3
    misspelt = run("test", "--filter", "shows id and rloe", cwd=made)
    assert misspelt.returncode == 1 and 'no test has "shows id and rloe" in its name' in misspelt.stderr
    report = json.loads(run("test", "--json", cwd=made).stdout)
    assert report["failed"] == 0 and report["passed"] == len(report["tests"])


@pytest.mark.parametrize("words", [[], ["--config", "nope.lua"], ["--config", "nowhere/config.lua"]])
def test_specs_of_nothing_are_no_success(words, program, tmp_path):
    done = run("test", *words, cwd=tmp_path)
    assert done.returncode == 3
    assert "is not there" in done.stderr


def test_scripts_without_a_configuration_have_specs_all_the_same(made):
    (made / "config.lua").unlink()
    assert run("test", "scripts/spec/jwt_spec.lua", cwd=made).returncode == 0
    assert run("test", "--config", "config.lua", cwd=made).returncode == 3


def test_every_test_that_is_counted_as_failed_is_printed(made):
    (made / "scripts/rules.lua").write_text("return { routes = {")
    done = run("test", cwd=made)
    assert done.returncode == 1
    failed = int(done.stdout.splitlines()[-1].split(" failed")[0].split()[-1])
    lines = done.stdout.splitlines()
    assert failed == len([line for line in lines if line.startswith("FAILED")]) > 0, done.stdout
    assert "scripts/rules.lua › (the file)" in done.stdout


def test_no_name_of_a_test_and_no_message_drives_the_terminal(made):
    (made / "scripts/spec/jwt_spec.lua").write_text(
        r"it('red \27[31m', function() end) it('b', function() expect('a\27[2J').toBe('b') end)"
    )
    done = run("test", "scripts/spec/jwt_spec.lua", cwd=made)
    assert "\x1b" not in done.stdout
    assert r"red \x1b[31m" in done.stdout and r"a\x1b[2J" in done.stdout


def test_lua_types_are_those_that_init_writes(made):
    assert run("lua-types").stdout == (made / "docs/lua/moongate.lua").read_text()
    (made / "docs/lua/moongate.lua").write_text("-- old")
    assert run("lua-types", "--out", "docs/lua", cwd=made).returncode == 0
    assert "---@meta" in (made / "docs/lua/moongate.lua").read_text()


def test_reload_whose_spec_fails_is_refused(made, client_of):
    config = (made / "config.lua").read_text().replace("return {", "return {\n  reload = { specs = true },", 1)
    (made / "config.lua").write_text(config)
    server = Moongate(made, free_port(), "--dev")
    try:
        server.wait_ready()
        (made / "scripts/spec/jwt_spec.lua").write_text("it('fails', function()\n  expect(1).toBe(2)\nend)\n")
        record = server.log.wait_code("spec.failed")
        assert (record["script"], record["line"]) == ("scripts/spec/jwt_spec.lua", 2)
        assert client_of(server).get("/auth/signin").status == 200
    finally:
        server.stop()
