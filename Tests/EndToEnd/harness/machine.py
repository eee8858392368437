"""What the system knows of a running process."""

import re
import threading
import time
from pathlib import Path


def _field(pid: int, name: str) -> int:
    return int(re.search(rf"^{name}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE).group(1))


def resident_kib(pid: int) -> int:
    return _field(pid, "VmRSS")


def threads(pid: int) -> int:
    return _field(pid, "Threads")


def open_files(pid: int) -> list[str]:
    """What each descriptor leads to; sockets and the like have names such as `anon_inode:inotify`."""
    found = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(str(descriptor.readlink()))
        except FileNotFoundError:
            pass  # it has been closed meanwhile
    return found


def cpu_seconds(pid: int) -> float:
    """CPU time of the threads that are alive: to the nanosecond, where `stat` counts hundredths of a second."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            pass  # it has ended meanwhile
    return total / 1e9


class Most(threading.Thread):
    """The most that a figure was while a `with` block ran, looked at every few milliseconds."""

    def __init__(self, figure, pid: int, every: float = 0.005):
        super().__init__(daemon=True)
        self.value = figure(pid)
        self._figure, self._pid, self._every = figure, pid, every
        self._ending = threading.Event()

    def run(self):
        while not self._ending.is_set():
            self.value = max(self.value, self._figure(self._pid))
            time.sleep(self._every)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *problem):
        self._ending.set()
        self.join()
