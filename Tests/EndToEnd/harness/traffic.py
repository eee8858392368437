"""Requests at a steady rate while something else happens."""

import threading
import time


class Traffic:
    """Several threads ask `rate` times a second in all. `seen` holds (time, *what `ask` gives: status, …, version)."""

    def __init__(self, rate: int, workers: int):
        self.seen: list[tuple] = []
        self._pause = workers / rate
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def connect(self):
        """One connection, for one thread; it has `close`."""
        raise NotImplementedError

    def ask(self, connection) -> tuple:
        raise NotImplementedError

    def _run(self):
        connection = self.connect()
        due = time.monotonic()
        while not self._stop.is_set():
            try:
                answer = self.ask(connection)
            except Exception as problem:  # whatever went wrong is a failed request
                answer = (0, repr(problem))
                connection.close()
            self.seen.append((time.monotonic(), *answer))
            due += self._pause
            self._stop.wait(max(0, due - time.monotonic()))
        connection.close()

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(5)

    def wait_version(self, version, timeout=5):
        """When a version was first seen, or None."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            for entry in list(self.seen):
                if entry[-1] == version:
                    return entry[0]
            time.sleep(0.01)
        return None
