"""`moongate explain`: its words, its exit codes, who it takes the user for."""

import json
import re
import time

import pytest

from harness.program import run
from harness.tokens import seal

SECRET = "s" * 32

CONFIG = """return {{ url = "https://example.test", secret = string.rep("s", 32), session = {{ strategy = "{strategy}" }},
  database = "sqlite:unused.db" }}
"""
RULES = """
return {
  claims = { "plan" },
  inject = { ["X-User-Id"] = "id", ["X-Note"] = false },
  forbid = { { id = "blocked", when = function(c) return c.user.plan == "blocked" end } },
  routes = {
    { id = "open", path = "/open/**", public = true },
    { id = "orders", path = "/orders/**", login = true },
    { id = "order", path = "/orders/:id", methods = { "GET" }, roles = { any = { "reader" } } },
    { id = "fresh", path = "/fresh", maxAge = 60 },
  },
}
"""


@pytest.fixture
def site(program, tmp_path):
    (tmp_path / "scripts").mkdir()
    (tmp_path / "config.lua").write_text(CONFIG.format(strategy="jwt"))
    (tmp_path / "scripts/rules.lua").write_text(RULES)
    return tmp_path


def explain(site, *arguments, **more):
    return run("explain", *arguments, cwd=site, **more)


def record(site, *arguments, **more) -> dict:
    done = explain(site, *arguments, "--json", **more)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def test_allowed_is_0_and_the_words_name_rule_file_and_line(site):
    done = explain(site, "GET", "/orders/7", "--as", "-", stdin='{"sub":"7","roles":["reader"]}')
    assert done.returncode == 0, done.stderr
    words = done.stdout
    assert words.startswith("GET example.test/orders/7\n")
    # Columns are as wide as they have to be.
    words = re.sub(" +", " ", words)
    for line in ["blocked scripts/rules.lua:5 `when` said false", "orders scripts/rules.lua:8 a narrower route decides",
                 "open scripts/rules.lua:7 another path", "rule order scripts/rules.lua:9", "set X-User-Id: 7",
                 "delete X-Note", "roles reader", "authTime unknown"]:
        assert line in words, words


def test_not_allowed_is_1(site):
    done = explain(site, "GET", "/orders/7")
    assert done.returncode == 1 and done.stderr == ""
    assert "login" in done.stdout and "rule.login" in done.stdout


def test_error_is_1_and_names_the_line(site):
    (site / "scripts/rules.lua").write_text(RULES.replace('c.user.plan == "blocked"', 'c.user.plam == "blocked"'))
    done = explain(site, "GET", "/open/a")
    assert done.returncode == 1
    assert "rules.lua:5" in done.stdout and "plam" in done.stdout


@pytest.mark.parametrize("arguments, says", [
    (["get", "/"], "capital letters"),
    (["GET", "example.test/a"], "no URL"),
    (["GET"], "url"),
    (["GET", "/", "--header", "Accept"], "--header takes a field"),
    (["GET", "/", "--ip", "localhost"], "--ip takes an address"),
    (["GET", "/", "--auth-age", "5"], "--as"),
    (["GET", "/", "--as", "-", "--header", "Cookie: a=b"], "not both"),
    (["GET", "/", "--as", "-"], "JSON object"),
])
def test_wrong_command_line_is_2_and_says_what_to_do(site, arguments, says):
    done = explain(site, *arguments, stdin="[]")
    assert done.returncode == 2 and done.stdout == "" and says in done.stderr, done.stderr


def test_files_that_cannot_be_used_are_3_with_all_problems(site):
    (site / "scripts/rules.lua").write_text('return { routes = { { path = "/a" }, { paht = "/b", public = true } } }')
    done = explain(site, "GET", "/a")
    assert done.returncode == 3 and "paht" in done.stderr and "who may use it" in done.stderr
    assert explain(site, "GET", "/a", "--config", "nowhere.lua").returncode == 3
    assert explain(site, "GET", "/a", "--as", "nowhere.json").returncode == 3


def test_url_may_be_absolute_and_the_host_header_wins(site):
    assert record(site, "GET", "https://shop.example.test:8443/open/a?b=1")["request"] == {
        "host": "shop.example.test", "ip": None, "method": "GET", "path": "/open/a", "target": "/open/a?b=1"}
    assert record(site, "GET", "https://shop.example.test")["request"]["target"] == "/"
    assert record(site, "GET", "/open/a", "--header", "Host: other.test")["request"]["host"] == "other.test"


def test_target_that_is_not_canonical_is_denied_and_nothing_is_tried(site):
    found = record(site, "GET", "/open/../orders")
    assert found["request"] is None and found["tried"] == [] and found["decision"]["code"] == "request.target"
    assert "nothing was matched" in explain(site, "GET", "/open/../orders").stdout


def test_auth_age_makes_a_sign_in_fresh_or_old(site):
    user = '{"sub":"7"}'
    assert record(site, "GET", "/fresh", "--as", "-", "--auth-age", "5", stdin=user)["decision"]["verdict"] == "allow"
    assert record(site, "GET", "/fresh", "--as", "-", "--auth-age", "500", stdin=user)["decision"]["verdict"] == "stepUp"
    assert record(site, "GET", "/fresh", "--as", "-", stdin=user)["decision"]["verdict"] == "stepUp"


def test_real_session_is_opened_with_the_sites_secret_and_hooks_run(site):
    (site / "scripts/jwt.lua").write_text('return function(p) p.token.roles = { "reader" } return p.token end')
    token = seal({"sub": "7"}, SECRET, salt="__Secure-authjs.session-token")
    for header in [f"Cookie: __Secure-authjs.session-token={token}", f"Authorization: Bearer {token}"]:
        found = record(site, "GET", "/orders/7", "--header", header)
        assert found["decision"]["verdict"] == "allow" and found["read"]["roles"] == ["reader"]
        assert token[:20] not in json.dumps(found)
    old = seal({"sub": "7"}, SECRET, salt="__Secure-authjs.session-token", iat=int(time.time()) - 90, exp=int(time.time()) - 60)
    found = record(site, "GET", "/orders/7", "--header", f"Cookie: __Secure-authjs.session-token={old}")
    assert found["decision"]["verdict"] == "login" and found["read"] == {"signedIn": False}


def test_cookie_of_a_database_session_needs_the_claims(site):
    (site / "config.lua").write_text(CONFIG.format(strategy="database"))
    (site / "scripts/rules.lua").write_text(RULES.replace("maxAge = 60", "login = true"))
    done = explain(site, "GET", "/orders/7", "--header", "Cookie: __Secure-authjs.session-token=t")
    assert done.returncode == 3 and "--as FILE" in done.stderr
    assert not (site / "unused.db").exists()


def test_what_a_terminal_would_obey_is_spelled_out(site):
    done = explain(site, "GET", "/orders/7", "--as", "-", stdin=json.dumps({"sub": "\u001b[31m7", "roles": ["reader"], "plan": "\u202ex"}))
    assert "\u001b" not in done.stdout and "\u202e" not in done.stdout and "\\u{202e}" in done.stdout


def test_a_test_that_fails_is_no_reason_to_say_nothing(site):
    text = RULES.replace("routes =", 'tests = { { request = "GET /orders", allow = true } },\n  routes =')
    (site / "scripts/rules.lua").write_text(text)
    assert record(site, "GET", "/orders")["decision"]["verdict"] == "login"
    assert run("check", cwd=site).returncode == 1


def test_the_configuration_may_be_named_by_its_folder(site):
    done = run("explain", "GET", "/open/a", "--config", str(site), "--json", cwd=site.parent)
    assert done.returncode == 0, done.stderr
    assert run("test", "--config", f"{site}/", cwd=site.parent).returncode == 0
    status = run("status", "--config", str(site), cwd=site.parent)
    assert status.returncode == 3 and f"{site}/.moongate/control.sock" in status.stderr
