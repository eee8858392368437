"""The programs that try to hurt the machine (`Tests/LuaHostTests/Attacks`), as session hooks of a running server: each is
run for the users whose token names it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from .program import ROOT, SECRET
from .tokens import seal

CORPUS = ROOT / "Tests/LuaHostTests/Attacks"

MANIFEST = """
return {
  id = "attacks", version = "1.0.0", api = 1, summary = "Tries what it can", hooks = { "session" }, needs = { kv = true },
  config = { url = { type = "string" }, list = { type = "list", items = "integer" }, key = { type = "secret" } },
}
"""

MAIN = """
return { session = function(p)
  if p.token.attack then p.session.attack = require(p.token.attack)(p) end
  return p.session
end }
"""

LIBRARIES = {"lib": "return { name = 'lib' }", "loop": "return require('loop')", "endless": "while true do end"}

# What the programs were written against, in a server's words: a function of the host that answers at once, one that waits.
WORDS = {"note": "time.now", "wait": "kv.get"}

# Two kinds of Swift literal, next to each other or joined by `+`.
LITERAL = re.compile(r'"""\n(.*?)\n *"""|"((?:[^"\\\n]|\\.)*)"', re.DOTALL)
ENDING = re.compile(r',\s*\.(safe|either|fails\("[\w.]*"\)),\s*')
ESCAPES = {"n": "\n", "t": "\t", "0": "\0", '"': '"', "\\": "\\", "'": "'", "r": "\r"}


@dataclass
class Attack:
    name: str
    text: str
    # Whether its answer, where it gives one, has to be "safe".
    must_be_safe: bool = False

    def escaped(self, body: str) -> bool:
        """Whether the answer shows that it reached what it must not reach."""
        try:
            said = json.loads(body).get("attack")
        except (ValueError, AttributeError):
            return True
        if self.must_be_safe:
            return said != "safe"
        return isinstance(said, str) and said.startswith(("out", "ESCAPED"))


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: ESCAPES[found.group(1)], text)


def _literals(source: str, place: int) -> str:
    """The text of the literals that begin here."""
    parts = []
    while found := LITERAL.match(source, place):
        block, line = found.groups()
        if block is not None:
            indent = min((len(row) - len(row.lstrip()) for row in block.split("\n") if row.strip()), default=0)
            block = "\n".join(row[indent:] for row in block.split("\n"))
        parts.append(_unescaped(line if block is None else block))
        place = found.end()
        joined = re.compile(r"\s*\+\s*").match(source, place)
        if not joined:
            break
        place = joined.end()
    return "".join(parts)


def corpus() -> list[Attack]:
    """Every program of the machine's own tests."""
    found = []
    for path in sorted(CORPUS.glob("Attack+*.swift")):
        source = path.read_text()
        for entry in re.finditer(r'Attack\(\s*"((?:[^"\\]|\\.)*)"', source):
            ending = ENDING.match(source, entry.end())
            text = _literals(source, ending.end()) if ending else ""
            assert text, f"{path.name}: {entry.group(1)} cannot be read"
            found.append(Attack(entry.group(1), text, ending.group(1) == "safe"))
    return found


def listed(path: Path) -> list[Attack]:
    """Programs of a JSON file: a list of objects with `id` and `lua`, and `after` for what is to be run behind it."""
    found = []
    for entry in json.loads(path.read_text()):
        text = entry["lua"]
        if "after" in entry:
            text = f"(function()\n{text}\nend)()\n{entry['after']}"
        found.append(Attack(entry["id"], text))
    return found


def _in_words_of_a_server(text: str) -> str:
    return re.sub(rf"(?<![.\w'])({'|'.join(WORDS)})\b(?!')", lambda found: WORDS[found.group(1)], text)


def install(site, attacks: list[Attack], **settings: str) -> list[str]:
    """Writes the site with a plugin of them all; the cookies of users for whom they are run, one each in their order."""
    site.with_credentials(plugins='{ { id = "attacks", url = "x", list = { 1, 2 }, key = secret "X" } }', **settings)
    site.env["X"] = "a secret that nobody may read"
    site.write("plugins/attacks/plugin.lua", MANIFEST)
    site.write("plugins/attacks/init.lua", MAIN)
    for name, text in LIBRARIES.items():
        site.write(f"plugins/attacks/lib/{name}.lua", text)
    cookies = []
    for number, attack in enumerate(attacks):
        text = f"return function(p)\n{_in_words_of_a_server(attack.text)}\nend\n"
        site.write(f"plugins/attacks/lib/attack{number}.lua", text)
        cookies.append(seal({"sub": "1", "name": "mallory", "attack": f"attack{number}"}, SECRET))
    return cookies
