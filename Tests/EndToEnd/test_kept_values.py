"""What scripts keep beyond a call: `kv` survives a restart, `cache` is one user's, a failing store opens nothing."""

import sqlite3

import pytest

NEEDS = "{ needs = { kv = true, sharedCache = true } }"

COUNT = """
return function(p)
  p.session.reads = assert(kv.incr("reads:" .. p.token.sub))
  p.session.all = assert(kv.incr("reads"))
  return p.session
end
"""

CACHED = """
return function(p)
  local who = p.session.user.name
  p.session.own = cache("who", 300, function() return who end)
  p.session.shared = cache.shared("who", 300, function() return who end)
  return p.session
end
"""


@pytest.fixture
def durable(site):
    site.with_credentials(database='"sqlite:moongate.db"', scripts=NEEDS)
    return site


def test_counts_outlive_a_restart(durable, client_of):
    durable.script("session", COUNT)
    server = durable.start()
    client = client_of(server)
    assert client.sign_in("ada").sets_session
    assert [client.session()["reads"] for _ in range(3)] == [1, 2, 3]
    server.stop()
    server = durable.start()
    assert client.session()["reads"] == 4
    other = client_of(server)
    assert other.sign_in("bob").sets_session
    assert (other.session()["reads"], other.session()["all"]) == (1, 6)


def test_without_a_database_values_live_as_long_as_the_process(site, client_of):
    site.with_credentials(database=None, scripts=NEEDS)
    site.script("session", COUNT)
    client = client_of(site.start())
    assert client.sign_in("ada").sets_session
    assert [client.session()["reads"] for _ in range(2)] == [1, 2]


def test_a_cached_answer_is_one_users(site, client_of):
    site.with_credentials(scripts=NEEDS)
    site.script("session", CACHED)
    server = site.start()
    ada, bob = client_of(server), client_of(server)
    assert ada.sign_in("ada").sets_session and bob.sign_in("bob").sets_session
    for _ in range(2):
        assert [ada.session()["own"], bob.session()["own"]] == ["ada", "bob"]
        assert [ada.session()["shared"], bob.session()["shared"]] == ["ada", "ada"]


def test_an_answer_is_made_anew_when_the_code_has_changed(site, client_of):
    site.with_credentials(scripts=NEEDS)
    text = 'return function(p) p.session.v = cache("v", 300, function() return "%s" end) return p.session end'
    site.script("session", text % "old")
    server = site.start()
    client = client_of(server)
    assert client.sign_in("ada").sets_session
    assert client.session()["v"] == "old"
    mark = server.log.mark()
    site.script("session", text % "new")
    assert server.log.wait(lambda record: record.get("message") == "Reloaded", mark=mark)
    assert client.session()["v"] == "new"


@pytest.mark.parametrize("name", ["kv.get('k')", "cache.shared('k', 1, tostring)"])
def test_what_is_not_listed_is_not_there(name, site, client_of):
    site.with_credentials()
    site.script("jwt", f"return function(p)\n  local v = {name}\n  return p.token\nend")
    answer = client_of(site.start()).sign_in("ada")
    assert not answer.sets_session
    assert answer.error == "Configuration"


def test_tries_are_counted(durable, client_of):
    durable.script("authorize", """
return function(p)
  local key = "tries:" .. p.credentials.username
  local tries, reason = kv.incr(key, 1, { ttl = 900 })
  if not tries then error(reason) end
  if tries > 2 then return deny { code = "tooMany" } end
  if p.credentials.password ~= "open sesame" then return nil end
  kv.delete(key)
  return { id = p.credentials.username }
end
""")
    client = client_of(durable.start())
    for _ in range(2):
        assert "code=credentials" in client.sign_in("ada", password="wrong").location
    assert "code=tooMany" in client.sign_in("ada").location
    assert client.sign_in("bob").sets_session


COUNT_OR_READ = """
return function(p)
  local ask = p.token.name == "ada" and kv.incr or kv.get
  p.session.reads = assert(ask("reads"))
  return p.session
end
"""


def test_behind_a_locked_database_writes_are_503_and_reads_go_on(durable, client_of):
    durable.with_credentials(
        database='"sqlite:moongate.db"', scripts=NEEDS, limits="{ script = { wallMs = 500 } }")
    durable.script("session", COUNT_OR_READ)
    server = durable.start()
    ada, bob = client_of(server), client_of(server)
    assert ada.sign_in("ada").sets_session and ada.session()["reads"] == 1
    assert bob.sign_in("bob").sets_session
    other = sqlite3.connect(durable.folder / "moongate.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = ada.get("/auth/session")
    assert (answer.status, answer.set_cookies) == (503, [])
    assert bob.session()["reads"] == 1
    other.execute("ROLLBACK")
    other.close()
    assert ada.session()["reads"] > 1
