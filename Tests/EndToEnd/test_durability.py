"""What was answered is kept: kill -9, sign-out and expiry of sessions in SQLite."""

import sqlite3
import threading

import pytest

from harness.client import Client
from harness.flow import assert_signed_in, callback_url, sign_in
from harness.site import SESSION, oidc


@pytest.fixture
def stored(site, hostile):
    """A site whose users and sessions are in SQLite."""
    site.configure(oidc("corp", hostile.issuer), database='"sqlite:moongate.db"', session='{ strategy = "database" }')
    return site.script("session", SESSION)


def rows(site, sql, *arguments):
    with sqlite3.connect(site.folder / "moongate.db", timeout=5) as database:
        return database.execute(sql, arguments).fetchall()


def test_users_and_sessions_survive_kill_9_right_after_the_answer(stored, hostile, client_of):
    for number in range(5):
        server = stored.start()
        hostile.subject = {"sub": f"s{number}", "name": f"User {number}", "email": f"u{number}@example.com"}
        client = client_of(server)
        answer = client.get(callback_url(client))
        server.kill()
        assert answer.sets_session
        server = stored.start()
        assert client.session()["user"]["name"] == f"User {number}"
        server.stop()
    server = stored.start()
    assert len(rows(stored, "SELECT id FROM users")) == 5


def test_the_user_is_the_same_after_a_restart(stored, client_of):
    ids = []
    for _ in range(2):
        server = stored.start()
        client = client_of(server)
        assert_signed_in(client, sign_in(client))
        ids.append(client.session()["user"]["id"])
        server.stop()
    assert ids[0] == ids[1]


def test_sign_ins_answered_before_kill_9_under_load_are_all_kept(stored, hostile):
    server = stored.start()
    answered = []

    def many(worker):
        for number in range(100):
            with Client(server.origin) as client:
                try:
                    if sign_in(client).sets_session:
                        answered.append(client)
                except Exception:  # the server is gone
                    return

    workers = [threading.Thread(target=many, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    while len(answered) < 20 and any(worker.is_alive() for worker in workers):
        workers[0].join(0.005)
    server.kill()
    for worker in workers:
        worker.join()
    assert len(answered) >= 20
    stored.start()
    sessions = []
    for client in answered:
        with client:
            sessions.append(client.session())
    assert None not in sessions


def test_signing_out_deletes_the_session_row_and_the_old_cookie_is_dead(stored, client_of):
    client = client_of(stored.start())
    sign_in(client)
    kept = dict(client.jar)
    assert len(rows(stored, "SELECT 1 FROM sessions")) == 1
    client.sign_out()
    assert rows(stored, "SELECT 1 FROM sessions") == []
    assert client.get("/auth/session", cookies=kept).body == b"null"


def test_signing_out_ends_this_session_only(stored, client_of):
    server = stored.start()
    first, second = client_of(server), client_of(server)
    sign_in(first)
    sign_in(second)
    first.sign_out()
    assert first.session() is None
    assert second.session()["user"]["name"] == "Ada"


def test_an_expired_session_is_none(stored, client_of):
    client = client_of(stored.start())
    assert_signed_in(client, sign_in(client))
    rows(stored, "UPDATE sessions SET expires = expires - 2592001000")
    assert client.session() is None


def test_a_session_past_its_update_age_is_extended(stored, client_of):
    client = client_of(stored.start())
    sign_in(client)
    before = rows(stored, "SELECT expires FROM sessions")[0][0]
    rows(stored, "UPDATE sessions SET expires = expires - 90000000")
    client.session()
    assert rows(stored, "SELECT expires FROM sessions")[0][0] >= before


def test_the_database_holds_no_session_token_in_clear(stored, client_of):
    server = stored.start()
    client = client_of(server)
    sign_in(client)
    token = client.session_token
    server.stop()
    for file in stored.folder.glob("moongate.db*"):
        assert token.encode() not in file.read_bytes()


def test_a_second_account_with_the_same_address_is_not_linked(stored, hostile, client_of):
    server = stored.start()
    sign_in(client_of(server))
    hostile.subject = {**hostile.subject, "sub": "somebody-else"}
    other = client_of(server)
    answer = sign_in(other)
    assert not answer.sets_session
    assert answer.location == f"{other.origin}/auth/signin?error=OAuthAccountNotLinked"


def test_one_callback_address_opened_ten_times_at_once_gives_one_session(stored, hostile, client_of):
    hostile.reusable_codes = True
    server = stored.start()
    client = client_of(server)
    url = callback_url(client)
    jar = dict(client.jar)
    answers = []
    gate = threading.Barrier(10)

    def open_it():
        gate.wait()
        with Client(server.origin) as own:
            answers.append(own.get(url, cookies=jar))

    threads = [threading.Thread(target=open_it) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(answer.sets_session for answer in answers) == 1
    assert len(rows(stored, "SELECT 1 FROM sessions")) == 1
    assert len(hostile.token_requests) == 1
