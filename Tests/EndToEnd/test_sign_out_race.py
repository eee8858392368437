"""A session read that was under way while its user signed out brings nothing back."""

import threading

import pytest

from harness.client import Client

ROUNDS = 5
COUNTING = """
return function(p)
  p.token.reads = (p.token.reads or 0) + 1
  for _ = 1, 5000 do end
  return p.token
end
"""


class Reader(threading.Thread):
    """Reads the session again and again as one tab does, and keeps every session token it was given."""

    def __init__(self, origin, jar):
        super().__init__(daemon=True)
        self.origin, self.jar = origin, dict(jar)
        self.tokens = [jar["authjs.session-token"]]
        self.signed_out = False

    def run(self):
        with Client(self.origin) as client:
            client.jar = self.jar
            while not self.signed_out:
                self.signed_out = client.session() is None
                if client.session_token:
                    self.tokens.append(client.session_token)


@pytest.mark.parametrize("round", range(ROUNDS))
def test_no_token_of_a_signed_out_session_is_accepted(round, site, client_of):
    site.with_credentials()
    site.script("jwt", COUNTING)
    server = site.start()
    client = client_of(server)
    client.sign_in("ada")
    readers = [Reader(server.origin, client.jar) for _ in range(4)]
    for reader in readers:
        reader.start()
    while any(len(reader.tokens) < 5 for reader in readers):
        readers[0].join(0.002)
    client.sign_out()
    for reader in readers:
        reader.join(5)
    tokens = {token for reader in readers for token in reader.tokens}
    assert len(tokens) > 5
    for token in tokens:
        assert client.get("/auth/session", cookies={"authjs.session-token": token}).body == b"null"
