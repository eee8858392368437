#!/usr/bin/env python3
"""Prints the server's resident memory after 10,000 and 100,000 signed-in session reads, and the rate wrk saw.

Run it with the tests' Python: .build/test-venv/bin/python dev/measure-memory.py
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests/EndToEnd"))

from harness.client import Client  # noqa: E402
from harness.site import Site  # noqa: E402

MARKS = (10_000, 100_000)


def resident_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


def load(origin: str, cookie: str, seconds: float) -> tuple[int, float]:
    """Session reads for some seconds: how many were answered, and at what rate."""
    command = ["wrk", "-t1", "-c16", f"-d{max(1, round(seconds))}s", "-H", f"Cookie: {cookie}"]
    output = subprocess.run([*command, f"{origin}/auth/session"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output:
        raise SystemExit(f"some reads failed:\n{output}")
    total = int(re.search(r"(\d+) requests in", output).group(1))
    return total, float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))


def measure(folder: Path):
    site = Site(folder)
    site.with_credentials()
    server = site.start()
    client = Client(server.origin)
    assert client.sign_in("ada").sets_session
    cookie = "; ".join(f"{name}={value}" for name, value in client.jar.items())
    print(f"at start            {resident_kib(server.process.pid):>9,} KiB")
    served, rate = load(server.origin, cookie, 1)
    for mark in MARKS:
        while served < mark:
            more, rate = load(server.origin, cookie, (mark - served) / rate)
            served += more
        time.sleep(0.5)
        print(f"{served:>9,} requests  {resident_kib(server.process.pid):>9,} KiB  {rate:>9,.0f} requests/s")
    site.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder))
