"""Ten thousand reads of a hundred users at once: each answer is the asker's own."""

import asyncio
import json

from harness.client import Client

USERS = 100
READS = 10_000
CONNECTIONS = 20

JWT = """
local memory = {}
return function(p)
  if p.user then
    p.token.canary = "canary-" .. p.user.name .. "-" .. ("x"):rep(20)
    p.token.groups = { p.user.name, "everyone" }
  end
  memory[#memory + 1] = p.token.canary
  if #memory > 1 then p.token.leak = memory[1] end
  return p.token
end
"""

SESSION = """
local last
return function(p)
  p.session.canary, p.session.leak = p.token.canary, p.token.leak or last
  last = p.token.canary
  return p.session
end
"""


async def read(reader) -> dict:
    """One keep-alive response with a Content-Length."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    lines = head.lower().split(b"\r\n")
    length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
    body = await reader.readexactly(length)
    assert status == 200, (status, body)
    return json.loads(body)


async def ask(port, tokens, numbers):
    """Reads on one connection, another user each time; the answers that were not the asker's."""
    reader, writer = await asyncio.open_connection("localhost", port)
    wrong = []
    for number in numbers:
        name = f"user{number % USERS}"
        cookie = f"authjs.session-token={tokens[name]}"
        writer.write(f"GET /auth/session HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
        session = await read(reader)
        expected = (name, f"canary-{name}-" + "x" * 20, None)
        got = (session["user"]["name"], session["canary"], session.get("leak"))
        if got != expected:
            wrong.append((expected, got))
    writer.close()
    return wrong


async def ask_all(port, tokens):
    # A prime step, so that neighbours on the server's threads are different users every time.
    each = [range(start * 7919, start * 7919 + READS // CONNECTIONS) for start in range(CONNECTIONS)]
    return await asyncio.gather(*(ask(port, tokens, numbers) for numbers in each))


def test_every_answer_is_the_askers_own(site):
    site.with_credentials()
    site.script("jwt", JWT).script("session", SESSION)
    server = site.start()
    tokens = {}
    for number in range(USERS):
        with Client(server.origin) as client:
            assert client.sign_in(f"user{number}").sets_session
            tokens[f"user{number}"] = client.session_token
    wrong = [entry for each in asyncio.run(ask_all(server.port, tokens)) for entry in each]
    assert wrong == []
