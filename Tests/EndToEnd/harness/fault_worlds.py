"""Sites with faults that tests share, and reloads that go on in them."""

import threading

from . import control
from .fault_world import World
from .faults import SCRIPTS, limits
from .site import Site


class Reloads(threading.Thread):
    """Reloads without a pause until `stop()`: good ones, and now and then a refused one, which takes far longer."""

    REFUSED = ["return function(p) end end", "error('at the top')", "return 7"]
    GOOD = 8

    def __init__(self, site: Site):
        super().__init__(daemon=True)
        self.site = site
        self.outcomes: list[str] = []
        self.expected: list[str] = []
        self._ending = threading.Event()
        self.start()

    def run(self):
        number = 0
        while not self._ending.is_set():
            number += 1
            bad = number % self.GOOD == 0
            self.site.script("lib/version", f"return {number}")
            if bad:
                self.site.script("session", self.REFUSED[number // self.GOOD % len(self.REFUSED)])
            self.expected.append("refused" if bad else "installed")
            self.outcomes.append(control.ask(self.site, "reload")["outcome"])
            if bad:
                self.site.script("session", SCRIPTS["session"])

    def stop(self):
        self._ending.set()
        self.join()
        assert self.outcomes == self.expected


class Worlds:
    """By strategy and limits, each made once. Reloads go on in one at a time."""

    def __init__(self, folders):
        self._folders = folders
        self._made: dict[tuple, World] = {}
        self._reloads: Reloads | None = None

    def of(self, strategy: str, fault: str, reloading: bool = False) -> World:
        key = (strategy, limits(fault))
        if key not in self._made:
            self._made[key] = World(self._folders.mktemp("faults"), *key)
        world = self._made[key]
        if self._reloads and not (reloading and self._reloads.site is world.site):
            self.stop_reloads()
        if reloading and not self._reloads:
            self._reloads = Reloads(world.site)
        return world

    def stop_reloads(self):
        reloads, self._reloads = self._reloads, None
        if reloads:
            reloads.stop()

    def close(self):
        self.stop_reloads()
        for world in self._made.values():
            world.close()
