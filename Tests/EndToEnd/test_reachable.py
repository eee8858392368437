"""What each place where Lua runs can get hold of: globals, the members of libraries, and the values it is given.

The lists in vectors/reachable are compared with what a script finds by itself. A line that is new there is something
more that scripts may do: it needs a reason, and a look at what it does with endless or hostile input. `everywhere.txt`
holds what all places have in common, the other files what one place has beyond that. MOONGATE_REACHABLE=write writes
them.
"""

import json
import os
import re
from pathlib import Path

import pytest

from harness.program import run

LISTS = Path(__file__).parent / "vectors/reachable"
WALK = (LISTS / "walk.lua").read_text()

# Of stock Lua, of older ones, and of what is often built in.
STOCK = """
_G _VERSION arg assert bit bit32 collectgarbage coroutine debug dofile error ffi gcinfo getfenv getmetatable io ipairs
jit load loadfile loadstring math module newproxy next ngx os package pairs pcall print process rawequal rawget rawlen
rawset redis require select setfenv setmetatable string table tonumber tostring type unpack utf8 warn xpcall
""".split()

SIGN_IN = {
    "user": {"id": "1", "name": "Ada", "email": "ada@example.com", "image": None},
    "account": {"provider": "corp", "type": "oidc", "providerAccountId": "7", "access_token": "t"},
    "profile": {"sub": "7", "groups": ["a"]},
}
EVENT = {"request": {"id": "r", "ip": "192.0.2.1"}, "time": 1, "user": {"id": "1"}}

WORDS = ["describe", "it", "pending", "expect", "expectError", "beforeEach", "afterEach"]

# Lines that fit into a message of 512 bytes.
PIECE = 12

# Hook, what it is given, what it returns.
HOOKS = {
    "signIn": (SIGN_IN, "true"),
    "redirect": ({"url": "/", "baseUrl": "https://example.com"}, "nil"),
    "jwt": ({"token": {"sub": "1", "empty": None, "list": [1]}, "trigger": "signIn", **SIGN_IN}, "p.token"),
    "session": ({"session": {"user": {"name": "Ada"}, "expires": "x"}, "token": {"sub": "1"}}, "p.session"),
    "authorize": (
        {"credentials": {"username": "a", "password": "x"}, "provider": "credentials", "request": {"ip": "192.0.2.1"}},
        "nil",
    ),
}

MANIFEST = """
return { id = "looker", version = "1.0.0", api = 1, summary = "Looks around", hooks = { "jwt" },
  needs = { kv = true, users = true, secrets = { "KEY" }, env = { "HOME" }, http = { "hr.example.com" } },
  config = { url = { type = "string", default = "u" }, list = { type = "list", default = {} },
             map = { type = "map", items = { type = "list" }, default = {} }, key = { type = "secret" } } }
"""


@pytest.fixture(scope="module")
def names(program):
    """Every name worth a try."""
    declared = re.findall(r"^(?:function )?(\w+)", run("lua-types").stdout, re.MULTILINE)
    return sorted(set(STOCK) | {name for name in declared if name not in ("function", "local")})


@pytest.fixture(scope="module")
def look(program, names, tmp_path_factory):
    """Runs Lua in the place that is named, and says what it found there."""
    listed = ", ".join(f'"{name}"' for name in names)
    report = f'for _, line in ipairs(require("walk")({{ {listed} }}, _ENV, p)) do log.info("reach " .. line) end'
    found = {}

    def look(place):
        if place not in found:
            found[place] = LOOKS[place](tmp_path_factory.mktemp("site"), report, names)
        return found[place]

    return look


def site(folder, **config):
    """A site in which whoever looks finds `walk`."""
    assert run("init", str(folder)).returncode == 0
    for spec in (folder / "scripts/spec").glob("*.lua"):
        spec.unlink()
    (folder / "scripts/lib/walk.lua").write_text(WALK)
    text = (folder / "config.lua").read_text()
    for name, value in config.items():
        text = text.replace("return {", f"return {{\n  {name} = {value},", 1)
    (folder / "config.lua").write_text(text)
    return folder


def lines(done):
    found = re.findall(r"reach ([^\n]*?)(?: \w+=\S*)*$", done.stderr + done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return sorted(line.rstrip() for line in found)


def in_hook(hook):
    def look(folder, report, names):
        given, answer = HOOKS[hook]
        site(folder)
        (folder / f"scripts/{hook}.lua").write_text(f"return function(p)\n{report}\nreturn {answer} end\n")
        return lines(run("call", hook, cwd=folder, stdin=json.dumps(given)))

    return look


def in_event(folder, report, names):
    site(folder)
    (folder / "scripts/events.lua").write_text(f"return {{ createUser = function(p)\n{report}\nend }}\n")
    return lines(run("call", "events.createUser", cwd=folder, stdin=json.dumps(EVENT)))


def in_rule(function):
    def look(folder, report, names):
        site(folder)
        (folder / "ada.json").write_text('{"id":"1","email":"a@example.com","roles":["x"]}')

        def ask(body):
            rule = f'{{ path = "/a/:id", login = true, {function} = function(p)\n{body}\nend }}'
            (folder / "scripts/rules.lua").write_text(f'return {{ claims = {{ "email" }}, routes = {{ {rule} }} }}\n')
            return run("explain", "GET", "/a/7?q=1&q=2", "--as", "ada.json", cwd=folder)

        return piecemeal(report, ask)

    return look


def in_plugin(folder, report, names):
    site(folder, plugins='{ { id = "looker", list = { "a" }, key = secret "KEY" } }')
    plugin = folder / "plugins/looker"
    (plugin / "lib").mkdir(parents=True)
    (plugin / "lib/walk.lua").write_text(WALK)
    (plugin / "plugin.lua").write_text(MANIFEST)
    (plugin / "init.lua").write_text(f"return {{ jwt = function(p)\n{report}\nreturn p.token end }}\n")
    return lines(run("call", "jwt", "--plugin", "looker", cwd=folder, stdin='{"token":{"sub":"1"}}', KEY="k"))


def in_spec(folder, report, names):
    site(folder)

    def ask(body):
        # The words of specs are locals, and Lua themselves.
        given = ", ".join(f"{word} = {word}" for word in WORDS)
        text = f'it("looks", function() local p = {{ {given}, expected = expect(1) }}\n{body}\nend)\n'
        (folder / "scripts/spec/look_spec.lua").write_text(text)
        return run("test", "scripts/spec/look_spec.lua", cwd=folder)

    return piecemeal(report, ask)


def piecemeal(report, ask):
    """Where nothing that is logged is shown, the error that ends the call tells it, a few lines at a time."""
    collect = "local found = {}\n" + report.replace('log.info("reach " .. line)', "found[#found + 1] = line")
    told = []
    while True:
        done = ask(f'{collect}\nerror("{{{{" .. table.concat(found, "|", {len(told) + 1}, '
                   f'math.min({len(told) + PIECE}, #found)) .. "}}}}" .. #found)')
        piece = re.search(r"\{\{(.*?)\}\}(\d+)", done.stdout + done.stderr)
        assert piece, done.stdout + done.stderr
        told += piece.group(1).split("|")
        if len(told) == int(piece.group(2)):
            return sorted(told)


LOOKS = {hook: in_hook(hook) for hook in HOOKS} | {
    "events": in_event,
    "when": in_rule("when"),
    "decide": in_rule("decide"),
    "plugin": in_plugin,
    "spec": in_spec,
}


def golden(name):
    return (LISTS / f"{name}.txt").read_text().splitlines()


@pytest.fixture(scope="module", autouse=True)
def written(look):
    """With MOONGATE_REACHABLE=write the lists become what is found."""
    if os.environ.get("MOONGATE_REACHABLE") != "write":
        return
    everywhere = set.intersection(*(set(look(place)) for place in LOOKS))
    (LISTS / "everywhere.txt").write_text("".join(f"{line}\n" for line in sorted(everywhere)))
    for place in LOOKS:
        (LISTS / f"{place}.txt").write_text("".join(f"{x}\n" for x in look(place) if x not in everywhere))


@pytest.mark.parametrize("place", LOOKS)
def test_what_can_be_reached_is_on_the_list_of(place, look):
    assert look(place) == sorted(golden("everywhere") + golden(place))


@pytest.mark.parametrize("place", LOOKS)
def test_no_metatable_of_the_host_is_handed_out_in(place, look):
    # What `expect` returns is a table of Lua's own.
    found = [line for line in look(place) if "<metatable>" in line and not line.startswith("p.expected")]
    assert found == ["''<metatable>: boolean"]


@pytest.mark.parametrize("place", LOOKS)
def test_only_what_is_given_can_be_written_in(place, look):
    tables = [line for line in look(place) if ": table" in line and not line.startswith("p")]
    assert [line for line in tables if not line.endswith(" locked")] == []
