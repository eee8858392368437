"""A hundred readers that want one value at once: it is asked for once, and whoever fails fails alone."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.client import Client

READERS = 100


class Slow(ThreadingHTTPServer):
    """Answers with the number of the request, after a while."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked = 0
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def authority(self):
        return f"127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        with self.server.lock:
            self.server.asked += 1
            number = self.server.asked
        time.sleep(0.4)
        body = b"%d" % number
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def slow():
    server = Slow()
    yield server
    server.shutdown()
    server.server_close()


def script(slow, rest):
    return f"""
return function(p)
  p.session.v = cache.shared("v", 300, function()
    local answer = assert(http.get("http://{slow.authority}/"))
    {rest}
    return answer.json
  end)
  return p.session
end
"""


def read_at_once(site, slow, text):
    """The status and the value that each reader got."""
    site.with_credentials(
        scripts=f'{{ needs = {{ http = {{ "{slow.authority}" }}, sharedCache = true }} }}',
        limits="{ script = { steps = 200000 } }")
    site.script("session", text)
    server = site.start()
    with Client(server.origin) as first:
        assert first.sign_in("ada").sets_session
        jar = dict(first.jar)

    def read(_):
        with Client(server.origin) as client:
            answer = client.get("/auth/session", cookies=jar)
            return answer.status, answer.json().get("v") if answer.status == 200 else None

    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(read, range(READERS)))


def test_one_asks_for_all(site, slow):
    answers = read_at_once(site, slow, script(slow, ""))
    assert answers == [(200, 1)] * READERS
    assert slow.asked == 1


@pytest.mark.parametrize("fault", ["while true do end", "error('broken')", "return tostring"])
def test_the_one_that_asks_fails_alone(fault, site, slow):
    answers = read_at_once(site, slow, script(slow, f"if answer.json == 1 then {fault} end"))
    assert sorted(status for status, _ in answers) == [200] * (READERS - 1) + [503]
    assert {value for status, value in answers if status == 200} == {2}
    assert slow.asked == 2
