"""A site of one origin: the pages of an app, and Moongate behind it, as a reverse proxy puts them together."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .ports import free_port

# Nothing inline, no eval, nothing of other origins.
STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
# Belong to one connection (RFC 9110, 7.6.1), or are written anew.
OWN_FIELDS = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class Front:
    """Listens until `stop()`. What is not in `pages` goes to `upstream`, a port, unchanged."""

    def __init__(self):
        self.upstream: int | None = None
        self.pages: dict[str, tuple[str, str]] = {}
        self.passed: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
        self.server.daemon_threads = True
        self.server.front = self
        self.origin = f"http://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def page(self, path: str, html: str):
        """A page, under a policy that allows scripts of this origin alone."""
        self.pages[path] = ("text/html; charset=utf-8", "<!doctype html><meta charset=utf-8>" + html)
        return self

    def script(self, path: str, text: str):
        self.pages[path] = ("text/javascript; charset=utf-8", text)
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def respond(self):
        front = self.server.front
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        page = front.pages.get(self.path.split("?")[0])
        if page:
            self.send(200, [("Content-Type", page[0]), ("Content-Security-Policy", STRICT)], page[1].encode())
        else:
            front.passed.append(f"{self.command} {self.path}")
            self.pass_on(front.upstream, body)

    def pass_on(self, port: int, body: bytes):
        upstream = http.client.HTTPConnection("localhost", port, timeout=20)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in OWN_FIELDS - {"content-length"}:
                    upstream.putheader(name, value)
            upstream.endheaders(body)
            answer = upstream.getresponse()
            content = answer.read()
            fields = [(name, value) for name, value in answer.headers.items() if name.lower() not in OWN_FIELDS]
            self.send(answer.status, fields, content)
        finally:
            upstream.close()

    def send(self, status: int, fields, content: bytes):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = respond

    def log_message(self, format, *arguments):
        """Requests are the tests' business, not the terminal's."""
