#!/usr/bin/env python3
"""Reloads, good and bad mixed, under a steady load: failed and mixed answers, p99 with and without, resident memory.

Run it with the tests' Python, on a machine that does nothing else:
  .build/test-venv/bin/python dev/bench-reload.py [RELOADS] [RATE]
"""

import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests/EndToEnd"))

from harness import control  # noqa: E402
from harness.client import Client  # noqa: E402
from harness.load import Load, Seen  # noqa: E402
from harness.releases import BAD, Releases, mixed  # noqa: E402
from harness.site import Site  # noqa: E402

ROUNDS = 10
STRETCH = 5.0


def resident_kib(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1))


class Bench:
    def __init__(self, folder: Path, rate: float):
        self.site = Site(folder)
        self.site.with_credentials(reload="{ watch = false }")
        self.releases = Releases(self.site)
        self.server = self.site.start()
        client = Client(self.server.origin)
        assert client.sign_in("ada").sets_session
        self.load = Load(self.site.port, client.jar, rate)
        self.outcomes: dict[str, int] = {}

    def quiet(self) -> Seen:
        time.sleep(STRETCH)
        return self.load.take()

    def reloading(self, count: int, number: int) -> Seen:
        end = time.monotonic() + STRETCH
        for index in range(count):
            self.reload(number + index)
            time.sleep(max(0, (end - time.monotonic()) / (count - index)))
        return self.load.take()

    def reload(self, number: int):
        """Every second one is good, every third of those is rolled back again."""
        bad = number % 2 == 1
        self.releases.deploy(BAD[number // 2 % len(BAD)] if bad else None)
        outcome = control.ask(self.site, "reload")["outcome"]
        assert outcome == ("refused" if bad else "installed"), outcome
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        if number % 6 == 4:
            control.ask(self.site, "rollback")

    def run(self, reloads: int):
        self.quiet()
        self.reloading(max(20, reloads // ROUNDS), 0)  # warm: every kind of refusal has been seen once
        self.outcomes.clear()
        before = resident_kib(self.server.process.pid)
        rounds = []
        for number in range(ROUNDS):
            plain = self.quiet()
            busy = self.reloading(reloads // ROUNDS, number * reloads // ROUNDS)
            rounds.append((plain, busy, resident_kib(self.server.process.pid)))
        rest = self.load.stop()
        self.site.close()
        # Only now: what looks at answers would take its time from what sends requests.
        self.report(rounds, rest, before)

    def report(self, rounds, rest: Seen, before: int):
        ratios = []
        for number, (plain, busy, resident) in enumerate(rounds, 1):
            ratios.append(busy.percentile(0.99) / plain.percentile(0.99))
            print(
                f"round {number:2}: p99 {plain.percentile(0.99):6.2f} ms without, {busy.percentile(0.99):6.2f} ms with"
                f" reloads, x {ratios[-1]:4.2f}, resident {resident:,} KiB")
        stretches = [stretch for plain, busy, _ in rounds for stretch in (plain, busy)] + [rest]
        failures = [failure for stretch in stretches for failure in stretch.failures]
        answers = sum(len(stretch.latencies) for stretch in stretches)
        print(f"{sum(self.outcomes.values())} reloads {self.outcomes}, {answers:,} answers")
        print(f"failed requests       {len(failures)}  {failures[:3]}")
        print(f"mixed answers         {sum(len(mixed(stretch)) for stretch in stretches)}")
        print(f"p99 with / without    {statistics.median(ratios):.2f} (median of {ROUNDS}), at most 1.5")
        print(f"resident memory       grew by {rounds[-1][2] - before:,} KiB, under 10,240")


if __name__ == "__main__":
    reloads = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rate = float(sys.argv[2]) if len(sys.argv) > 2 else 1000
    with tempfile.TemporaryDirectory() as folder:
        Bench(Path(folder), rate).run(reloads)
