"""An HTTP service of the operator's own, such as a webhook's receiver: notes what it is sent, answers what it is told."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Received:
    """One request."""

    def __init__(self, method: str, path: str, headers, body: bytes):
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)


class Service:
    """Listens until `stop()`. `answers` is a list of (status, JSON value); the last one is given from then on."""

    def __init__(self, *answers):
        self.answers = list(answers) or [(200, {})]
        self.requests: list[Received] = []
        self._changed = threading.Condition()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.service = self
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def wait(self, count: int, timeout: float = 5) -> list[Received]:
        """What came, as soon as so many requests have come."""
        end = time.monotonic() + timeout
        with self._changed:
            while len(self.requests) < count:
                left = end - time.monotonic()
                assert left > 0, f"{len(self.requests)} requests came, {count} were expected"
                self._changed.wait(left)
            return list(self.requests)

    def take(self, request: Received):
        """Notes a request and gives its answer."""
        with self._changed:
            self.requests.append(request)
            self._changed.notify_all()
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    def respond(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, value = self.server.service.take(Received(self.command, self.path, self.headers, body))
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = respond

    def log_message(self, format, *arguments):
        """Requests are the tests' business, not the terminal's."""
