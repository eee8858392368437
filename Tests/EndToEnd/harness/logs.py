"""The program's output, read while it runs."""

import json
import threading
import time


class Logs:
    """Lines of one pipe: JSON objects apart from plain text."""

    def __init__(self, pipe):
        self.text: list[str] = []
        self.records: list[dict] = []
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def _read(self, pipe):
        with pipe:
            for line in pipe:
                with self._changed:
                    self._add(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _add(self, line):
        self.text.append(line)
        try:
            record = json.loads(line)
        except ValueError:
            return
        if isinstance(record, dict):
            self.records.append(record)

    def mark(self) -> int:
        """A place in the log, for `since`."""
        with self._changed:
            return len(self.records)

    def since(self, mark: int) -> list[dict]:
        with self._changed:
            return self.records[mark:]

    def codes(self, mark: int = 0) -> list[str]:
        return [record["code"] for record in self.since(mark) if record.get("code")]

    def wait(self, predicate, timeout: float = 5, mark: int = 0):
        """The first record after `mark` that the predicate takes, or None."""
        end = time.monotonic() + timeout
        with self._changed:
            while True:
                found = next((record for record in self.records[mark:] if predicate(record)), None)
                left = end - time.monotonic()
                if found or left <= 0 or self._closed:
                    return found
                self._changed.wait(left)

    def wait_code(self, code: str, timeout: float = 5, mark: int = 0):
        return self.wait(lambda record: record.get("code") == code, timeout, mark)

    def wait_text(self, predicate, timeout: float = 10):
        """The first line, JSON or not, that the predicate takes, or None."""
        end = time.monotonic() + timeout
        with self._changed:
            while True:
                found = next((line for line in self.text if predicate(line)), None)
                left = end - time.monotonic()
                if found or left <= 0 or self._closed:
                    return found
                self._changed.wait(left)

    def drain(self, timeout: float = 5):
        """Waits until the program closed the pipe."""
        self._thread.join(timeout)

    def __str__(self):
        return "\n".join(self.text)
