"""An endpoint that answers when a test says so: what a script that waits waits for."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


class Gate:
    """Every GET waits until `open()`; `arrived()` says when one has come."""

    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.gate = self
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.host}/"
        self.is_open = threading.Event()
        self.arrivals = threading.Semaphore(0)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def arrived(self, timeout: float = 5):
        assert self.arrivals.acquire(timeout=timeout), "nothing came to the gate"

    def open(self):
        self.is_open.set()

    def stop(self):
        self.open()
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        gate = self.server.gate
        gate.arrivals.release()
        gate.is_open.wait(20)
        try:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")
        except OSError:
            pass  # whoever asked has gone

    def log_message(self, format, *arguments):
        """Requests are the tests' business, not the terminal's."""
