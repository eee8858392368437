"""The plugins that ship with Moongate, each in a running server with real services around it."""

import base64
import hashlib
import hmac
import shutil
import time

import pytest

from harness.flow import assert_signed_in, callback_url, sign_in
from harness.program import ROOT, run
from harness.service import Service
from harness.site import AUTHORIZE, CREDENTIALS, SESSION, oidc

KEY = base64.b64encode(b"a key of the receiver: 32 bytes!").decode()
TOKEN = "a-token-of-the-personnel-system"


@pytest.fixture
def service():
    made = []

    def make(*answers):
        made.append(Service(*answers))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def with_plugin(site, hostile, identifier, settings="", **more):
    """A site with a provider, a credentials form, and this plugin of ours."""
    return with_plugins(site, hostile, f'{{ id = "{identifier}", {settings} }}', identifier, **more)


def with_plugins(site, hostile, entries, *identifiers, **more):
    for identifier in identifiers:
        shutil.copytree(ROOT / "plugins" / identifier, site.folder / "plugins" / identifier)
    site.configure(oidc("corp", hostile.issuer), CREDENTIALS, plugins="{ " + entries + " }", **more)
    site.script("authorize", AUTHORIZE)
    site.script("session", SESSION)
    site.env.update(ALERT_KEY=KEY, HR_TOKEN=TOKEN)
    return site


def about(server, message) -> list[dict]:
    return [record for record in list(server.log.records) if record.get("message") == message]


# -- all of them

EVERYTHING = """
  { id = "email-domain-allow", domains = { "example.com" } }, "roles",
  { id = "claims-http", endpoint = "http://127.0.0.1:1/{key}", token = secret "HR_TOKEN",
    claims = { level = "level" } },
  "audit", { id = "login-alerts", webhook = "http://127.0.0.1:1/", key = secret "ALERT_KEY" },
"""
ALL = ("audit", "claims-http", "email-domain-allow", "login-alerts", "roles")


def test_check_finds_nothing_to_say_about_them(site, hostile):
    with_plugins(site, hostile, EVERYTHING, *ALL)
    done = run("check", str(site.folder), **site.env)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert len([line for line in lines if line.startswith("plugin ")]) == len(ALL), done.stdout
    assert not [line for line in lines if "plugins/" in line], done.stdout


@pytest.mark.parametrize("readme", ["README.md", *(f"{identifier}/README.md" for identifier in ALL)])
def test_the_example_of_a_readme_is_right(site, hostile, readme):
    text = (ROOT / "plugins" / readme).read_text()
    example = text.split("```lua\nplugins = {", 1)[1].split("\n```", 1)[0].strip().removesuffix("},")
    with_plugins(site, hostile, example, *ALL)
    done = run("check", str(site.folder), **site.env)
    assert done.returncode == 0 and "plugin " in done.stdout, done.stdout


def test_their_specs_pass_in_another_site(site, hostile):
    with_plugins(site, hostile, EVERYTHING, *ALL)
    done = run("test", cwd=site.folder, **site.env)
    assert done.returncode == 0, done.stdout
    assert " 0 failed" in done.stdout


def test_one_is_added_to_a_new_site_by_copying_its_folder(program, tmp_path):
    made = run("init", str(tmp_path / "site"))
    assert 'copy a folder into' in made.stdout and 'plugins = { "roles" }' in made.stdout
    shutil.copytree(ROOT / "plugins/roles", tmp_path / "site/plugins/roles")
    config = tmp_path / "site/config.lua"
    config.write_text(config.read_text().replace("providers = {", 'plugins = { "roles" },\n  providers = {', 1))
    done = run("check", str(tmp_path / "site"), AUTH_URL="http://localhost:3000")
    assert "plugin roles 1.0.0: hooks: jwt session" in done.stdout, done.stdout


def test_all_of_them_work_together(site, hostile, client_of, service):
    people, receiver = service((200, {"level": 7})), service((204, {}))
    entries = EVERYTHING.replace("http://127.0.0.1:1/{key}", people.origin + "/{key}")
    entries = entries.replace('webhook = "http://127.0.0.1:1/"', f'alertUnknown = true, webhook = "{receiver.origin}"')
    entries = entries.replace('"roles"', '{ id = "roles", default = { "member" } }')
    entries = entries.replace('level = "level" }', 'level = "level" }, show = { "level" }')
    server = with_plugins(site, hostile, entries, *ALL).start()
    client = client_of(server)
    assert_signed_in(client, sign_in(client))
    assert {"roles": ["member"], "level": 7}.items() <= client.session()["user"].items()
    client.get(callback_url(client), headers={"User-Agent": "another browser"})
    assert receiver.wait(1)[0].json()["data"]["provider"] == "corp"
    server.stop()
    assert [line["event"] for line in about(server, "audit")].count("signIn") == 2


# -- roles

ROLES = """roles = { admin = { "editor" } }, emails = { ["ada@example.com"] = { "admin" } },
  groups = { writers = { "editor" } }, default = { "member" }"""


def test_roles_go_by_verified_address_and_by_group(site, hostile, client_of):
    server = with_plugin(site, hostile, "roles", ROLES).start()
    ada = client_of(server)
    sign_in(ada)
    assert ada.session()["user"]["roles"] == ["admin", "editor", "member"]
    hostile.subject = {"sub": "2", "name": "Bob", "email": "ada@example.org", "groups": ["writers", "strangers"]}
    bob = client_of(server)
    sign_in(bob)
    assert bob.session()["user"]["roles"] == ["editor", "member"]


def test_roles_of_an_unverified_address_are_those_of_everybody(site, hostile, client_of):
    hostile.subject["email_verified"] = False
    client = client_of(with_plugin(site, hostile, "roles", ROLES).start())
    assert_signed_in(client, sign_in(client))
    assert client.session()["user"]["roles"] == ["member"]


def test_roles_follow_a_change_of_the_settings_at_the_next_read(site, hostile, client_of):
    server = with_plugin(site, hostile, "roles", ROLES).start()
    client = client_of(server)
    client.sign_in("ada")
    assert client.session()["user"]["roles"] == ["admin", "editor", "member"]
    config = (site.folder / "config.lua").read_text()
    site.write("config.lua", config.replace('{ "admin" }', '{ "auditor" }'))
    assert server.log.wait(lambda entry: entry.get("message") == "Reloaded")
    assert client.session()["user"]["roles"] == ["auditor", "member"]


def test_roles_by_id_are_there_with_stored_sessions(site, hostile, client_of):
    server = with_plugin(site, hostile, "roles", 'default = { "member" }', session='{ strategy = "database" }').start()
    client = client_of(server)
    sign_in(client)
    assert client.session()["user"]["roles"] == ["member"]


# -- email-domain-allow


@pytest.mark.parametrize(
    "changes, code",
    [
        ({}, None),
        ({"email": "ada@elsewhere.example"}, "email.domain"),
        ({"email_verified": False}, "email.unverified"),
        ({"email": None}, "email.missing"),
    ],
)
def test_domains_that_are_listed_come_in(site, hostile, client_of, changes, code):
    hostile.subject.update(changes)
    server = with_plugin(site, hostile, "email-domain-allow", 'domains = { "example.com" }').start()
    client = client_of(server)
    answer = sign_in(client)
    if code is None:
        return assert_signed_in(client, answer)
    assert not answer.sets_session and answer.error == "AccessDenied"
    assert server.log.wait_code(code)


def test_who_has_left_the_domain_stays_out_although_the_stored_address_is_listed(site, hostile, client_of):
    server = with_plugin(site, hostile, "email-domain-allow", 'domains = { "example.com" }').start()
    assert sign_in(client_of(server)).sets_session
    hostile.subject["email"] = "ada@elsewhere.example"
    assert not sign_in(client_of(server)).sets_session


def test_who_is_refused_can_be_sent_to_a_page_that_says_why(site, hostile, client_of):
    server = with_plugin(site, hostile, "email-domain-allow", 'domains = { "a.example" }, page = "/no-entry"').start()
    answer = sign_in(client_of(server))
    assert (answer.location, answer.sets_session) == (f"{site.origin}/no-entry?reason=email.domain", False)


# -- claims-http

CLAIMS = """endpoint = "%s/people/{key}", token = secret "HR_TOKEN", ttl = 1, timeoutMs = 2000,
  claims = { department = "org.name", level = "level" }, show = { "department" }, staleIfError = %d"""
ADA = {"org": {"name": "engines"}, "level": 7}


def slept_ttl():
    """The `ttl` of one second is over. Answers are kept by the real clock."""
    time.sleep(1.1)


def test_claims_come_from_the_api_and_go_with_it(site, hostile, client_of, service):
    people = service((200, ADA), (404, {}))
    server = with_plugin(site, hostile, "claims-http", CLAIMS % (people.origin, 60)).start()
    client = client_of(server)
    sign_in(client)
    assert client.session()["user"]["department"] == "engines"
    assert people.requests[0].path == "/people/ada%40example.com"
    assert people.requests[0].headers["Authorization"] == f"Bearer {TOKEN}"
    slept_ttl()
    assert "department" not in client.session()["user"]
    assert len(people.requests) == 2
    server.stop()
    assert TOKEN not in str(server.log)


def test_claims_stay_while_the_api_is_down(site, hostile, client_of, service):
    people = service((200, ADA))
    client = client_of(with_plugin(site, hostile, "claims-http", CLAIMS % (people.origin, 60)).start())
    sign_in(client)
    people.stop()
    slept_ttl()
    assert client.session()["user"]["department"] == "engines"


def test_without_claims_that_may_stand_in_a_read_fails_and_signs_nobody_out(site, hostile, client_of, service):
    people = service((200, ADA), (503, {}), (200, {"org": {"name": "looms"}}))
    client = client_of(with_plugin(site, hostile, "claims-http", CLAIMS % (people.origin, 0)).start())
    sign_in(client)
    slept_ttl()
    refused = client.get("/auth/session")
    assert (refused.status, refused.set_cookies) == (503, [])
    slept_ttl()
    assert client.session()["user"]["department"] == "looms"


def test_nobody_signs_in_while_the_api_is_down(site, hostile, client_of, service):
    people = service((500, {}))
    client = client_of(with_plugin(site, hostile, "claims-http", CLAIMS % (people.origin, 60)).start())
    answer = sign_in(client)
    assert not answer.sets_session and answer.error == "Configuration"


# -- audit


def test_audit_writes_a_line_for_each_thing_that_happened(site, hostile, client_of):
    server = with_plugin(site, hostile, "audit").start()
    client = client_of(server)
    answer = sign_in(client)
    client.session()
    client.sign_out()
    server.terminate()
    assert server.wait() == 0
    lines = about(server, "audit")
    assert [line["event"] for line in lines] == ["createUser", "linkAccount", "signIn", "signOut"]
    assert {line["requestId"] for line in lines[:3]} == {answer.headers["X-Request-Id"]}
    assert len({line["userId"] for line in lines}) == 1
    expected = {"provider": "corp", "providerAccountId": "subject-1", "isNewUser": "true", "ip": "127.0.0.1"}
    assert expected.items() <= lines[2].items()
    assert "ada@example.com" not in str(lines)


def test_audit_says_nothing_of_a_refused_sign_in(site, hostile, client_of):
    server = with_plugin(site, hostile, "audit").start()
    assert not client_of(server).sign_in("ada", "wrong").sets_session
    server.stop()
    assert about(server, "audit") == []


def test_audit_drops_nothing_of_many_sign_ins_when_the_program_ends(site, hostile, client_of):
    server = with_plugin(site, hostile, "audit", "keep = 60").start()
    client = client_of(server)
    for number in range(50):
        assert client.sign_in(f"user{number}").sets_session
    server.stop()
    lines = [line for line in about(server, "audit") if line["event"] == "signIn"]
    assert len({line["userId"] for line in lines}) == len(lines) == 50
    assert about(server, "audit record not kept") == []


# -- login-alerts

ALERTS = 'webhook = "%s/alerts", key = secret "ALERT_KEY"'


# The site's own scripts are told after the plugins.
TOLD = 'return { signIn = function() log.info("told") end }'


def visit(client, agent: str):
    """Signs in as a browser of this name."""
    fields = {"csrfToken": client.csrf(), "username": "ada", "password": "open sesame"}
    answer = client.post("/auth/callback/credentials", fields, headers={"User-Agent": agent})
    assert answer.sets_session


def test_a_new_device_is_told_once_and_signed(site, hostile, client_of, service):
    receiver = service((204, {}))
    server = with_plugin(site, hostile, "login-alerts", ALERTS % receiver.origin).script("events", TOLD).start()
    client = client_of(server)
    for agent in ["laptop", "phone", "phone", "laptop"]:
        mark = server.log.mark()
        visit(client, agent)
        assert server.log.wait(lambda entry: entry.get("message") == "told", mark=mark)
    server.stop()
    assert len(receiver.requests) == 1
    alert = receiver.requests[0]
    assert alert.json()["data"]["userAgent"] == "phone"
    assert alert.json()["data"]["user"]["email"] == "ada@example.com"
    signed = f'{alert.headers["Webhook-Id"]}.{alert.headers["Webhook-Timestamp"]}.'.encode() + alert.body
    digest = hmac.new(base64.b64decode(KEY), signed, hashlib.sha256).digest()
    assert alert.headers["Webhook-Signature"] == "v1," + base64.b64encode(digest).decode()
    assert KEY not in str(server.log)


def test_an_alert_is_tried_again_with_the_same_id(site, hostile, client_of, service):
    receiver = service((503, {}), (200, {}))
    server = with_plugin(site, hostile, "login-alerts", "alertUnknown = true, " + ALERTS % receiver.origin).start()
    visit(client_of(server), "phone")
    first, second = receiver.wait(2)
    assert first.headers["Webhook-Id"] == second.headers["Webhook-Id"]
    assert server.log.wait(lambda entry: entry.get("message") == "login alert sent")


def test_a_receiver_that_is_down_keeps_nobody_out_and_hears_of_the_next_sign_in(site, hostile, client_of, service):
    receiver = service((500, {}), (500, {}), (500, {}), (200, {}))
    server = with_plugin(site, hostile, "login-alerts", "alertUnknown = true, " + ALERTS % receiver.origin).start()
    client = client_of(server)
    visit(client, "phone")
    assert server.log.wait(lambda entry: entry.get("message") == "login alert not delivered")
    assert len(receiver.requests) == 3
    visit(client, "phone")
    assert server.log.wait(lambda entry: entry.get("message") == "login alert sent")
    assert len(receiver.requests) == 4
