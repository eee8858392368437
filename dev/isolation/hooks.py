"""Hooks that spin, wait, hang."""

import time

from harness.crowd import Crowd
from harness.machine import Most, cpu_seconds, threads
from harness.upstream import Upstream

from .stage import Figures, Options, Rounds, cookie, reading, serving, site, stretch

# What an ordinary hook does, for everybody.
ORDINARY = "p.session.user.id = p.token.sub p.session.domain = (p.session.user.email or ''):match('@([^@]+)$')"
SPINNERS = 64


def spin(figures: Figures, options: Options):
    figures.title(f"{SPINNERS} hooks that spin to their CPU limit, beside {options.rate:g} reads a second")
    with site() as here:
        here.with_credentials(limits="{ script = { steps = 1000000000, cpuMs = 20, wallMs = 60000 } }")
        here.script("session", f"return function(p) while p.token.spin do end {ORDINARY} return p.session end")
        with serving(here) as server, reading(server, options) as load:
            stretch(load, 2)
            rounds, answered, took, spent = Rounds(), {}, 0.0, 0.0
            for _ in range(options.rounds):
                quiet = stretch(load, options.seconds)
                crowd = Crowd(server.port, [cookie(spin=True)], SPINNERS, again=True).go()
                time.sleep(1)
                before, began = cpu_seconds(server.process.pid), time.monotonic()
                rounds.add(quiet, stretch(load, options.seconds))
                spent += cpu_seconds(server.process.pid) - before
                took += time.monotonic() - began
                for status, count in crowd.stop()["statuses"].items():
                    answered[status] = answered.get(status, 0) + count
                time.sleep(1)
            rounds.report(figures, 3)
            figures.add("answers to those that spin", str(answered), "503", set(answered) == {"503"})
            figures.add("processors that the server took meanwhile", f"{spent / took:.2f}")


def wait(figures: Figures, options: Options):
    count = 2_000
    figures.title(f"{count:,} hooks that wait 100 ms for a service, in a server that has just started")
    upstream = Upstream()
    slowest, most, before, right = 0.0, 0, 0, set()
    try:
        for _ in range(3):
            with site() as here:
                here.with_credentials(
                    limits="{ script = { wallMs = 20000 } }",
                    scripts=f'{{ needs = {{ http = {{ "{upstream.authority}" }} }} }}')
                here.script("session", f"""return function(p)
                  p.session.ok = http.get("http://{upstream.authority}/wait/100", {{ timeoutMs = 20000 }}).json.ok
                  return p.session end""")
                with serving(here) as server:
                    crowd = Crowd(server.port, [cookie()], count)
                    before = threads(server.process.pid)
                    cpu = cpu_seconds(server.process.pid)
                    with Most(threads, server.process.pid) as watched:
                        seen = crowd.go().wait()
                    cpu = cpu_seconds(server.process.pid) - cpu
                    crowd.close()
            print(f"    {seen['took']:.3f} s, {before} threads before, {watched.value} at most, {cpu:.2f} s of CPU time")
            slowest, most = max(slowest, seen["took"]), max(most, watched.value - before)
            right.add(sum(n for _, status, body, n in seen["answers"] if status == 200 and '"ok":true' in body))
    finally:
        upstream.stop()
    figures.add("from the first byte sent to the last answer, slowest of 3", f"{slowest:.2f} s", "under 1 s", slowest < 1)
    figures.add("right answers", str(min(right)), f"{count}", right == {count})
    figures.add("threads more than before", str(most), "at most 4", most <= 4)


def hang(figures: Figures, options: Options):
    figures.title(f"{options.connections:,} host calls of one plugin that hang, beside {options.rate:g} reads a second")
    upstream = Upstream()
    try:
        with site() as here:
            here.with_credentials(plugins='{ "lookup" }', limits="{ script = { wallMs = 60000 } }")
            here.script("session", f"return function(p) {ORDINARY} return p.session end")
            here.write("plugins/lookup/plugin.lua", f"""return {{
              id = "lookup", version = "1.0.0", api = 1, summary = "Asks a service that hangs",
              hooks = {{ "session" }}, needs = {{ http = {{ "{upstream.authority}" }} }} }}""")
            here.write("plugins/lookup/init.lua", f"""return {{ session = function(p)
              if p.token.lookup then http.get("http://{upstream.authority}/hang", {{ timeoutMs = 60000 }}) end
              return p.session end }}""")
            with serving(here) as server, reading(server, options) as load:
                _hang(figures, options, server, load, upstream)
    finally:
        upstream.stop()


def busy(pid: int) -> bool:
    """Whether it does more than a fifth of a processor can, which ordinary reads alone do not ask of it."""
    before = cpu_seconds(pid)
    time.sleep(0.5)
    return cpu_seconds(pid) - before > 0.1


def _hang(figures, options, server, load, upstream):
    stretch(load, 2)
    rounds, arriving, hanging, seen = Rounds(), [], [], {}
    before = threads(server.process.pid)
    for _ in range(options.rounds):
        quiet = stretch(load, options.seconds)
        crowd = Crowd(server.port, [cookie(lookup=True)], options.connections)
        load.take()
        crowd.go()
        seen = crowd.seen()
        while True:  # until nothing changes any more
            time.sleep(0.5)
            last, seen = seen, crowd.seen()
            if seen["statuses"] == last["statuses"] and upstream.hanging() >= min(seen["waiting"], 2_000):
                break
        arriving.append(load.take())
        cpu = cpu_seconds(server.process.pid)
        rounds.add(quiet, stretch(load, options.seconds))
        cpu = (cpu_seconds(server.process.pid) - cpu) / options.seconds
        hanging.append(upstream.hanging())
        most = threads(server.process.pid) - before
        crowd.close()
        # What is left to do for those who have gone is no part of the next stretch without them.
        while upstream.hanging() or busy(server.process.pid):
            time.sleep(0.1)
    rounds.report(figures, 2)
    figures.add("calls that hang at once", f"{min(hanging):,}")
    figures.add("answers to the others", str(seen["statuses"]))
    figures.add("  the last of them after", f"{seen['took']:.2f} s")
    figures.add("p99 of ordinary reads while they arrive", f"{max(one.percentile(0.99) for one in arriving):.1f} ms")
    failed = [failure for one in arriving for failure in one.failures]
    figures.add("  failed", str(len(failed)), "0", not failed)
    figures.add("threads more than before", str(most), "at most 4", most <= 4)
    figures.add("processors that the server took while they hang", f"{cpu:.2f}")
