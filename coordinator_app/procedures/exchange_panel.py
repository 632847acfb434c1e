"""The exchange panel: a word and its age, numbers that add up, what is missing and from whom, and what to do now."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from msgspec.structs import replace

from coordinator_app.codes.symbols import Symbol, matrix
from coordinator_app.domain.join_code import join_code
from coordinator_app.domain.screens import (
    ActionShown,
    CountShown,
    ExchangePage,
    Say,
    Tone,
    WorkstationShown,
)
from coordinator_app.domain.spoken_words import words_of
from coordinator_app.domain.vocabulary import Role
from coordinator_app.procedures.exchange_standing import ExchangeStanding, Replaying
from coordinator_app.procedures.list_parts import roles_of
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.set_aside import DECIDERS, kept_events
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.last_news import last_news
from coordinator_app.store.site_key import fingerprint

PLACE, SHOWS_CODE = "exchange", "exchange:code"
KEEPERS = frozenset({str(Role.ADMINISTRATOR)})
"""Who joins hubs and admits workstations."""
_MEANS = {
    "alone": Say("exchange.means.alone"),
    "sent": Say("exchange.means.sent"),
    "offline": Say("exchange.means.offline"),
    "asking": Say("exchange.means.asking"),
    "waiting_hub": Say("exchange.means.waiting_hub"),
    "joining": Say("exchange.means.joining"),
    "refused": Say("exchange.means.refused"),
    "revoked": Say("exchange.means.revoked"),
    "protocol": Say("exchange.means.protocol"),
    "stranger": Say("exchange.means.stranger"),
    "two_logs": Say("exchange.means.two_logs"),
}
_FOUND = {
    "restored": Say("exchange.found.restored", {"place": "", "at": ""}),
    "cloned": Say("exchange.found.cloned", {"place": "", "at": ""}),
    "fork": Say("exchange.found.fork", {"place": "", "at": ""}),
    "clock": Say("exchange.found.clock", {"place": "", "at": ""}),
    "revoked": Say("exchange.found.revoked", {"place": "", "at": ""}),
    "two_logs": Say("exchange.found.two_logs", {"place": "", "at": ""}),
}
WAITS_FOR_PEOPLE = frozenset({"waiting_hub", "joining", "stranger"})
"""States in which somebody has to compare this workstation's fingerprint."""


def exchange_page(work: Workplace, present: Present | None, tab: str = PLACE) -> ExchangePage:
    """Return the panel as it stands now; with its own words and code where somebody is to compare them."""
    standing = work.exchange_standing()
    shows_code = tab == SHOWS_CODE or standing.shown.state in WAITS_FOR_PEOPLE
    own = fingerprint(work.store.public_key)
    return ExchangePage(
        exchange=standing.shown,
        meaning=_meaning(standing),
        hub=standing.hub,
        waiting=CountShown(Say("exchange.waiting"), standing.shown.waiting),
        received=_received(standing),
        adds_up=standing.adds_up,
        workstations=_workstations(work, standing),
        trouble=_trouble(standing),
        hub_here=_hub_here(standing),
        notes=_notes(work, standing),
        words=words_of(own) if shows_code else (),
        code=_modules(own) if shows_code else (),
        actions=(*_actions(work, present, standing, tab), *_decisions(work, present)),
    )


def replay_said(replaying: Replaying | None) -> Say | None:
    """Return the one sentence with its progress that says why releases wait on a new workstation, or None."""
    if replaying is None:
        return None
    values = {"done": _number(replaying.done), "total": _number(replaying.total)}
    return Say("exchange.checking", values) if replaying.checking else Say("exchange.replaying", values)


def replay_notices(work: Workplace) -> tuple[Say, ...]:
    """Return the notice over every page of a new workstation until the site's record is here and checked."""
    said = replay_said(work.replaying())
    return (said,) if said is not None and work.site.founded else ()


def _meaning(standing: ExchangeStanding) -> Say:
    state = standing.shown.state
    replaying = replay_said(standing.replaying)
    if replaying is not None and state in ("sent", "replaying"):
        return replaying
    return _MEANS.get(state, _MEANS["offline"])


def _received(standing: ExchangeStanding) -> tuple[CountShown, ...]:
    return (
        CountShown(Say("exchange.received"), standing.received),
        CountShown(Say("exchange.integrated"), standing.integrated),
        CountShown(Say("exchange.unknown"), standing.unknown, Tone.DUE if standing.unknown else None),
        CountShown(Say("exchange.kept"), standing.kept, Tone.DUE if standing.kept else None),
    )


def _workstations(work: Workplace, standing: ExchangeStanding) -> tuple[WorkstationShown, ...]:
    """Return this workstation, then those from which something is missing, then the others by place."""
    news, here = last_news(work.store.connection), work.store.workstation
    lacking = {each.device: each.count for each in standing.lacking}
    devices = {*work.site.places, *lacking} - {here}
    places = work.site.places
    order = sorted(devices, key=lambda each: (each not in lacking, places.get(each, ""), each))
    rows = [WorkstationShown(_place(places.get(here, "")), Say("exchange.this"), news.get(here), Tone.IN_TIME)]
    for device in order:
        say, tone = Say("exchange.complete"), Tone.IN_TIME
        if device in lacking:
            say, tone = Say("exchange.lacking", {"count": _number(lacking[device])}), Tone.DUE
        rows.append(WorkstationShown(_place(places.get(device, "")), say, news.get(device), tone))
    # Its words are not shown here: who admits it must hear them from its screen, or scan its code there.
    rows += [WorkstationShown(Say("exchange.asks"), Say("exchange.asks_words"), None, Tone.DUE)] * len(standing.asking)
    return tuple(rows)


def _trouble(standing: ExchangeStanding) -> Say | None:
    """Return the last trouble in plain words, with when it began and whether it is over."""
    trouble = standing.trouble
    if trouble is None:
        return None
    values = {"why": trouble.why, "at": trouble.at.isoformat()}
    if trouble.over_at is None:
        return Say("exchange.trouble", values)
    return Say("exchange.trouble_over", {**values, "by": trouble.over_at.isoformat()})


def _hub_here(standing: ExchangeStanding) -> Say | None:
    """Return how the hub that runs on this workstation stands, and the code with which it invites."""
    hub = standing.hub_here
    if hub is None:
        return None
    if not hub.serves:
        return Say("exchange.hub_stopped", {"why": hub.why})
    if hub.why:
        return Say("exchange.hub_office_failed", {"why": hub.why})
    where = {"where": hub.url, "code": hub.code}
    return Say("exchange.hub_invites", where) if hub.code else Say("exchange.hub_serves", where)


def _notes(work: Workplace, standing: ExchangeStanding) -> tuple[Say, ...]:
    """Return what people have to know at once: numbers that do not add up, what the hub found, the newest first."""
    notes = [] if standing.adds_up else [Say("exchange.not_adding_up")]
    for kind, device, at in reversed(standing.findings[-3:]):
        values = {"place": work.site.places.get(device, ""), "at": _instant(at)}
        if kind in _FOUND:
            notes.append(replace(_FOUND[kind], values=values))
    return tuple(notes)


def _actions(work: Workplace, present: Present | None, standing: ExchangeStanding, tab: str) -> tuple[ActionShown, ...]:
    if present is None:
        # Once the hub let it in, nothing is left to take back: the record is the site's, and waits for its key.
        return () if standing.let_in else (ActionShown("give_up_joining", danger=True, key="F7"),)
    shows = ActionShown("open:exchange", key="F6") if tab == SHOWS_CODE else ActionShown("open:exchange:code", key="F6")
    if not roles_of(work, present) & KEEPERS:
        return (shows,)
    own = standing.hub_here
    if standing.shown.state in ("alone", "refused"):
        serves = own is not None and own.serves
        elsewhere = ActionShown("join_hub", primary=not serves, key="F5")
        return (elsewhere, ActionShown("join_own_hub", primary=True, key="F8")) if serves else (elsewhere,)
    if standing.shown.state in ("asking", "waiting_hub"):
        return (ActionShown("give_up_joining", danger=True, key="F7"),)
    admits = ActionShown("admit_workstation", primary=bool(standing.asking), key="F5")
    if own is not None and own.serves:
        return (admits, shows, ActionShown("invite_workstation", key="F8"))
    return (admits, shows)


def _decisions(work: Workplace, present: Present | None) -> tuple[ActionShown, ...]:
    """Offer the decision about what stands apart to those who may take it, while something does."""
    if present is None or not roles_of(work, present) & DECIDERS or not kept_events(work):
        return ()
    return (ActionShown("judge_kept", key="F4"),)


def _place(place: str) -> Say:
    return Say("plain", {"text": place}) if place else Say("exchange.place_unknown")


def _number(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _instant(at: str) -> str:
    try:
        return datetime.fromisoformat(at).isoformat()
    except ValueError:
        return at


@lru_cache(maxsize=4)
def _modules(digits: str) -> tuple[str, ...]:
    rows = matrix(join_code(digits), Symbol.DATA_MATRIX)
    return tuple("".join("1" if dark else "0" for dark in row) for row in rows)
