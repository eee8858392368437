"""Starting, stopping and what an operator is told when it does not work."""

import re
import signal
import socket
import statistics
import threading
import time

import pytest

from harness.flow import callback_url
from harness.program import run
from harness.server import Moongate
from harness.site import oidc


def ends(server):
    code = server.wait()
    return code, f"{server.out}\n{server.log}"


def test_a_port_in_use_is_said_to_be(site):
    site.with_credentials()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        code, output = ends(site.launch())
    assert code == 3
    assert str(site.port) in output and "in use" in output.lower()


def test_a_missing_configuration_is_said_to_be(site):
    code, output = ends(site.launch())
    assert code in (2, 3)
    assert "config.lua" in output and "moongate init" in output


def test_an_unknown_key_names_the_nearest_known_one(site):
    site.with_credentials(sesion="{}")
    code, output = ends(site.launch())
    assert code in (2, 3)
    assert "sesion" in output and "session" in output.replace("sesion", "")


def test_a_missing_secret_says_how_to_make_one(site):
    code, output = ends(site.with_credentials().launch(AUTH_SECRET=None))
    assert code in (2, 3)
    assert "AUTH_SECRET" in output and "moongate secret" in output


def test_a_missing_provider_secret_is_named(site):
    site.configure(oidc("corp", "http://127.0.0.1:9", secret="OTHER_SECRET"))
    code, output = ends(site.launch())
    assert code in (2, 3)
    assert "OTHER_SECRET" in output


def test_a_configuration_that_is_no_lua_names_file_and_line(site):
    site.with_credentials()
    site.write("config.lua", "return {\n  url = ,\n}\n")
    code, output = ends(site.launch())
    assert code in (2, 3)
    assert re.search(r"config\.lua:2", output)


def test_a_script_that_is_no_lua_names_file_and_line(site):
    site.with_credentials()
    site.script("jwt", "return function(p)\n  return p.token\nend end\n")
    code, output = ends(site.launch())
    assert code in (2, 3)
    assert re.search(r"scripts/jwt\.lua:3", output)


def test_all_mistakes_are_told_at_once(site):
    site.with_credentials(sesion="{}", basePath='"auth"')
    _, output = ends(site.launch())
    assert "sesion" in output and "basePath" in output


def test_http_on_a_public_name_is_refused(site):
    site.with_credentials(url='"http://app.example.com"')
    code, output = ends(site.launch())
    assert code in (2, 3)
    assert "https" in output


def test_a_configuration_cannot_read_files_or_run_programs(site):
    site.with_credentials()
    for code in ("io.open('/etc/passwd')", "os.getenv('HOME')", "require('os')"):
        site.write("config.lua", f"local x = {code}\nreturn {{}}\n")
        assert ends(site.launch())[0] in (2, 3)


def test_an_unknown_option_is_bad_usage():
    done = run("serve", "--prot", "1")
    assert done.returncode in (2, 64)
    assert "--port" in done.stderr


def test_no_secret_is_ever_logged(site, hostile, client_of):
    secret = "a-very-recognisable-secret-of-32-bytes"
    site.env["CORP_SECRET"] = "another-recognisable-secret"
    site.configure(oidc("corp", hostile.issuer))
    server = site.start("--log-level", "debug", AUTH_SECRET=secret)
    client = client_of(server)
    sent_back = callback_url(client)
    client.get(sent_back)
    token = client.session_token
    client.get(sent_back)
    client.session()
    server.stop()
    output = f"{server.out}\n{server.log}"
    code = re.search(r"code=([^&]+)", sent_back).group(1)
    for hidden in (secret, "another-recognisable-secret", code, token, hostile.token_requests[0]["code_verifier"]):
        assert hidden not in output


def test_port_zero_prints_the_port_it_took(site):
    site.with_credentials(url='"http://localhost"')
    server = Moongate(site.folder, 0, **site.env)
    try:
        pattern = re.compile(r"http://localhost:(\d+)")
        line = server.out.wait_text(pattern.search, 5)
        server.port = int(pattern.search(line).group(1))
        assert server.port > 0
        server.wait_ready()
    finally:
        server.stop()


def test_a_url_of_this_machine_with_another_port_is_remarked_on(site):
    site.with_credentials(url='"http://localhost:9"')
    server = Moongate(site.folder, 0, **site.env)
    try:
        assert server.out.wait_text(lambda line: "Sign in" in line and "http://localhost:9/" in line, 5)
        assert server.out.wait_text(lambda line: "only through a proxy" in line, 2)
        remedy = server.out.wait_text(re.compile(r"`url` has to be http://localhost:[1-9]").search, 2)
        assert remedy and server.out.wait_text(re.compile(r"Listening on").search, 2).split()[-1] in remedy
    finally:
        server.stop()


def test_the_start_line_names_the_versions_that_are_linked(site):
    server = site.with_credentials().start()
    names = re.compile(r"Lua 5\.4\.\d+.*OpenSSL 3\.")
    assert server.out.wait_text(names.search, 2)


def test_health_and_readiness_are_200_without_a_session(site, client_of):
    client = client_of(site.with_credentials().start())
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert answer.status == 200
        assert answer.set_cookies == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_success(number, site):
    server = site.with_credentials().start()
    server.process.send_signal(number)
    assert server.wait() == 0


def test_requests_in_flight_are_answered_after_sigterm(site, hostile, client_of):
    site.configure(oidc("corp", hostile.issuer))
    server = site.start()
    client = client_of(server)
    asked = threading.Event()
    honest = hostile.answer
    hostile.answer = lambda given: (asked.set(), time.sleep(0.7), honest(given))[2]
    url = callback_url(client)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(client.get(url)))
    thread.start()
    assert asked.wait(5)
    server.terminate()
    thread.join(10)
    assert answers and answers[0].sets_session
    assert server.wait() == 0


def test_idle_connections_do_not_hold_up_the_end(site):
    server = site.with_credentials().start()
    idle = [socket.create_connection(("localhost", site.port)) for _ in range(20)]
    begun = time.monotonic()
    server.terminate()
    assert server.wait() == 0
    assert time.monotonic() - begun < 10
    for connection in idle:
        connection.close()


def test_it_is_ready_soon_after_exec(site, record_property, capfd):
    site.with_credentials()
    times = []
    for _ in range(20):
        begun = time.monotonic()
        server = site.start()
        times.append((time.monotonic() - begun) * 1000)
        server.stop()
    median = statistics.median(times)
    record_property("median_ms_to_first_200", round(median, 1))
    with capfd.disabled():
        print(f"\nexec to first 200 on /healthz: median {median:.0f} ms, worst {max(times):.0f} ms")
    assert median < 500


def test_two_servers_in_one_folder_with_one_database_serve_both(site, client_of):
    site.with_credentials(database='"sqlite:moongate.db"')
    first = site.start()
    other = Moongate(site.folder, site.port + 1, **site.env)
    try:
        other.wait_ready()
        client = client_of(first)
        assert client.sign_in("ada").sets_session
        assert client_of(other).get("/auth/session", cookies=dict(client.jar)).json()["user"]["name"] == "ada"
    finally:
        other.stop()


def test_the_working_folder_does_not_matter(site, tmp_path_factory):
    site.with_credentials(database='"sqlite:moongate.db"')
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    server = Moongate(elsewhere, site.port, "--config", str(site.folder / "config.lua"), **site.env)
    try:
        server.wait_ready()
        assert (site.folder / "moongate.db").exists()
        assert list(elsewhere.iterdir()) == []
    finally:
        server.stop()
