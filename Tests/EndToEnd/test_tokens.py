"""Tokens cross both ways between the command line, the server and another library."""

import json
from pathlib import Path

import pytest

from harness.program import SECRET, run
from harness.tokens import SESSION_SALT, seal, unseal

CLAIMS = {"name": "test", "email": "test@test.com", "sub": "42"}
VECTORS = json.loads((Path(__file__).parent / "vectors/tokens.json").read_text())
TIMES = {"iat": 1700000000, "exp": 4102444800, "jti": "00000000-0000-4000-8000-000000000000"}


def inspect(token, secret="secret", salt=SESSION_SALT):
    return run("token", "inspect", "--secret", secret, "--salt", salt, stdin=token)


def issue(claims, secret="secret", salt=SESSION_SALT, *more):
    return run("token", "issue", "--secret", secret, "--salt", salt, *more, stdin=json.dumps(claims))


def claims_of(done):
    """The claims that `inspect` printed, wherever it puts the header beside them."""
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    return printed.get("claims", printed)


@pytest.mark.parametrize("name", VECTORS)
def test_a_token_that_auth_js_sealed_is_read(name):
    assert claims_of(inspect(VECTORS[name])) == {**CLAIMS, **TIMES}


@pytest.mark.parametrize("name, arguments", [("AUTH_SECRET", ()), ("OTHER", ("--secret-env", "OTHER"))])
def test_the_secret_may_stand_in_a_file(tmp_path, name, arguments):
    (tmp_path / "secret").write_text("secret\n")
    variables = {"AUTH_SECRET": None, f"{name}_FILE": str(tmp_path / "secret")}
    done = run("token", "issue", *arguments, stdin=json.dumps(CLAIMS), **variables)
    assert done.returncode == 0, done.stderr
    assert unseal(done.stdout.strip(), "secret")["sub"] == CLAIMS["sub"]


def test_a_secret_file_that_is_not_there_is_told():
    done = run("token", "issue", stdin="{}", AUTH_SECRET=None, AUTH_SECRET_FILE="/nowhere/secret")
    assert done.returncode == 2
    assert "AUTH_SECRET: the file /nowhere/secret is not there" in done.stderr


def test_a_token_of_the_command_line_is_read_by_another_library():
    done = issue(CLAIMS)
    assert done.returncode == 0, done.stderr
    claims = unseal(done.stdout.strip(), "secret")
    assert {name: claims[name] for name in CLAIMS} == CLAIMS
    assert claims["exp"] - claims["iat"] == 30 * 86400


def test_a_token_of_another_library_is_read_by_the_command_line():
    claims = claims_of(inspect(seal(CLAIMS, "secret")))
    assert {name: claims[name] for name in CLAIMS} == CLAIMS


VALUES = [{"deep": [[], {}, None, True, 1.5, -0.25]}, "Zoë 🌙 \"quoted\"\n", 9007199254740993, []]


@pytest.mark.parametrize("value", VALUES)
def test_values_survive_both_ways(value):
    issued = issue({"sub": "1", "v": value})
    assert unseal(issued.stdout.strip(), "secret")["v"] == value
    assert claims_of(inspect(seal({"sub": "1", "v": value}, "secret")))["v"] == value


def test_max_age_decides_the_expiry():
    claims = unseal(issue(CLAIMS, "secret", SESSION_SALT, "--max-age", "60").stdout.strip(), "secret")
    assert claims["exp"] - claims["iat"] == 60


@pytest.mark.parametrize("wrong", [dict(secret="other"), dict(salt="__Secure-authjs.session-token")])
def test_another_secret_or_salt_reads_nothing(wrong):
    done = inspect(VECTORS["A256CBC-HS512"], **wrong)
    assert done.returncode == 1
    assert "test@test.com" not in done.stdout + done.stderr


def test_an_expired_token_is_said_to_be():
    done = inspect(seal(CLAIMS, "secret", exp=1700000000))
    assert done.returncode == 1
    assert "expired" in (done.stdout + done.stderr).lower()


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "e" * 16385])
def test_no_token_is_refused(token):
    assert inspect(token).returncode == 1


@pytest.mark.parametrize("claims", ["", "[]", "{", '{"a":1,"a":2}', "null"])
def test_claims_that_are_no_json_object_are_refused(claims):
    done = run("token", "issue", "--secret", "secret", "--salt", SESSION_SALT, stdin=claims)
    assert done.returncode in (1, 2)
    assert done.stdout.strip() == ""


def test_a_session_cookie_of_the_server_is_read_by_another_library(site, client_of):
    client = client_of(site.with_credentials().start())
    client.sign_in("ada")
    claims = unseal(client.session_token, SECRET)
    assert (claims["name"], claims["email"]) == ("ada", "ada@example.com")
    assert claims["exp"] - claims["iat"] == 2592000


def test_a_token_of_the_command_line_is_a_session_of_the_server(site, client_of):
    client = client_of(site.with_credentials().start())
    token = issue(CLAIMS, SECRET).stdout.strip()
    assert client.get("/auth/session", cookies={"authjs.session-token": token}).json()["user"]["name"] == "test"
