"""Where a hook runs, how a request gets there, and what is answered when nothing, or something, goes wrong."""

from urllib.parse import urlsplit

from .client import SESSION_COOKIE, Answer, Client
from .fault_world import PROXIES, World

FAMILIES = ("original", "forwarded")


def family(name: str, origin: str, path: str) -> dict[str, str]:
    """The fields by which a proxy says what it was asked for, as one of the two families of proxies writes them."""
    if name == "original":
        return {"X-Original-Method": "GET", "X-Original-URL": origin + path}
    return {"X-Forwarded-Method": "GET", "X-Forwarded-Host": urlsplit(origin).netloc, "X-Forwarded-Uri": path}


# -- the answers of the table

def refused(answer: Answer):
    assert (answer.status, answer.error) == (302, "Configuration"), (answer.status, answer.location)
    assert "incident=" in answer.location
    touches_no_session(answer)


def unavailable(answer: Answer):
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    touches_no_session(answer)


def touches_no_session(answer: Answer):
    assert not [line for line in answer.set_cookies if line.startswith(SESSION_COOKIE)]


def tells_nobody(answer: Answer):
    """Of a decision: nothing by which an app could take it for somebody's."""
    assert answer.set_cookies == []
    names = [name.lower() for name in answer.headers]
    assert not [name for name in names if name.startswith(("x-auth-set-cookie", "x-user-"))]
    assert "no-store" in answer.headers["Cache-Control"]


def calm(who: str) -> str:
    """Somebody for whom nothing goes wrong."""
    return "calm-" + who.split("-")[1]


class Place:
    """A hook, as a request reaches it. `earlier` are the hooks that have left something in `kv` before it."""

    script = ""
    earlier: tuple[str, ...] = ()
    shapes = ("server", *PROXIES)
    strategies = ("jwt", "database")
    # What does not go wrong there: an event need not return anything, `nil` from a rule is "no more to say".
    never: tuple[str, ...] = ()

    def __init__(self, name: str):
        self.name = self.label = name

    def user(self, who: str) -> str:
        """Whose session it is when all goes well."""
        return who

    def before(self, world: World, client: Client, who: str):
        """What comes before, while nothing is wrong."""

    def ask(self, world: World, client: Client, who: str, before) -> list[Answer]:
        raise NotImplementedError

    def good(self, world: World, client: Client, answer: Answer):
        """Nothing is wrong."""
        raise NotImplementedError

    def wrong(self, world: World, client: Client, answer: Answer):
        """The script is."""
        self.shut(world, client, answer)

    def shut(self, world: World, client: Client, answer: Answer):
        """Nobody can say for the moment."""
        unavailable(answer)

    def stays(self, world: World, client: Client, who: str, before):
        """What is still so when it was refused, or could not be said."""

    def goes_on(self, world: World, client: Client):
        """What is so when a script went wrong and somebody got in."""


class SignsIn(Place):
    def good(self, world, client, answer):
        assert (answer.status, answer.error) == (302, None), answer.location
        assert answer.sets_session

    def wrong(self, world, client, answer):
        refused(answer)


class Provided(SignsIn):
    """Somebody comes back from the provider."""

    def before(self, world, client, who):
        return world.callback(client, who)

    def ask(self, world, client, who, before):
        return [client.get(before)]

    def stays(self, world, client, who, before):
        """The answer of the provider has been used up."""
        mark = world.server.log.mark()
        again = client.get(before)
        assert again.error == "Configuration"
        touches_no_session(again)
        assert world.server.log.wait_code("oauth.replayed", mark=mark)
        assert client.session() is None


class Typed(SignsIn):
    """Somebody else's name and password are typed where somebody is signed in."""

    def before(self, world, client, who):
        assert client.sign_in(calm(who)).sets_session
        return client.csrf()

    def ask(self, world, client, who, before):
        fields = {"csrfToken": before, "username": who, "password": "open sesame", "callbackUrl": f"/to/{who}"}
        return [client.post("/auth/callback/credentials", fields)]

    def good(self, world, client, answer):
        super().good(world, client, answer)
        assert answer.location.startswith(f"{world.server.origin}/to/")

    def stays(self, world, client, who, before):
        assert client.session()["user"]["name"] == calm(who)


class Redirected(Typed):
    """The hook is asked where to go after a sign-in that is right."""

    def wrong(self, world, client, answer):
        SignsIn.good(self, world, client, answer)
        assert answer.location == world.server.origin


class Told(Typed):
    """A listener hears of a sign-in after its answer."""

    def wrong(self, world, client, answer):
        self.good(world, client, answer)

    def goes_on(self, world, client):
        """The next event is told."""
        mark = world.server.log.mark()
        assert client.sign_out().status == 302
        assert world.server.log.wait(lambda record: record.get("event") == "signOut", mark=mark)


class Reads(Place):
    """The session is read: in front of the router where that can be done, the ordinary way, and with an update."""

    def before(self, world, client, who):
        assert client.sign_in(who).sets_session
        return client.csrf(), dict(client.jar)

    def ask(self, world, client, who, before):
        update = {"csrfToken": before[0], "data": "x"}
        return [client.get("/auth/session"), client.get("/auth/session?"), client.post("/auth/session", update)]

    def good(self, world, client, answer):
        assert answer.status == 200 and answer.json()["user"]["name"]

    def shut(self, world, client, answer):
        unavailable(answer)
        assert answer.set_cookies == []

    def stays(self, world, client, who, before):
        assert client.jar == before[1]
        # And nobody is kept from signing out.
        assert client.sign_out().status == 302 and client.session_token is None


class Judged(Place):
    """A proxy asks whether a request may go on."""

    shapes = ("sidecar", *PROXIES)

    def before(self, world, client, who):
        assert client.sign_in(self.user(who)).sets_session
        return dict(client.jar)

    def user(self, who):
        return calm(who)

    def path(self, who: str) -> str:
        return f"/{self.name}/{who}"

    def ask(self, world, client, who, before):
        path, self.mark = self.path(who), world.app.mark()
        if is_proxy(world, client):
            return [client.get(path, headers={"Accept": "text/html"})]
        return [client.get("/auth/verify", headers={"Accept": "text/html", **family(name, client.origin, path)})
                for name in FAMILIES]

    def good(self, world, client, answer):
        assert answer.status == 200
        if is_proxy(world, client):
            (seen,) = world.app.since(self.mark)
            assert seen.value("X-User-Id")
        else:
            assert answer.headers["X-User-Id"]

    def shut(self, world, client, answer):
        unavailable(answer)
        tells_nobody(answer)
        assert world.app.since(self.mark) == []

    def stays(self, world, client, who, before):
        assert client.jar == before


def is_proxy(world: World, client: Client) -> bool:
    return client.origin != world.server.origin


class JudgedRead(Judged):
    """The rule wants to know who asks: the hooks of a session read run."""

    def user(self, who):
        return who

    def path(self, who):
        return "/mine/x"


def place(kind: type[Place], name: str, script: str, **more) -> Place:
    made = kind(name)
    made.script = f"scripts/{script}.lua"
    for key, value in more.items():
        setattr(made, key, value)
    return made


TYPED = ("authorize", "signIn", "jwtSignIn")
PLACES = [
    place(Provided, "signIn", "signIn"),
    place(Provided, "jwtSignIn", "jwt", strategies=("jwt",), earlier=("signIn",)),
    place(Typed, "authorize", "authorize"),
    place(Reads, "jwtRead", "jwt", strategies=("jwt",)),
    place(Reads, "session", "session"),
    place(Redirected, "redirect", "redirect", earlier=TYPED),
    place(Told, "events", "events", never=("noValue", "resultSize"), earlier=TYPED),
    place(Judged, "forbid", "rules", strategies=("jwt",), never=("resultSize",)),
    place(Judged, "when", "rules", strategies=("jwt",), never=("resultSize",)),
    place(Judged, "decide", "rules", strategies=("jwt",), never=("resultSize",)),
    place(JudgedRead, "jwtRead", "jwt", strategies=("jwt",), label="verifyJwt"),
    place(JudgedRead, "session", "session", label="verifySession"),
]
