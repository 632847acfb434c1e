"""May a type of event be written yet? One that must be understood only once every workstation said it knows it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from coordinator_app.domain.event_body import Body
from coordinator_app.store.marks import ExchangeTables
from coordinator_app.store.store import Store
from coordinator_app.store.support import reported_types

FIRST = 1
"""The generation of programs that every workstation is of at least."""


class NotYetSupported(RuntimeError):
    """A new type was about to be written that some workstation could not understand; whoever asks looks first."""


class _Found(msgspec.Struct, frozen=True):
    kind: str
    device: str


def not_supported_by(store: Store, places: Mapping[str, str], kind: type[Body]) -> tuple[str, ...]:
    """Return the places whose workstation has not said that it knows this type, where that matters.

    `places` are the site's workstations. What need not be understood may be written at once, and so may what the first
    programs knew. A workstation that was withdrawn is not waited for.
    """
    if not kind.MUST or kind.SINCE <= FIRST:
        return ()
    reported, gone = reported_types(store.connection), _withdrawn(store)
    return tuple(
        place
        for workstation, place in sorted(places.items())
        if workstation not in {store.workstation, *gone} and kind.__name__ not in reported.get(workstation, frozenset())
    )


def _withdrawn(store: Store) -> set[str]:
    tables = ExchangeTables(store.connection)
    text = tables.mark("findings") if tables.there() else ""
    found = msgspec.json.decode(text.encode(), type=list[_Found]) if text else []
    return {each.device for each in found if each.kind == "revoked"}
