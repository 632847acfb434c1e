# mypy: disable-error-code="misc,assignment,attr-defined,method-assign,name-defined,arg-type"
"""Faults planted into what notices tampering, in a test's own process, so that the corpus is seen to find them."""

from __future__ import annotations

from collections.abc import Callable

from coordinator_app.store import chain, chain_part, journal_check, rebuild, reconcile
from coordinator_app.store import store as room
from coordinator_app.store import verify as verify_room
from coordinator_app.store.chain import Chain

from . import tampering


def _no_signatures() -> None:
    Chain._by_workstation = lambda self, device, name, sig, *, last=False: ""


def _no_persons_signatures() -> None:
    real = chain.holds
    persons = b"coordinator/person/v1"
    chain.holds = lambda key, sig, part: part.startswith(persons) or real(key, sig, part)


def _only_the_heads() -> None:
    real = journal_check.verify_connection
    verify_room.verify_connection = lambda connection, own, key, _all, progress: real(
        connection, own, key, False, progress
    )


def _no_links() -> None:
    real = Chain._link

    def link(self: Chain, event: chain.ReadEnvelope, stream: chain.Stream | None, name: str, sig: bytes) -> str:
        why = real(self, event, stream, name, sig)
        if why == "it does not name the event before it":
            stream = self.streams[event.epoch]
            stream.next_seq, stream.head, stream.sig = event.seq + 1, name, sig
            return ""
        return why

    Chain._link = link
    _only_the_heads()


def _any_order() -> None:
    real = Chain.__init__

    def begin(self: Chain, *arguments: object, **named: object) -> None:
        named["from_start"] = False
        real(self, *arguments, **named)

    Chain.__init__ = begin


def _no_anchor() -> None:
    room.read_anchor = lambda _port, _store_id: None


def _no_mirror_compared() -> None:
    reconcile._compare = lambda _connection, _copied, _n: None


def _no_pages() -> None:
    tampering.check_pages = lambda _store: None


def _no_projections_compared() -> None:
    tampering.rebuild = lambda _store, check: rebuild.rebuild(_store, check=check) and ()


def _no_protection_checked() -> None:
    from coordinator_app.store import connection

    connection._check_protection = lambda _connection: None


def _runs_meet_anyhow() -> None:
    chain_part._continues = lambda _part, _streams: True


def _any_key_at_the_joint() -> None:
    chain_part.holds = lambda _key, _sig, _part: True


BLIND: dict[str, Callable[[], None]] = {
    "signatures of workstations are not checked": _no_signatures,
    "signatures of people are not checked": _no_persons_signatures,
    "only the heads of runs are checked": _only_the_heads,
    "links are not checked, and only the heads of runs": _no_links,
    "runs may stand in any order": _any_order,
    "there is no anchor": _no_anchor,
    "the mirror is not compared": _no_mirror_compared,
    "pages are not checked": _no_pages,
    "look-up tables are not compared": _no_projections_compared,
    "parts are joined wherever their runs stand": _runs_meet_anyhow,
    "signatures left to the joint are not checked": _any_key_at_the_joint,
    "the triggers are not checked": _no_protection_checked,
}
"""Planted faults by name."""
