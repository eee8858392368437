"""Session reads at a steady rate, whatever the server does: late answers do not slow the next request down."""

import selectors
import threading
import time
from dataclasses import dataclass, field

from harness.kept import KeptConnection


@dataclass
class Seen:
    """What came of the requests of one stretch of time. `bodies` counts equal answers."""

    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    bodies: dict[bytes, int] = field(default_factory=dict)

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class _Connection(KeptConnection):
    due = 0.0


class Load(threading.Thread):
    """`rate` GETs of /auth/session a second, over `connections` that are kept. A request's time counts from when it was
    due, so waiting for a free connection is part of it."""

    def __init__(self, port: int, cookies: dict[str, str], rate: float, connections: int = 32):
        super().__init__(daemon=True)
        jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._request = (
            f"GET /auth/session HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {jar}\r\n\r\n".encode()
        )
        self._rate = rate
        self._free = [_Connection(port) for _ in range(connections)]
        self._all = list(self._free)
        self._busy: dict[int, _Connection] = {}
        self._selector = selectors.DefaultSelector()
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._seen = Seen()
        self.start()

    def take(self) -> Seen:
        """What was seen since the last call."""
        with self._lock:
            seen, self._seen = self._seen, Seen()
            return seen

    def stop(self) -> Seen:
        self._ending.set()
        self.join(10)
        for connection in self._all:
            connection.socket.close()
        return self.take()

    def run(self):
        due = time.perf_counter()
        waiting: list[float] = []
        while not self._ending.is_set() or self._busy:
            now = time.perf_counter()
            while due <= now and not self._ending.is_set():
                waiting.append(due)
                due += 1 / self._rate
            while waiting and self._free and not self._ending.is_set():
                # In turn: the server ends a connection that says nothing for long.
                self._send(self._free.pop(0), waiting.pop(0))
            for key, _ in self._selector.select(max(0, min(due - time.perf_counter(), 0.05))):
                self._receive(key.data)

    def _send(self, connection, due):
        connection.due = due
        self._busy[id(connection)] = connection
        self._selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.socket.send(self._request)

    def _receive(self, connection):
        try:
            answer = connection.answer()
        except (OSError, StopIteration) as problem:
            return self._done(connection, repr(problem), None)
        if answer:
            status, body = answer
            self._done(connection, None if status == 200 else str(status), body)

    def _done(self, connection, failure, body):
        self._selector.unregister(connection.socket)
        del self._busy[id(connection)]
        self._free.append(connection)
        with self._lock:
            if failure:
                self._seen.failures.append(failure)
            else:
                self._seen.latencies.append(time.perf_counter() - connection.due)
                self._seen.bodies[body] = self._seen.bodies.get(body, 0) + 1
