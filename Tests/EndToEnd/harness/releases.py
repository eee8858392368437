"""Scripts that are deployed as a whole: `scripts` is a link that is turned from one folder to the next."""

import itertools
import json
import os
import shutil

GOOD = {
    "jwt": "local v = require 'version'\nreturn function(p) p.token.a = v p.token.b = {n} return p.token end\n",
    "session": (
        "return function(p)\n  local s = p.session\n  s.versions = {{ p.token.a, p.token.b, require 'version', {n} }}\n"
        "  return s\nend\n"
    ),
}
BAD = [
    "return function(p) return p.session end end\n",  # does not compile
    "error 'at the top'\n",
    "return 7\n",  # no hook
    "while true do end\n",  # does not end
    "return require 'nothing'\n",
]


class Releases:
    """Numbered releases of a site's scripts, each of which says its number in four places of a session."""

    def __init__(self, site):
        self.site = site
        self._numbers = itertools.count(1)
        self.live = 0
        scripts = site.folder / "scripts"
        self._kept = {name: (scripts / f"{name}.lua").read_text() for name in ("authorize",)}
        shutil.rmtree(scripts)
        self.deploy()

    def deploy(self, bad: str | None = None) -> int:
        """Turns the link to a new release; a bad one has this text as its session hook."""
        number = next(self._numbers)
        folder = self.site.folder / "releases" / str(number)
        (folder / "lib").mkdir(parents=True)
        (folder / "lib/version.lua").write_text(f"return {number}\n")
        for name, text in self._kept.items():
            (folder / f"{name}.lua").write_text(text)
        for name, text in GOOD.items():
            (folder / f"{name}.lua").write_text(text.format(n=number))
        if bad is not None:
            (folder / "session.lua").write_text(bad)
        link = self.site.folder / "scripts.next"
        os.symlink(f"releases/{number}", link)
        os.replace(link, self.site.folder / "scripts")
        shutil.rmtree(self.site.folder / "releases" / str(number - 2), ignore_errors=True)
        if bad is None:
            self.live = number
        return number


def mixed(seen) -> list[bytes]:
    """Answers that are made of more than one release."""
    return [body for body in seen.bodies if len(set(json.loads(body).get("versions", [0, 1]))) != 1]
