"""The browser module `client.js`, as an app of the same origin uses it, in Chromium, under a strict policy."""

import json
import re
import subprocess
from urllib.parse import quote

import pytest

from harness.client import fetch
from harness.front import Front
from harness.program import ROOT
from harness.site import AUTHORIZE, CREDENTIALS, SESSION, oidc

# "raise" can sign in, and no session of theirs can be read after that. "banned" is led elsewhere.
JWT = """
return function(p)
  if not p.user and p.token.name == "raise" then error("broken on purpose") end
  if p.trigger == "update" and p.session then p.token.role = p.session.role end
  return p.token
end
"""
SIGN_IN = """
return function(p)
  local form = p.credentials or {}
  if form.otp ~= nil or form.pin ~= nil then return false end
  if p.user.name == "banned" then return "/app?error=Banned" end
  return true
end
"""

# The module, and what was told, where a test can reach them.
APP = """
import * as client from "BASE/client.js";
window.client = client;
window.told = [];
window.warned = [];
console.warn = (text) => window.warned.push(text);
window.stop = client.onSessionChange((session) => window.told.push(session));
window.ready = true;
"""


class App:
    """A page of the app in the browser's current tab, and calls to the module in it."""

    def __init__(self, browser, front):
        self.browser = browser
        self.front = front

    def open(self, path="/app"):
        self.browser.open(self.front.origin + path)
        return self.wait_ready()

    def wait_ready(self):
        self.browser.wait(lambda: self.value("window.ready === true"))
        return self

    def value(self, expression: str):
        return self.browser.driver.execute_script(f"return {expression};")

    def call(self, expression: str, *arguments):
        """The value of a promise; a rejection as `{"rejected": name, "message": …, "status": …}`."""
        script = f"""
          const done = arguments[arguments.length - 1];
          const arg = arguments;
          const say = (e) => done({{ rejected: e.name, message: e.message, status: e.status ?? null }});
          try {{ Promise.resolve({expression}).then((v) => done(v ?? null), say); }} catch (e) {{ say(e); }}
        """
        return self.browser.driver.execute_async_script(script, *arguments)

    def leave(self, expression: str):
        """Begins what ends on another page."""
        self.value("window.stay = true")
        self.browser.driver.execute_script(f"{expression};")
        self.browser.wait(lambda: self.value("window.stay") is None)

    def sign_in(self, name="ada", password="open sesame"):
        return self.call(
            "client.signIn('credentials', {username: arg[0], password: arg[1], redirect: false})", name, password)

    def session(self):
        return self.call("client.getSession()")

    def wait_told(self, matches):
        """Until the listener of this tab was told a session that matches."""
        self.browser.wait(lambda: any(matches(session) for session in self.value("window.told")))

    def wait_warned(self):
        self.browser.wait(lambda: self.value("window.warned.length") > 0)


@pytest.fixture
def front():
    made = Front()
    yield made
    made.stop()


@pytest.fixture
def launch(site, front, browser):
    """Starts Moongate behind the front and opens the app."""
    def start(base="/auth", providers=(oidc("corp", "http://127.0.0.1:9"), CREDENTIALS), **settings):
        site.configure(*providers, url=f'"{front.origin}"', basePath=f'"{base}"', **settings)
        site.script("authorize", AUTHORIZE).script("session", SESSION).script("jwt", JWT).script("signIn", SIGN_IN)
        front.page("/app", '<h1>App</h1><script type="module" src="/app.js"></script>')
        front.script("/app.js", APP.replace("BASE", base))
        front.upstream = site.start().port
        return App(browser, front).open()
    return start


@pytest.fixture
def app(launch):
    return launch()


@pytest.fixture
def tabs(browser):
    """Opens another tab and shows it; all but the first are closed in the end."""
    driver = browser.driver
    first = driver.current_window_handle

    def opened():
        driver.switch_to.new_window("tab")
        return driver.current_window_handle

    opened.first = first
    yield opened
    for handle in driver.window_handles:
        if handle != first:
            driver.switch_to.window(handle)
            driver.close()
    driver.switch_to.window(first)


def name_is(name):
    return lambda session: session is not None and session["user"]["name"] == name


def is_none(session):
    return session is None


# -- reading

def test_loads_under_a_policy_without_inline_and_eval_and_asks_for_nothing(app, browser):
    assert browser.noticed() == []
    assert app.front.passed == ["GET /auth/client.js"]


def test_exports_what_its_types_declare(app):
    types = fetch(f"{app.front.origin}/auth/client.d.ts").text
    declared = set(re.findall(r"^export (?:declare )?(?:function|const|class) (\w+)", types, re.M))
    assert set(app.value("Object.keys(client)")) == declared
    assert {"getSession", "signIn", "signOut", "getCsrfToken", "getProviders", "onSessionChange"} <= declared


def test_nobody_signed_in_is_null(app):
    assert app.session() is None


def test_the_token_is_that_of_the_cookie(app):
    assert re.fullmatch(r"[0-9a-f]{64}", app.call("client.getCsrfToken()"))
    assert app.call("client.getCsrfToken()") == app.call("client.getCsrfToken()")


def test_providers_come_by_id_in_their_order(app):
    assert app.call("client.getProviders().then((all) => Object.values(all).map((p) => [p.id, p.type]))") == [
        ["corp", "oidc"], ["credentials", "credentials"]]


def test_the_browser_asks_again_with_the_tag_it_was_given(app):
    answer = fetch(f"{app.front.origin}/auth/client.js")
    again = fetch(f"{app.front.origin}/auth/client.js", {"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


# -- signing in

def test_signs_in_and_stays(app):
    outcome = app.sign_in()
    assert outcome == {"ok": True, "status": 200, "error": None, "code": None, "url": f"{app.front.origin}/app"}
    assert app.session()["user"]["name"] == "ada"


def test_signs_in_and_goes_on(app, browser):
    app.leave("client.signIn('credentials', {username: 'ada', password: 'open sesame', callbackUrl: '/app?in'})")
    assert browser.url == f"{app.front.origin}/app?in"
    assert app.wait_ready().session()["user"]["name"] == "ada"


def test_goes_back_to_the_same_page_and_loads_it(app, browser):
    app.open("/app#part")
    app.leave("client.signIn('credentials', {username: 'ada', password: 'open sesame'})")
    assert browser.url == f"{app.front.origin}/app#part"
    assert app.wait_ready().session()["user"]["name"] == "ada"


def test_a_callback_url_is_read_as_a_link_of_the_page(app):
    outcome = app.call("""client.signIn('credentials', {username: 'ada', password: 'open sesame', redirect: false,
                          callbackUrl: 'welcome?x=1#y'})""")
    assert outcome["url"] == f"{app.front.origin}/welcome?x=1#y"


def test_a_wrong_password_is_an_error_with_its_code(app):
    assert app.sign_in(password="wrong") == {
        "ok": False, "status": 200, "error": "CredentialsSignin", "code": "credentials", "url": None}
    assert app.session() is None


def test_a_wrong_password_leads_to_the_sign_in_page(app, browser):
    app.leave("client.signIn('credentials', {username: 'ada', password: 'wrong'})")
    assert browser.url == f"{app.front.origin}/auth/signin?error=CredentialsSignin&code=credentials"


def test_what_the_address_says_of_an_earlier_attempt_is_no_error_of_this_one(launch):
    app = launch(pages='{ signIn = "/app" }')
    app.open("/app?error=CredentialsSignin&code=credentials")
    assert app.sign_in(password="wrong")["error"] == "CredentialsSignin"
    assert app.sign_in()["ok"] is True
    assert app.session()["user"]["name"] == "ada"


def test_where_a_hook_leads_instead_is_an_error_when_it_says_so(app):
    outcome = app.sign_in("banned")
    assert (outcome["ok"], outcome["error"]) == (False, "Banned")
    assert app.session() is None


def test_without_a_provider_leads_to_the_sign_in_page(app, browser):
    app.leave("client.signIn(undefined, {callbackUrl: '/app?back'})")
    back = quote(f"{app.front.origin}/app?back", safe="")
    assert browser.url == f"{app.front.origin}/auth/signin?callbackUrl={back}"


def test_as_a_listener_for_clicks_leads_to_the_sign_in_page(app, browser):
    app.leave("document.body.addEventListener('click', client.signIn); document.body.click()")
    assert browser.url.startswith(f"{app.front.origin}/auth/signin?")


def test_an_unknown_provider_is_refused_with_those_there_are(app):
    outcome = app.call("client.signIn('nobody')")
    assert outcome["message"] == 'There is no provider "nobody", only: corp, credentials'
    for name in ("toString", "__proto__"):
        assert "There is no provider" in app.call("client.signIn(arg[0])", name)["message"]


def test_is_told_where_a_provider_leads(launch, hostile):
    outcome = launch(providers=[oidc("corp", hostile.issuer)]).call("client.signIn('corp', {redirect: false})")
    assert outcome["ok"] is True and outcome["url"].startswith(hostile.origin + "/authorize?")


def test_a_provider_that_is_down_is_an_error_on_its_own_page(app):
    outcome = app.call("client.signIn('corp', {redirect: false})")
    assert (outcome["ok"], outcome["error"]) == (False, "Configuration")


def test_fields_without_a_value_are_not_sent(app):
    outcome = app.call("""client.signIn('credentials', {username: 'ada', password: 'open sesame', redirect: false,
                          otp: undefined, pin: null})""")
    assert outcome["ok"] is True


# -- signing out, updates

def test_signs_out_and_stays(app):
    app.sign_in()
    outcome = app.call("client.signOut({redirect: false, callbackUrl: '/bye'})")
    assert outcome == {"ok": True, "status": 200, "error": None, "code": None, "url": f"{app.front.origin}/bye"}
    assert app.session() is None


def test_signs_out_and_goes_on(app, browser):
    app.sign_in()
    app.leave("client.signOut({callbackUrl: '/app?bye'})")
    assert browser.url == f"{app.front.origin}/app?bye"
    assert app.wait_ready().session() is None


def test_is_never_led_to_another_origin_by_its_callback_url(app, browser):
    app.sign_in()
    app.leave("client.signOut({callbackUrl: 'https://evil.example/'})")
    assert browser.url.startswith(app.front.origin + "/")


def test_an_update_reaches_the_hooks_and_the_listeners(app):
    app.sign_in()
    assert app.call("client.updateSession({role: 'pilot'})")["role"] == "pilot"
    assert app.session()["role"] == "pilot"
    app.wait_told(lambda session: session and session.get("role") == "pilot")


# -- listeners

def test_a_listener_is_told_in_its_own_tab(app):
    app.sign_in()
    app.wait_told(name_is("ada"))
    app.call("client.signOut({redirect: false})")
    app.wait_told(is_none)
    assert [session and session["user"]["name"] for session in app.value("told")] == ["ada", None]


def test_a_listener_is_told_what_happened_in_another_tab(app, tabs, browser):
    other = tabs()
    app.open()
    app.sign_in()
    browser.driver.switch_to.window(tabs.first)
    app.wait_told(name_is("ada"))
    browser.driver.switch_to.window(other)
    app.leave("client.signOut({callbackUrl: '/app'})")
    browser.driver.switch_to.window(tabs.first)
    app.wait_told(is_none)


def test_a_listener_is_told_of_a_sign_in_that_led_through_a_provider(launch, tabs, browser, hostile):
    app = launch(providers=[oidc("corp", hostile.issuer)])
    tabs()
    app.open()
    app.leave("client.signIn('corp', {}, {login_hint: 'ada'})")
    assert app.wait_ready().session()["user"]["email"] == "ada@example.com"
    assert ("login_hint", "ada") in hostile.authorization_requests[0]
    assert app.value("sessionStorage.length") == 0
    browser.driver.switch_to.window(tabs.first)
    app.wait_told(lambda session: session and session["user"]["email"] == "ada@example.com")


def test_a_listener_is_told_when_the_page_is_seen_again(app, browser):
    browser.driver.minimize_window()
    browser.wait(lambda: app.value("document.visibilityState") == "hidden")
    assert app.value("told") == []
    browser.driver.set_window_size(1000, 800)
    app.wait_told(is_none)


def test_a_page_that_comes_back_as_it_was_is_told_what_happened_meanwhile(app, browser):
    app.sign_in()
    app.wait_told(name_is("ada"))
    app.value("window.kept = true")
    app.leave("client.signOut({callbackUrl: '/auth/signin'})")
    browser.driver.back()
    app.wait_ready()
    assert app.value("window.kept") is True, "the browser loaded the page anew, which this test is not about"
    app.wait_told(is_none)


def test_a_listener_that_ended_is_told_nothing(app):
    app.value("(window.more = [], client.onSessionChange((session) => more.push(session)), stop())")
    app.sign_in()
    app.browser.wait(lambda: app.value("more.length") > 0)
    assert app.value("told") == []


def test_a_listener_that_raises_keeps_no_other_from_being_told(app, browser):
    app.value("""(stop(), client.onSessionChange(() => { throw new Error("mine") }),
                  client.onSessionChange((session) => told.push(session)), null)""")
    app.sign_in()
    app.wait_told(name_is("ada"))
    assert [line for line in browser.noticed() if line.endswith("Uncaught Error: mine")]


def test_an_answer_that_was_overtaken_is_told_to_nobody(app):
    app.value("""(window.held = [], window.real = window.fetch, window.fetch = async (url, init) => {
                    const answer = await real(url, init);
                    if (String(url).endsWith("/session")) await new Promise((release) => held.push(release));
                    return answer;
                  }, document.dispatchEvent(new Event("visibilitychange")), null)""")
    app.browser.wait(lambda: app.value("held.length") == 1)
    app.sign_in()
    app.browser.wait(lambda: app.value("held.length") == 2)
    app.value("(held[1](), null)")
    app.wait_told(name_is("ada"))
    app.call("(held[0](), new Promise((later) => setTimeout(later)))")
    assert [session["user"]["name"] for session in app.value("told")] == ["ada"]


def test_what_is_no_function_is_no_listener(app):
    assert app.call("client.onSessionChange(null)")["rejected"] == "TypeError"


# -- what fails

def test_a_read_that_fails_is_no_sign_out(app):
    assert app.sign_in("raise")["ok"] is True
    app.wait_warned()
    assert app.value("told") == []
    failure = app.session()
    assert (failure["rejected"], failure["status"]) == ("AuthClientError", 503)
    assert failure["message"].startswith("GET /auth/session was answered with 503: ")


def test_a_server_that_is_gone_is_an_error_without_a_status(app):
    app.front.upstream = 1  # nobody listens there: the connection ends without an answer
    failure = app.session()
    assert failure == {"rejected": "AuthClientError", "message": "GET /auth/session got no answer", "status": 0}


def test_an_error_says_nothing_of_what_was_sent(app):
    app.front.pages["/auth/callback/credentials"] = ("text/plain", "a proxy's own page")
    failure = app.call("""client.signIn('credentials', {username: 'ada', password: 'open sesame', redirect: false},
                          {login_hint: 'ada'})""")
    assert failure["message"] == "POST /auth/callback/credentials was answered with something that is not JSON"


NO_URLS = ["{}", "[]", '{"url": 7}', '{"url": "javascript:told.push(1)"}', '{"url": "data:,x"}', '{"url": "http://["}']


@pytest.mark.parametrize("answer", NO_URLS)
def test_goes_nowhere_but_to_http_urls(answer, app, browser):
    app.front.pages["/auth/signout"] = ("application/json", answer)
    failure = app.call("client.signOut()")
    assert failure["message"] == "POST /auth/signout was answered with no http(s) URL to go to"
    assert (browser.url, app.value("told")) == (f"{app.front.origin}/app", [])


@pytest.mark.parametrize("answer", ["[]", '"x"', "1", "true"])
def test_only_null_says_that_nobody_is_signed_in(answer, app):
    app.front.pages["/auth/session"] = ("application/json", answer)
    assert app.session()["message"] == "GET /auth/session was answered with no session"


def test_a_callback_url_that_is_none_is_refused(app):
    assert app.call("client.signOut({callbackUrl: 'http://['})")["message"] == "callbackUrl is no URL"


# -- elsewhere

def test_finds_another_base_path_by_its_own_address(launch):
    app = launch("/api/auth")
    assert app.sign_in()["ok"] is True
    assert app.session()["user"]["name"] == "ada"
    assert all(line.split()[1].startswith("/api/auth/") for line in app.front.passed)


# -- what the documentation shows

DOCUMENT = (ROOT / "docs/client.md").read_text()


def shown(language: str, having: str) -> str:
    """The example in the documentation that has a text in it."""
    return next(text for text in re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.S) if having in text)


def test_the_page_of_the_documentation_works(app, browser, tabs):
    app.front.page("/page", shown("html", "<form")).script("/page.js", shown("js", "// page.js"))
    origin = app.front.origin
    browser.open(f"{origin}/page")
    browser.wait(lambda: "Who are you?" in browser.text)
    tabs()
    browser.open(f"{origin}/page")
    browser.wait(lambda: "Who are you?" in browser.text)
    browser.find("input[name=username]").send_keys("ada")
    browser.find("input[name=password]").send_keys("wrong\n")
    browser.wait(lambda: "That did not work (credentials)." in browser.text)
    browser.find("input[name=password]").clear()
    browser.find("input[name=password]").send_keys("open sesame\n")
    browser.wait(lambda: "Hello ada" in browser.text)
    browser.driver.switch_to.window(tabs.first)
    browser.wait(lambda: "Hello ada" in browser.text)
    browser.press("Sign out")
    browser.wait(lambda: "Who are you?" in browser.text)


def test_the_documentation_names_every_function(app):
    for name in app.value("Object.keys(client)"):
        assert f"**`{name}(" in DOCUMENT


def test_the_types_are_what_the_documentation_makes_of_them(app, tmp_path):
    (tmp_path / "types").mkdir()
    (tmp_path / "types/moongate-client.d.ts").write_text(fetch(f"{app.front.origin}/auth/client.d.ts").text)
    settings = json.loads(shown("json", "compilerOptions"))["compilerOptions"]
    settings |= {"strict": True, "noEmit": True, "target": "es2022", "module": "es2022", "lib": ["es2022", "dom"],
                 "moduleResolution": "node", "baseUrl": ".", "types": []}
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": settings, "files": ["use.ts"]}))
    (tmp_path / "use.ts").write_text(shown("ts", "session?.user.id") + USE)
    run = subprocess.run(["tsc", "-p", "."], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert run.stdout + run.stderr == ""


USE = """
import { signIn, signOut, onSessionChange } from "/auth/client.js";
const outcome = await signIn("credentials", { username: "ada", password: "x", redirect: false });
const code: string | null = outcome.code;
const nothing: void = await signIn();
const away: void = await signIn("corp", { callbackUrl: new URL(location.href) }, { login_hint: "ada" });
const end: () => void = onSessionChange<{ id: string }>((s) => { const id: string | undefined = s?.user.id; });
const { error } = await signOut({ redirect: false });
// @ts-expect-error
await signIn("credentials", { file: {} });
// @ts-expect-error
session.user.id;
// @ts-expect-error
(await signIn("corp")).ok;
export { id, code, nothing, away, end, error };
"""
