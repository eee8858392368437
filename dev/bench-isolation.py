#!/usr/bin/env python3
"""Scripts that spin, wait, hang, attack and break their budgets, in a real server: what everybody else sees of it.

Run it with the tests' Python, on a machine that does nothing else:
  .build/test-venv/bin/python dev/bench-isolation.py [--only spin,wait,hang,attack,breach]
"""

import argparse
import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests/EndToEnd"))

from isolation import breaches, hooks  # noqa: E402
from isolation.stage import Figures, Options  # noqa: E402

PARTS = {
    "spin": hooks.spin, "wait": hooks.wait, "hang": hooks.hang, "attack": breaches.attack, "breach": breaches.breach,
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", default=",".join(PARTS),
                        help=f"which parts, with commas between them: {', '.join(PARTS)}")
    parser.add_argument("--rate", type=float, default=300, help="ordinary reads a second")
    parser.add_argument("--seconds", type=float, default=8, help="length of one stretch")
    parser.add_argument("--rounds", type=int, default=5, help="stretches without and with, in turn")
    parser.add_argument("--connections", type=int, default=10_000, help="of those whose host call hangs")
    parser.add_argument("--breach-seconds", type=int, default=60, help="how long budgets are broken")
    parser.add_argument("--attacks", type=Path, help="a JSON list of further attacks, each with `id` and `lua`")
    parser.add_argument("--no-priority", action="store_true", help="ordinary reads have no priority over the rest")
    return parser.parse_args()


def allow_open_files():
    """As many as the programs of this bench may have; root may ask for more than it was given."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (max(hard, 65_536), hard):
        try:
            return resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
        except (PermissionError, ValueError):
            continue


def main():
    given = arguments()
    if unknown := [name for name in given.only.split(",") if name not in PARTS]:
        sys.exit(f"There is no part {', '.join(unknown)}; there are {', '.join(PARTS)}.")
    allow_open_files()
    options = Options(
        rate=given.rate, seconds=given.seconds, rounds=given.rounds, connections=given.connections,
        breach_seconds=given.breach_seconds, attacks=given.attacks, in_front=not given.no_priority)
    figures = Figures()
    for name in given.only.split(","):
        PARTS[name](figures, options)
    print(f"\n{len(figures.missed)} missed{': ' if figures.missed else ''}{', '.join(figures.missed)}")
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main())
