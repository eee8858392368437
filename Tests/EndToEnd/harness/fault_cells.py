"""The fault matrix, generated: hooks x faults x shapes x times, and what each cell has to answer."""

from itertools import product
from typing import NamedTuple

from .fault_places import PLACES, Place, Provided, Redirected, Told
from .fault_world import PROXIES
from .faults import CODES

TIMES = ("cold", "warm", "reloading")
# Of each kind one, for what is a question of the shape or the time and not of the fault; and those of them for which a
# process of their own is started.
SOME = ("raise", "steps", "storeDown", "noValue")
COLD = SOME[:3]
# Nobody's script went wrong, but what the engine needs is not there.
OUTSIDE = ("storeDown", "poolFull")


class Cell(NamedTuple):
    time: str
    fault: str
    strategy: str
    shape: str
    place: Place

    def __str__(self):
        return "-".join([self.place.label, self.fault, self.strategy, self.shape, self.time])

    @property
    def exists(self) -> bool:
        if self.strategy not in self.place.strategies or self.fault in self.place.never:
            return False
        at_a_proxy, is_tokens = self.shape in PROXIES, self.strategy == "jwt"
        if self.fault == "poolFull":
            # What fills it are readers of tokens, who would be gone after a restart.
            return is_tokens and not at_a_proxy and self.time != "cold"
        if self.time == "cold":
            return self.fault in (COLD[:1] if at_a_proxy else COLD) and (is_tokens or not at_a_proxy)
        if at_a_proxy:
            return is_tokens and self.fault in SOME
        return self.time == "warm" or is_tokens or self.fault in SOME

    @property
    def outcome(self) -> str:
        """What the table says: `wrong` is a place's answer to a script that goes wrong."""
        if self.fault == "storeDown":
            # A token needs no row; an account is one.
            needs_rows = self.strategy == "database" or isinstance(self.place, Provided)
            return "shut" if needs_rows else "good"
        if self.fault == "poolFull":
            return "wrong" if isinstance(self.place, Told) else "shut"
        return "wrong"

    @property
    def gets_in(self) -> bool:
        return self.outcome == "good" or self.outcome == "wrong" and isinstance(self.place, (Redirected, Told))

    @property
    def leaves(self) -> set[str]:
        """The hooks that end well and so leave something in `kv`; of a store that is down nobody knows how far it got."""
        if self.fault in ("kvDown", "poolFull"):
            return set()
        return set(self.place.earlier) - ({"jwtSignIn"} if self.strategy == "database" else set())


def cells() -> list[Cell]:
    """In an order in which worlds change seldom."""
    return [cell for time, fault, strategy, place in product(TIMES, CODES, ("jwt", "database"), PLACES)
            for shape in place.shapes if (cell := Cell(time, fault, strategy, shape, place)).exists]
