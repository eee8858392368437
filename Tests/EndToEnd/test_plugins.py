"""Plugins in a running server: in their order, with their settings, and never a door that opens by mistake."""

import json

import pytest

from harness.program import run

MANIFEST = """return { id = "%s", version = "1.0.0", api = 1, summary = "A plugin of a test",
  hooks = { %s }, %s }
"""


def add(site, identifier, hooks, main, more=""):
    site.write(f"plugins/{identifier}/plugin.lua", MANIFEST % (identifier, hooks, more))
    site.write(f"plugins/{identifier}/init.lua", main)


@pytest.fixture
def tagged(site):
    site.with_credentials(plugins='{ { id = "tag", role = "staff" } }')
    add(site, "tag", '"jwt"',
        "return { jwt = function(p) p.token.role = config.role return p.token end }",
        'config = { role = { type = "string", required = true, description = "what everybody becomes" } }')
    return site


def test_a_plugin_acts_with_its_settings(tagged, client_of):
    client = client_of(tagged.start())
    client.sign_in("ada")
    assert client.session()["role"] == "staff"


def test_a_changed_plugin_is_taken_up_while_the_server_runs(tagged, client_of):
    server = tagged.start()
    client = client_of(server)
    client.sign_in("ada")
    tagged.write("plugins/tag/init.lua",
                 'return { jwt = function(p) p.token.role = "new " .. config.role return p.token end }')
    server.log.wait(lambda entry: entry.get("message") == "Reloaded")
    assert client.session()["role"] == "new staff"


def test_a_plugin_with_mistakes_keeps_the_server_from_starting_and_all_are_named(tagged):
    tagged.write("plugins/tag/plugin.lua", MANIFEST % ("tagg", '"jwt", "singIn"', "neds = {}"))
    tagged.write("scripts/jwt.lua", "return 1")
    done = run("check", str(tagged.folder), **tagged.env)
    assert done.returncode == 1
    for said in ["neds: unknown key; did you mean `needs`?", 'did you mean "signIn"?', "must be the name of the folder",
                 "scripts/jwt.lua"]:
        assert said in done.stdout, done.stdout


def test_a_missing_plugin_names_the_nearest(tagged):
    tagged.with_credentials(plugins='{ "tags" }')
    done = run("check", str(tagged.folder), **tagged.env)
    assert done.returncode == 1
    assert 'plugins[1]: there is no folder plugins/tags; did you mean "tag"?' in done.stdout


def test_a_setting_that_does_not_fit_names_its_place(tagged):
    tagged.with_credentials(plugins='{ { id = "tag", role = 7, rolle = "x" } }')
    done = run("check", str(tagged.folder), **tagged.env)
    assert done.returncode == 1
    assert "plugins[1].role: expected a string, got a number" in done.stdout
    assert "plugins[1].rolle: unknown key; did you mean `role`?" in done.stdout


def test_check_says_what_a_plugin_may_use(tagged):
    add(tagged, "tag", '"jwt"', "return { jwt = function(p) return p.token end }",
        'needs = { http = { "127.0.0.1:8080" }, kv = true }, config = { role = { type = "string" } }')
    done = run("check", str(tagged.folder), **tagged.env)
    assert "plugin tag 1.0.0: hooks: jwt; may use: http 127.0.0.1:8080, kv" in done.stdout


def test_call_runs_one_plugins_hook(tagged):
    config = str(tagged.folder / "config.lua")
    done = run("call", "jwt", "--plugin", "tag", "--config", config, stdin='{"token":{}}', **tagged.env)
    assert json.loads(done.stdout) == {"role": "staff"}, done.stderr
    other = run("call", "jwt", "--config", config, stdin='{"token":{}}', **tagged.env)
    assert other.returncode == 3
    assert "plugins with this hook: tag (--plugin ID)" in other.stderr


def test_eval_finds_the_libraries_beside_its_file(site):
    site.write("try.lua", 'return { code = require "code", data = require("list.data")[1] }')
    site.write("lib/code.lua", "return 7")
    site.write("lib/list.data.lua", 'return { "first" }')
    done = run("eval", str(site.folder / "try.lua"))
    assert json.loads(done.stdout) == {"code": 7, "data": "first"}, done.stderr


@pytest.mark.parametrize("how", ['error("broken")', "while true do end", "return 7", ""])
def test_a_plugin_that_breaks_lets_nobody_in(tagged, client_of, how):
    tagged.with_credentials(plugins='{ "door" }')
    add(tagged, "door", '"signIn"', "return { signIn = function(p) %s end }" % how)
    client = client_of(tagged.start())
    answer = client.sign_in("ada")
    assert not answer.sets_session
    assert "error=Configuration" in (answer.location or answer.text)
    assert client.session() is None
