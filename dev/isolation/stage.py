"""A server, somebody who reads sessions at a steady rate, and figures with their targets."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harness.load import Load, Seen
from harness.program import SECRET, binary, environment
from harness.server import Moongate
from harness.site import Site
from harness.tokens import seal


@dataclass
class Options:
    """How long and how much."""

    rate: float
    seconds: float
    rounds: int
    connections: int
    breach_seconds: int
    attacks: Path | None
    in_front: bool


@dataclass
class Figures:
    """Lines of the table."""

    missed: list[str] = field(default_factory=list)

    def title(self, text: str):
        print(f"\n{text}", flush=True)

    def add(self, what: str, value: str, target: str = "", met: bool | None = None):
        verdict = "" if met is None else "met" if met else "MISSED"
        if met is False:
            self.missed.append(what)
        print(f"  {what:<58} {value:>22}  {target:<22} {verdict}".rstrip(), flush=True)


class Unheard(Moongate):
    """A server whose log goes to a file: reading it would take this machine's time."""

    def __init__(self, site: Site, log: Path):
        self.folder, self.port, self.origin = site.folder, site.port, site.origin
        self.out, self.log = "", log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [binary(), "serve", "--port", str(site.port), "--log-format", "json"], cwd=site.folder,
                env=environment(**site.env), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=output)

    def drain(self):
        """There is nothing to read."""


@contextmanager
def site():
    with tempfile.TemporaryDirectory() as folder:
        yield Site(Path(folder))


@contextmanager
def serving(of: Site, log: Path | None = None):
    server = Unheard(of, log or of.folder / "server.log")
    try:
        yield server.wait_ready()
        server.stop()
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


def cookie(**claims) -> str:
    return seal({"sub": "1", "name": "ada", "email": "ada@example.com", **claims}, SECRET)


@contextmanager
def reading(server, options: Options):
    """Ordinary reads. They stand for people on other machines, so they have the processor before whoever else is on this one."""
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    if options.in_front:
        try:
            os.setpriority(os.PRIO_PROCESS, 0, nice - 10)  # of this thread; the load's inherits it
        except PermissionError:
            print("  (no right to a higher priority: waiting for the processor counts as the server's time)")
    load = Load(server.port, {"authjs.session-token": cookie()}, options.rate)
    os.setpriority(os.PRIO_PROCESS, 0, nice)
    try:
        yield load
    finally:
        load.stop()


def stretch(load: Load, seconds: float) -> Seen:
    """What comes in the next seconds; what was before is forgotten."""
    load.take()
    time.sleep(seconds)
    return load.take()


class Rounds:
    """Stretches without and with, in turn."""

    def __init__(self):
        self.without: list[Seen] = []
        self.during: list[Seen] = []

    def add(self, without: Seen, during: Seen):
        self.without.append(without)
        self.during.append(during)
        print(
            f"    p99 {without.percentile(0.99):7.2f} ms without, {during.percentile(0.99):7.2f} ms with;"
            f"  p50 {without.percentile(0.5):5.2f}, {during.percentile(0.5):5.2f};"
            f"  {len(without.latencies)}, {len(during.latencies)} reads", file=sys.stderr)

    def report(self, figures: Figures, most: float):
        ratios = [b.percentile(0.99) / a.percentile(0.99) for a, b in zip(self.without, self.during)]
        p99 = [statistics.median(seen.percentile(0.99) for seen in part) for part in (self.without, self.during)]
        failures = [failure for part in (self.without, self.during) for seen in part for failure in seen.failures]
        count = sum(len(seen.latencies) for part in (self.without, self.during) for seen in part)
        figures.add("p99 of ordinary reads, without and with", f"{p99[0]:.2f}, {p99[1]:.2f} ms")
        ratio = statistics.median(ratios)
        figures.add(
            f"  with to without, median of {len(ratios)} rounds", f"{ratio:.2f}", f"at most {most:g}", ratio <= most)
        figures.add(f"failed, of {count:,} reads", f"{len(failures)} {failures[:2] or ''}", "0", not failures)
