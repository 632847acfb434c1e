"""How this workstation stands with the hub: a word and an age, never an error (`reference/ecosystem.md` §1.3)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from coordinator_app.domain.screens import ExchangeShown
from coordinator_app.ui import formats
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.wording import worded_word


def exchange_words(exchange: ExchangeShown, moment: Moment) -> str:
    """Return the state with its age or since when, and how many events the hub has not yet acknowledged."""
    if exchange.state == "sent" and exchange.since is not None:
        age = formats.age_of(exchange.since, moment.now)
        said = QCoreApplication.translate("Exchange", "Sent {age} ago").format(age=age)
    elif exchange.state == "offline" and exchange.since is not None:
        since = formats.instant(exchange.since, moment.zone, moment.now)
        if exchange.since.astimezone(moment.now.tzinfo).date() == moment.now.date():
            since = formats.clock_time(exchange.since, moment.zone)
        said = QCoreApplication.translate("Exchange", "Offline since {time}").format(time=since)
    else:
        said = worded_word(exchange.state)
    if exchange.waiting:
        waiting = QCoreApplication.translate("Exchange", "{count} waiting").format(count=exchange.waiting)
        said = f"{said} · {waiting}"
    return said
