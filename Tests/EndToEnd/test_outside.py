"""Scripts that ask services outside: what they may reach, what they may say, and how many may wait at once."""

import asyncio
import json
import time

import pytest

from harness.program import SECRET
from harness.tokens import seal
from harness.upstream import Upstream

TOKEN = "a-token-of-the-personnel-system"


@pytest.fixture
def upstream():
    made = Upstream()
    yield made
    made.stop()


def started(site, upstream, script, more=""):
    """A site whose session hook is `script`."""
    needs = f'needs = {{ http = {{ "{upstream.authority}", "localhost:{site.port}" }}, secrets = {{ "HR_TOKEN" }} {more}}}'
    site.with_credentials(scripts="{ " + needs + " }", limits="{ script = { wallMs = 20000 } }")
    site.script("session", script.replace("UPSTREAM", upstream.authority).replace("OWN", f"localhost:{site.port}"))
    return site.start(HR_TOKEN=TOKEN)


def cookie(name="ada"):
    return {"authjs.session-token": seal({"sub": "1", "name": name}, SECRET)}


ECHO = """
return function(p)
  local answer, why = http.get("http://UPSTREAM/echo", { bearer = secret "HR_TOKEN" })
  p.session.answer = answer and answer.json or why
  log.info("asked", { answer = answer and answer.json })
  return p.session
end
"""


def test_a_secret_is_sent_and_is_seen_nowhere_else(site, upstream, client_of):
    server = started(site, upstream, ECHO)
    answer = client_of(server).get("/auth/session", cookies=cookie())
    assert answer.status == 200
    assert answer.json()["answer"]["authorization"] == "bearer [secret HR_TOKEN]"
    server.stop()
    assert TOKEN not in str(server.log) and "[secret HR_TOKEN]" in str(server.log)


@pytest.mark.parametrize(
    "url, code",
    [
        ("http://OWN/auth/session", "fetch.ownOrigin"),
        ("http://127.0.0.1:1/", "fetch.unlistedHost"),
        ("http://169.254.169.254/latest/meta-data/", "fetch.unlistedHost"),
        ("http://UPSTREAM@127.0.0.1:1/", "fetch.badURL"),
        ("file:///etc/passwd", "fetch.badURL"),
    ],
)
def test_other_places_are_not_reached(url, code, site, upstream, client_of):
    server = started(
        site, upstream, f'return function(p) local a, why = http.get("{url}") p.session.why = why return p.session end')
    assert client_of(server).get("/auth/session", cookies=cookie()).json()["why"].startswith(code + ": ")


WAIT = """
return function(p)
  p.session.ok = http.get("http://UPSTREAM/wait/100", { timeoutMs = 20000 }).json.ok
  return p.session
end
"""


async def read_session(port: int, token: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /auth/session HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: authjs.session-token={token}\r\n"
        "Connection: close\r\n\r\n".encode())
    answer = await reader.read(-1)
    writer.close()
    return answer


def threads(server) -> int:
    with open(f"/proc/{server.process.pid}/status") as status:
        return int(next(line for line in status if line.startswith("Threads:")).split()[1])


def test_two_thousand_hooks_wait_together(site, upstream):
    """Each waits 100 ms: one after the other would be 200 s. The bound leaves room for a busy machine and this client."""
    server = started(site, upstream, WAIT)
    token = seal({"sub": "1", "name": "ada"}, SECRET)
    most = 0

    async def watch():
        nonlocal most
        while True:
            most = max(most, threads(server))
            await asyncio.sleep(0.01)

    async def crowd():
        watching = asyncio.create_task(watch())
        started_at = time.monotonic()
        answers = await asyncio.gather(*(read_session(server.port, token) for _ in range(2000)))
        took = time.monotonic() - started_at
        watching.cancel()
        return answers, took

    answers, took = asyncio.run(crowd())
    right = [answer for answer in answers if answer.startswith(b"HTTP/1.1 200 ")]
    assert len(right) == 2000, sorted({answer[:40] for answer in answers})
    assert all(json.loads(answer.split(b"\r\n\r\n", 1)[1])["ok"] is True for answer in right)
    print(f"2,000 suspended hooks: {took:.2f} s, {most} threads")
    assert took < 20
    assert most < 32
