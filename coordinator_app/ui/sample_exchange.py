"""The exchange panel as it may stand: all sent, the hub away with a gap, a new workstation that waits for admission."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from coordinator_app.domain.screens import (
    ActionShown,
    Answer,
    CountShown,
    ExchangePage,
    ExchangeShown,
    PersonShown,
    Say,
    Tone,
    WorkstationShown,
)
from coordinator_app.domain.spoken_words import words_of
from coordinator_app.ui.sample_records import NOW, NURSE, answer, frame

_ADMINISTRATOR = PersonShown("Brandt", "Jonas", "administrator")
_SENT = ExchangeShown("sent", NOW - timedelta(seconds=12))
_AWAY = ExchangeShown("offline", NOW.replace(hour=8, minute=14), 23)
_CODE = tuple("".join("1" if (row * 7 ^ place * 5) % 3 else "0" for place in range(24)) for row in range(24))


def _station(place: str, say: Say, minutes: float | None, tone: Tone = Tone.IN_TIME) -> WorkstationShown:
    at = NOW - timedelta(minutes=minutes) if minutes is not None else None
    return WorkstationShown(Say(place), say, at, tone)


def _received(total: int, unknown: int = 0, kept: int = 0) -> tuple[CountShown, ...]:
    return (
        CountShown(Say("exchange.received"), total),
        CountShown(Say("exchange.integrated"), total - unknown - kept),
        CountShown(Say("exchange.unknown"), unknown, Tone.DUE if unknown else None),
        CountShown(Say("exchange.kept"), kept, Tone.DUE if kept else None),
    )


def _panel(**other: object) -> ExchangePage:
    complete = Say("exchange.complete")
    values: dict[str, object] = {
        "exchange": _SENT,
        "meaning": Say("exchange.means.sent"),
        "hub": "https://hub.st-brannoc.example",
        "waiting": CountShown(Say("exchange.waiting"), 0),
        "received": _received(48_213),
        "adds_up": True,
        "workstations": (
            _station("Ward 4B · cart 2", Say("exchange.this"), 0.3),
            _station("Pharmacy · bench 1", complete, 2),
            _station("Apheresis · room 3", complete, 190),
            _station("Cell laboratory", complete, 41),
        ),
        "actions": (ActionShown("admit_workstation", key="F5"), ActionShown("open:exchange:code", key="F6")),
        **other,
    }
    return ExchangePage(**values)  # type: ignore[arg-type]


def _away() -> ExchangePage:
    lacking = Say("exchange.lacking", {"count": "7"})
    # fmt: off
    trouble = {"at": NOW.replace(hour=8, minute=14).isoformat(),
               "why": "The hub cannot be reached; the network or the hub is down, it is tried again later."}
    # fmt: on
    calm = _panel()
    return replace(
        calm,
        exchange=_AWAY,
        meaning=Say("exchange.means.offline"),
        waiting=CountShown(Say("exchange.waiting"), 23),
        received=_received(48_214, unknown=2, kept=1),
        workstations=(
            calm.workstations[0],
            _station("Apheresis · room 3", lacking, 4_300, Tone.DUE),
            calm.workstations[1],
        ),
        trouble=Say("exchange.trouble", trouble),
        actions=(ActionShown("open:exchange:code", key="F6"),),
    )


def _joining() -> ExchangePage:
    return _panel(
        exchange=ExchangeShown("joining", NOW - timedelta(minutes=3)),
        meaning=Say("exchange.means.joining"),
        received=_received(0),
        workstations=(),
        words=words_of("5c0d9e31ab77f24e" * 4),
        code=_CODE,
        actions=(),
    )


def _asked() -> ExchangePage:
    calm = _panel()
    asks = WorkstationShown(Say("exchange.asks"), Say("exchange.asks_words"), None, Tone.DUE)
    return replace(
        calm,
        workstations=(*calm.workstations[:2], asks),
        words=words_of("a1b2c3d4e5f60718" * 4),
        code=_CODE,
        actions=(ActionShown("admit_workstation", primary=True, key="F5"), ActionShown("open:exchange", key="F6")),
    )


def exchange_answers() -> dict[str, Answer]:
    """Return one answer for each picture of the panel, by the picture's name."""
    alone = _panel(
        exchange=ExchangeShown("alone"), meaning=Say("exchange.means.alone"), hub="", received=_received(0),
        workstations=_panel().workstations[:1], actions=(ActionShown("join_hub", primary=True, key="F5"),),
    )  # fmt: skip
    keeper = {"person": _ADMINISTRATOR}
    two_logs = ExchangeShown("two_logs", NOW - timedelta(minutes=26), 2)
    differs = {"place": "Pharmacy · bench 1", "at": (NOW - timedelta(minutes=26)).isoformat()}
    replaying = Say("exchange.replaying", {"done": "12 300", "total": "48 213"})
    return {
        "exchange": answer(_panel(), frame("exchange", **keeper)),
        "exchange_away": answer(_away(), frame("exchange", NURSE, exchange=_AWAY)),
        "exchange_joining": answer(_joining(), frame("", None, exchange=_joining().exchange)),
        "exchange_asked": answer(_asked(), frame("exchange", **keeper)),
        "exchange_alone": answer(alone, frame("exchange", _ADMINISTRATOR, exchange=alone.exchange)),
        "exchange_two_logs": answer(
            _panel(
                exchange=two_logs,
                meaning=Say("exchange.means.two_logs"),
                waiting=CountShown(Say("exchange.waiting"), 2),
                notes=(Say("exchange.found.two_logs", differs),),
            ),
            frame("exchange", NURSE, exchange=two_logs),
        ),
        "exchange_replaying": answer(
            _panel(exchange=ExchangeShown("replaying", NOW), meaning=replaying, received=_received(12_300)),
            frame("exchange", NURSE, exchange=ExchangeShown("replaying", NOW), notices=(replaying,)),
        ),
    }
