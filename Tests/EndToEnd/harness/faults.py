"""The faults of Tests/Corpus, as data: scripts that go wrong where and how the name of the user, or the address, says.

Those that run on a read never name `log`, and nobody hears of sessions that are read: such a site is answered in front of
the router where that can be done.
"""

import json

from .program import ROOT

CORPUS = ROOT / "Tests/Corpus/faults"
SCRIPTS = {
    str(file.relative_to(CORPUS / "scripts").with_suffix("")): file.read_text()
    for file in sorted(CORPUS.glob("scripts/**/*.lua"))}
_DATA = json.loads((CORPUS / "faults.json").read_text())

# What the log calls each of them; the last two are no script's doing.
CODES = {name: set(fault["codes"]) for name, fault in _DATA["faults"].items()}

# What may stand at the top of a script, or in config.lua, and what a start or a reload calls it.
TOP = {
    "raise": ('error("broken on purpose")', {"script.error"}),
    "noValue": ("", {"hook.notFunction", "config.type"}),
    "wrongType": ("return 42", {"hook.notFunction", "config.type"}),
    "lookAlike": ('return { ["@allow"] = {} }', {"hook.notFunction", "value.key"}),
    "steps": ("while true do end", {"script.steps"}),
    "caught": ("while true do pcall(function() while true do end end) end", {"script.steps"}),
    "cpu": ("while true do end", {"script.cpu"}),
    "wall": ("while true do end", {"script.wall"}),
    "memory": ("local t = {} for i = 1, 100000000 do t[i] = { i } end", {"script.memory"}),
    "absent": ('io.open("/etc/passwd")', {"script.error"}),
    "forbidden": ('assert(http.get("http://127.0.0.2:9/"))', {"script.error", "needs.undeclared"}),
}


def limits(fault: str) -> str:
    """Those that bring it out, as Lua: the others are out of reach."""
    values = _DATA["faults"][fault].get("limits", _DATA["plain"])
    return "{ script = { %s } }" % ", ".join(f"{name} = {value}" for name, value in values.items())
