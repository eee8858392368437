"""Development mode lets nobody in by accident: flag, address, Host, proxy and key all have to be right."""

import http.client

import pytest

from test_dev_browser import DEV, sign_in_link

FIELDS = {"email": "ada@example.com", "name": "Ada", "groups": ""}


@pytest.fixture
def server(site):
    return site.configure(DEV).start("--dev")


def with_key(client, server):
    """Opens the printed link, which hands the client its key."""
    client.get(sign_in_link(server))
    return client


def sign_in(client, headers=None):
    return client.post("/auth/callback/dev", {**FIELDS, "csrfToken": client.csrf()}, headers=headers)


def test_the_printed_link_signs_in(server, client_of):
    client = with_key(client_of(server), server)
    assert sign_in(client).sets_session
    assert client.session()["user"]["email"] == "ada@example.com"


def test_the_user_has_the_groups_that_were_typed(site, server, client_of):
    site.script("session", "return function(p) p.session.user.groups = p.token.groups return p.session end")
    site.script("jwt", "return function(p) if p.profile then p.token.groups = p.profile.groups end return p.token end")
    server.stop()
    server = site.start("--dev")
    client = with_key(client_of(server), server)
    client.post("/auth/callback/dev", {**FIELDS, "groups": "staff, admins", "csrfToken": client.csrf()})
    assert client.session()["user"]["groups"] == ["staff", "admins"]


def test_without_the_key_there_is_no_sign_in(server, client_of):
    client = client_of(server)
    answer = sign_in(client)
    assert not answer.sets_session
    assert client.session() is None


def test_without_the_key_the_page_asks_for_it(server, client_of):
    stranger, friend = client_of(server), with_key(client_of(server), server)
    assert 'name="key"' in stranger.get("/auth/signin").text
    assert 'name="key"' not in friend.get("/auth/signin").text


def test_a_wrong_key_typed_into_the_form_is_refused(server, client_of):
    client = client_of(server)
    answer = client.post("/auth/callback/dev", {**FIELDS, "key": "wrong", "csrfToken": client.csrf()})
    assert not answer.sets_session


def test_a_wrong_key_is_refused(server, client_of):
    client = client_of(server)
    client.get("/auth/signin?key=wrong")
    assert not sign_in(client).sets_session


def test_the_key_of_an_earlier_start_is_refused(site, server, client_of):
    client = with_key(client_of(server), server)
    server.stop()
    again = site.start("--dev")
    assert sign_in_link(again)
    assert not sign_in(client).sets_session


def test_the_form_needs_its_csrf_token(server, client_of):
    client = with_key(client_of(server), server)
    assert not client.post("/auth/callback/dev", FIELDS).sets_session


FOREIGN = ["evil.example", "localhost.evil.example", "10.0.0.1", "127.0.0.1.nip.io", "app.example.com:80"]


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_host_is_refused(host, server, client_of):
    client = with_key(client_of(server), server)
    answer = client.get("/auth/signin", headers={"Host": host})
    assert 400 <= answer.status < 500
    assert "/auth/callback/dev" not in answer.text


FORWARDING = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Host": "localhost",
    "X-Forwarded-Proto": "http",
    "X-Real-IP": "203.0.113.7",
    "Forwarded": "for=203.0.113.7",
    "Via": "1.1 proxy",
}


@pytest.mark.parametrize("name", FORWARDING)
def test_a_request_that_came_through_a_proxy_is_refused(name, server, client_of):
    client = with_key(client_of(server), server)
    token = client.csrf()
    answer = client.post("/auth/callback/dev", {**FIELDS, "csrfToken": token}, headers={name: FORWARDING[name]})
    assert 400 <= answer.status < 500
    assert not answer.sets_session


def test_the_server_listens_on_loopback_only(server):
    with open(f"/proc/{server.process.pid}/net/tcp") as table:
        rows = [line.split() for line in table][1:]
    listening = [row[1] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == server.port]
    assert listening == [f"0100007F:{server.port:04X}"]


def ends(server):
    code = server.wait()
    return code, f"{server.out}\n{server.log}"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_another_address_than_loopback_is_a_start_error(host, site):
    code, output = ends(site.configure(DEV).launch("--dev", "--host", host))
    assert code in (2, 3)
    assert "this machine only" in output


def test_a_public_url_is_a_start_error(site):
    code, output = ends(site.configure(DEV, url='"https://app.example.com"').launch("--dev"))
    assert code in (2, 3)
    assert "url" in output.lower()


def test_the_dev_provider_without_the_flag_is_a_start_error(site):
    code, output = ends(site.configure(DEV).launch())
    assert code in (2, 3)
    assert "--dev" in output


def test_a_trusted_proxy_opens_no_door_either(site, client_of):
    server = site.configure(DEV, trustedProxies='{ "127.0.0.1/32" }').start("--dev")
    client = with_key(client_of(server), server)
    assert not sign_in(client, {"X-Forwarded-For": "203.0.113.7"}).sets_session


def test_the_flag_without_the_dev_provider_still_starts(site, client_of):
    site.with_credentials()
    client = client_of(site.start("--dev"))
    assert client.sign_in("ada").sets_session


def test_the_secret_is_made_once_and_kept_to_its_owner(site, client_of):
    site.configure(DEV, secret=None, database='"sqlite:moongate.db"')
    server = site.start("--dev", AUTH_SECRET=None)
    client = with_key(client_of(server), server)
    sign_in(client)
    secrets = [path for path in site.folder.rglob("*") if path.is_file() and "secret" in path.name]
    assert [oct(path.stat().st_mode & 0o777) for path in secrets] == ["0o600"]
    before = secrets[0].read_bytes()
    server.stop()
    site.start("--dev", AUTH_SECRET=None)
    assert secrets[0].read_bytes() == before
    assert client.session()["user"]["email"] == "ada@example.com"


def test_the_key_is_not_in_the_log(server):
    key = sign_in_link(server).split("key=")[1]
    connection = http.client.HTTPConnection("localhost", server.port)
    connection.request("GET", f"/auth/signin?key={key}")
    connection.getresponse().read()
    connection.close()
    assert [record for record in server.log.records if key in str(record) and "signin?key" not in str(record)] == []
