"""The closed vocabularies of a script (`formats.md` §5): what can be done, with which fields, what can be expected."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.domain.readiness import EVENT_NAMES
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Verdict
from coordinator_app.domain.vocabulary import ClockState, EventName, Scope


class Fields(Struct, frozen=True):
    """The fields of one word of `do`: needed, allowed, and of which group exactly one is needed."""

    needed: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every field the word takes."""
        return (*self.needed, *self.one_of, *self.allowed)


BADGE = Fields(needed=("badge", "pin"))
NOTHING = Fields()
DO: dict[str, Fields] = {
    "sign_in": BADGE,
    "witness": BADGE,
    "sign_out": NOTHING,
    "lock": NOTHING,
    "suspend": NOTHING,
    "reboot": NOTHING,
    "offline": NOTHING,
    "online": NOTHING,
    "begin": Fields(one_of=("case", "text", "hex"), allowed=("step", "scanner")),
    "scan": Fields(one_of=("text", "hex"), allowed=("scanner",)),
    "state": Fields(needed=("family", "born"), allowed=("given",)),
    "type": Fields(needed=("text", "into")),
    "press": Fields(needed=("action",)),
    "wait": Fields(needed=("for",)),
    "set_clock": Fields(needed=("by",)),
    "expect": NOTHING,
}

EXPECT = ("verdict", "reason", "clock", "scope", "state", "event", "count", "screen")

PAGES = ("sign_in", "today", "case", "guided", "form", "list", "wall", "paper", "verdict")
KINDS = ("accepted", "mismatch", "refused")
PURPOSES = ("witness", "unlock", "sign", "again")
LISTS = ("clocks", "labels", "people", "profiles", "record", "deviations", "exchange", "help")
SCREENS = (*PAGES, *KINDS, *PURPOSES, *LISTS)
"""What a page is; of a verdict also its kind, of a sign-in what it is for, of a list its tab (`clocks` is the wall)."""

VERDICTS = tuple(str(each) for each in Verdict)
REASONS = tuple(str(each) for each in Refusal)
STATES = tuple(str(each) for each in ClockState)
SCOPES = tuple(str(each) for each in Scope)
RISKS = ("high", "medium", "low")
STARTS = ("demo", "empty")


def types_meant(event: str) -> frozenset[str]:
    """Return the event types that a word means: `AdministrationStarted`, or the profile's `administration_started`."""
    if event in EVENT_TYPES:
        return frozenset({event})
    return frozenset(type for type, name in EVENT_NAMES.items() if name == event)


EVENTS = (*sorted(EVENT_TYPES), *(str(each) for each in EventName))
