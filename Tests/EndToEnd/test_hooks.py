"""A hook that misbehaves never lets anyone in, never logs anyone out, and costs nobody else anything."""

import time

import pytest

MISBEHAVE = """
local function misbehave(how)
  if how == "loop" then while true do end end
  if how == "catch" then while true do pcall(function() while true do end end) end end
  if how == "memory" then local t = {} for i = 1, 100000000 do t[i] = ("x"):rep(1000) .. i end end
  if how == "string" then local s = "x" while true do s = s .. s end end
  if how == "recursion" then local function f() return 1 + f() end return f() end
  if how == "pattern" then return (("a"):rep(60000)):find(("a?"):rep(30) .. ("a"):rep(30) .. "b") end
  if how == "raise" then error("broken on purpose") end
  if how == "raisetable" then error({}) end
  if how == "global" then return undeclared.thing end
  return how
end
"""

JWT = MISBEHAVE + """
return function(p)
  if p.user then p.token.mode = p.user.name end
  local stage, how = (p.token.mode or ""):match("^(%a+)%-(%a+)$")
  if stage ~= (p.user and "signin" or "read") then return p.token end
  if how == "nothing" then return end
  if how == "boolean" then return true end
  if how == "text" then return "token" end
  if how == "function" then return function() end end
  if how == "inside" then p.token.f = function() end return p.token end
  if how == "cycle" then p.token.self = p.token return p.token end
  if how == "nan" then p.token.n = 0 / 0 return p.token end
  misbehave(how)
  return p.token
end
"""

BREACHES = ["loop", "catch", "memory", "string", "recursion", "pattern", "raise", "raisetable", "global"]
NONSENSE = ["nothing", "boolean", "text", "function", "inside", "cycle", "nan"]
CODES = {
    "raise": "script.error", "nothing": "hook.noReturn", "loop": "script.steps", "string": "script.memory",
    "global": "script.error",
}


@pytest.fixture
def server(site):
    site.with_credentials()
    site.script("jwt", JWT)
    return site.start()


@pytest.fixture
def client(server, client_of):
    return client_of(server)


def quick(begun):
    """Whether a call ended within its budget of 2 s, with room for a busy machine."""
    return time.monotonic() - begun < 3


@pytest.mark.parametrize("how", BREACHES + NONSENSE)
def test_at_sign_in_is_a_configuration_error(how, server, client, client_of):
    begun = time.monotonic()
    answer = client.sign_in(f"signin-{how}")
    assert quick(begun)
    assert not answer.sets_session
    assert (answer.status, answer.error) == (302, "Configuration")
    assert client_of(server).sign_in("ada").sets_session


@pytest.mark.parametrize("how", BREACHES + NONSENSE)
def test_at_a_read_is_503_and_leaves_the_cookie_alone(how, server, client, client_of):
    assert client.sign_in(f"read-{how}").sets_session
    begun = time.monotonic()
    answer = client.get("/auth/session")
    assert quick(begun)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.set_cookies == []
    other = client_of(server)
    assert other.sign_in("ada").sets_session
    assert other.session()["user"]["name"] == "ada"


@pytest.mark.parametrize("how", CODES)
def test_the_log_names_code_file_and_request_of(how, server, client):
    client.sign_in(f"read-{how}")
    mark = server.log.mark()
    client.get("/auth/session")
    record = server.log.wait_code(CODES[how], mark=mark)
    assert record, server.log.since(mark)
    assert record["requestId"]
    assert "scripts/jwt.lua" in str(record)


def test_a_refused_sign_in_shows_an_incident_that_the_log_knows(server, client):
    mark = server.log.mark()
    answer = client.sign_in("signin-raise")
    record = server.log.wait_code("script.error", mark=mark)
    assert record and record["level"] in ("error", "warning")
    assert answer.location.startswith(f"{client.origin}/auth/error?error=Configuration")


def test_nothing_a_broken_hook_says_reaches_the_client(client):
    answer = client.sign_in("signin-raise")
    page = client.get(answer.location)
    assert "on purpose" not in page.text + str(answer.headers) and page.status == 500


def test_nil_ends_the_session(site, client_of):
    site.with_credentials()
    site.script("jwt", "return function(p) if p.user then return p.token end return nil end")
    client = client_of(site.start())
    assert client.sign_in("ada").sets_session
    answer = client.get("/auth/session")
    assert (answer.status, answer.body) == (200, b"null")
    assert any("Max-Age=0" in line for line in answer.cookie_lines("authjs.session-token"))


SIGN_IN = {
    "true": ("return true", None),
    "false": ("return false", "AccessDenied"),
    "a denial": ("return deny{ code = 'account.suspended', message = 'no' }", "AccessDenied"),
    "nothing": ("return", "Configuration"),
    "nil": ("return nil", "Configuration"),
    "a table like a verdict": ("return { allow = true }", "Configuration"),
    "a number": ("return 1", "Configuration"),
    "a raise": ("error('x')", "Configuration"),
    "a loop": ("while true do end", "Configuration"),
}


@pytest.mark.parametrize("name", SIGN_IN)
def test_a_sign_in_hook_that_answers(name, site, client_of):
    body, error = SIGN_IN[name]
    site.with_credentials()
    site.script("signIn", f"return function(p)\n  {body}\nend")
    client = client_of(site.start())
    answer = client.sign_in("ada")
    if error is None:
        assert answer.sets_session
    else:
        assert not answer.sets_session
        assert answer.error == error


def test_a_sign_in_hook_may_send_the_user_elsewhere_without_a_session(site, client_of):
    site.with_credentials()
    site.script("signIn", "return function(p) return '/terms' end")
    client = client_of(site.start())
    answer = client.sign_in("ada")
    assert answer.location == client.origin + "/terms"
    assert not answer.sets_session


BROKEN_AUTHORIZE = ["error('x')", "while true do end", "return true", "return 'ada'", "return", "return ({})[1].x"]


@pytest.mark.parametrize("body", BROKEN_AUTHORIZE)
def test_an_authorize_hook_that_misbehaves_signs_nobody_in(body, site, client_of):
    site.with_credentials()
    site.script("authorize", f"return function(p)\n  {body}\nend")
    client = client_of(site.start())
    answer = client.sign_in("ada")
    assert not answer.sets_session
    assert answer.error == "Configuration"


def test_a_session_hook_that_raises_is_503(site, client_of):
    site.with_credentials()
    site.script("session", "return function(p) error('x') end")
    client = client_of(site.start())
    client.sign_in("ada")
    answer = client.get("/auth/session")
    assert (answer.status, answer.set_cookies) == (503, [])


def test_reserved_claims_keep_their_value_and_the_log_says_so_once(site, client_of):
    site.with_credentials()
    site.script("jwt", "return function(p) p.token.sub = 'admin' p.token.exp = 9999999999 return p.token end")
    server = site.start()
    client = client_of(server)
    client.sign_in("ada")
    for _ in range(3):
        assert client.session()["user"]["id"] != "admin"
    record = server.log.wait_code("claims.reserved")
    assert record and "scripts/jwt.lua" in str(record)
    assert server.log.codes().count("claims.reserved") == 1


ESCAPES = ["os.execute('true')", "io.open('/etc/passwd')", "load('return 1')()", "debug.getregistry()",
           "package.loadlib('x', 'y')", "collectgarbage()", "string.dump(print)", "coroutine.create(print)",
           "rawset(_G, 'x', 1)", "require('os')", "dofile('/etc/passwd')", "string.rep = 1"]


@pytest.mark.parametrize("code", ESCAPES)
def test_the_sandbox_has_no(code, site, client_of):
    site.with_credentials()
    site.script("jwt", f"return function(p)\n  {code}\n  return p.token\nend")
    client = client_of(site.start())
    assert client.sign_in("ada").error == "Configuration"
