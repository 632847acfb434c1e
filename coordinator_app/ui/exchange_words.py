"""How this workstation stands with the hub: a word and an age, never an error (`reference/ecosystem.md` §1.3)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from coordinator_app.domain.screens import ExchangeShown, Tone
from coordinator_app.ui import formats
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.wording import worded_word

_SINCE = frozenset({"waiting_hub", "joining", "revoked", "protocol", "stranger", "two_logs"})
"""States that are told with how long they have lasted."""
_TROUBLED = frozenset({"revoked", "protocol", "stranger", "refused", "two_logs", "replaying"})
"""States that no waiting mends: somebody has to do something."""


def tone_of_state(state: str) -> Tone:
    """Return the tone of a state: away is no error, and a workstation without a hub lacks nothing."""
    if state in _TROUBLED:
        return Tone.DUE
    return Tone.IN_TIME if state in ("sent", "alone") else Tone.UNKNOWN


def exchange_tone(exchange: ExchangeShown) -> Tone:
    """Return how the exchange stands, by shape and colour."""
    return tone_of_state(exchange.state)


def exchange_words(exchange: ExchangeShown, moment: Moment, *, waiting: bool = True) -> str:
    """Return the state with its age or since when, and how many events the hub has not yet acknowledged."""
    if exchange.state == "sent" and exchange.since is not None:
        age = formats.age_of(exchange.since, moment.now)
        said = QCoreApplication.translate("Exchange", "Sent {age} ago").format(age=age)
    elif exchange.state == "offline" and exchange.since is not None:
        since = formats.instant(exchange.since, moment.zone, moment.now)
        if exchange.since.astimezone(moment.now.tzinfo).date() == moment.now.date():
            since = formats.clock_time(exchange.since, moment.zone)
        said = QCoreApplication.translate("Exchange", "Offline since {time}").format(time=since)
    elif exchange.state in _SINCE and exchange.since is not None:
        age = formats.age_of(exchange.since, moment.now)
        said = QCoreApplication.translate("Exchange", "{state}, for {age}")
        said = said.format(state=worded_word(exchange.state), age=age)
    else:
        said = worded_word(exchange.state)
    if exchange.waiting and waiting:
        unsent = QCoreApplication.translate("Exchange", "{count} waiting").format(count=exchange.waiting)
        said = f"{said} · {unsent}"
    return said
