"""Attacks as hooks, and as many breaches of budgets as there is time for."""

import os
import re
import statistics
import subprocess
import time
from pathlib import Path

from harness import attacks
from harness.client import Client
from harness.crowd import Crowd
from harness.machine import cpu_seconds, resident_kib

from .stage import Figures, Options, cookie, reading, serving, site, stretch

CPU_MS = 20
WALL_MS = 2_000
ATTACKERS = 16


def attack(figures: Figures, options: Options):
    programs = attacks.corpus() + (attacks.listed(options.attacks) if options.attacks else [])
    figures.title(f"{len(programs)} attacks as session hooks, {ATTACKERS} at a time, beside {options.rate:g} reads a second")
    with site() as here:
        # Steps are out of the way, so that what never ends is ended by its CPU time.
        cookies = attacks.install(
            here, programs,
            limits=f"{{ script = {{ steps = 1000000000, cpuMs = {CPU_MS}, wallMs = {WALL_MS} }} }}")
        with serving(here) as server:
            _alone(figures, server, programs, cookies)
            with reading(server, options) as load:
                _beside(figures, options, server, programs, cookies, load)
            with Client(server.origin) as client:
                alive = client.get("/auth/session", cookies={"authjs.session-token": cookie()}).status
                figures.add("a read at the end", str(alive), "200", alive == 200)


def _alone(figures, server, programs, cookies):
    """CPU time of each, by itself: answering, making a state and closing it are in it."""
    pid, used, slowest = server.process.pid, [], 0.0
    with Client(server.origin) as client:
        for program, token in zip(programs, cookies):
            before, began = cpu_seconds(pid), time.monotonic()
            client.get("/auth/session", cookies={"authjs.session-token": token})
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.02)  # its state is closed on a thread of its own
            used.append((1000 * (cpu_seconds(pid) - before), program.name))
    worst, name = max(used)
    limit = 2 * CPU_MS + 10
    figures.add(f"most CPU time of one ({name[:32]})", f"{worst:.1f} ms", f"at most {limit} ms", worst <= limit)
    figures.add("slowest answer, one at a time", f"{slowest * 1000:.0f} ms")


def _beside(figures, options, server, programs, cookies, load):
    pid = server.process.pid
    stretch(load, 2)
    crowd = Crowd(server.port, cookies, ATTACKERS, again=True).go()
    resident, failures, reads, p99 = [], [], 0, []
    for _ in range(2 * max(3, options.rounds)):
        seen = stretch(load, options.seconds)
        resident.append(resident_kib(pid))
        failures += seen.failures
        reads += len(seen.latencies)
        p99.append(seen.percentile(0.99))
    seen = crowd.stop()
    escaped = sorted({programs[turn].name for turn, status, body, _ in seen["answers"]
                      if status == 200 and programs[turn].escaped(body)})
    print("    resident KiB: " + ", ".join(f"{value:,}" for value in resident))
    figures.add("attacks answered, by status", str(seen["statuses"]), "200, 503", set(seen["statuses"]) <= {"200", "503"})
    figures.add("that got out, or answered what they must not", str(escaped or 0), "0", not escaped)
    # Wall time, and what a busy machine takes to notice that it is over.
    slowest = seen["slowest"] * 1000
    figures.add("slowest answer, all at once", f"{slowest:.0f} ms", f"under {2 * WALL_MS} ms", slowest < 2 * WALL_MS)
    figures.add(f"failed, of {reads:,} reads", f"{len(failures)} {failures[:2] or ''}", "0", not failures)
    figures.add("p99 of ordinary reads, worst stretch", f"{max(p99):.1f} ms")
    # The first stretches find the most that so many attacks hold at once; from then on it must not rise.
    half = len(resident) // 2
    early, late = statistics.median(resident[:half]), statistics.median(resident[half:])
    figures.add(
        "resident memory, first and second half", f"{early:,.0f}, {late:,.0f} KiB", "grown by < 10,240",
        late - early < 10_240)


# Each read breaks a limit, or the rule of what a result may be, in one of these ways.
HOOK = """
local ways = {
  function() while true do end end,
  function() while true do pcall(function() while true do end end) end end,
  function() local t = {} for i = 1, 1e9 do t[i] = ("x"):rep(100000) .. i end end,
  function() local s = "x" while true do s = s .. s end end,
  function() error { "no text" } end,
  function(p) p.session.f = tostring end,
}
return function(p)
  ways[math.random(#ways)](p)
  return p.session
end
"""


def breach(figures: Figures, options: Options):
    figures.title(f"Breaches of budgets, as many as come in {options.breach_seconds} s")
    with site() as here:
        # The smallest budgets: a breach costs least then, and there are the most of them.
        here.with_credentials(limits="{ script = { steps = 1000, memoryMB = 1 } }")
        here.script("session", HOOK)
        with serving(here, Path(os.devnull)) as server:
            count, resident = _breaches(server, options.breach_seconds)
    # The first third finds how much so many at once need; from then on it must not rise.
    settled = resident[len(resident) // 3:]
    slope = statistics.linear_regression(range(len(settled)), settled).slope  # KiB a second
    growth = slope * options.breach_seconds / count * 1e6
    print("    resident KiB: " + ", ".join(f"{value:,}" for value in resident[::max(1, len(resident) // 12)]))
    figures.add("breaches, each answered with 503", f"{count:,}")
    figures.add(
        f"resident memory for a million, from {count * 2 // 3:,}", f"{growth:,.0f} KiB", "under 10,240",
        growth < 10_240)


def _breaches(server, seconds: int) -> tuple[int, list[int]]:
    """How many, and the resident memory at each second."""
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", "-H", f"Cookie: authjs.session-token={cookie()}"]
    resident = []
    with subprocess.Popen([*command, f"{server.origin}/auth/session"], stdout=subprocess.PIPE, text=True) as wrk:
        while wrk.poll() is None:
            resident.append(resident_kib(server.process.pid))
            time.sleep(1)
        output = wrk.stdout.read()
    total = int(re.search(r"(\d+) requests in", output).group(1))
    failed = int(re.search(r"Non-2xx or 3xx responses: (\d+)", output).group(1))
    assert total == failed and "Socket errors" not in output, output
    return total, resident
