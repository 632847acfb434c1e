"""Gates: what must be true before a step begins, and the sentence that says what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key

from msgspec import Struct

from coordinator_app.domain.clock_history import ClockHistory, ClockSample
from coordinator_app.domain.clock_spans import order_of
from coordinator_app.domain.clock_words import event_words
from coordinator_app.domain.elapsed import Timeline
from coordinator_app.domain.profile_parts import GateRule, Narrowed, Profile
from coordinator_app.domain.vocabulary import EventName, Fact, Scope

FACT_WORDS = {
    Fact.ORDER_PRESENT: "an order",
    Fact.ORDER_SECOND_ORIGIN: "the order confirmed from a second origin (the sponsor's file or the certificate)",
    Fact.CERTIFICATE_RELEASE: "the release certificate",
    Fact.LOGGER_ACCEPTED: "the temperature record, reviewed and accepted",
    Fact.PRODUCT_ACCEPTED: "the product, accepted at the site",
    Fact.BACKUP_EXISTS: "a back-up collection",
    Fact.CONDITIONING_PLANNED: "a planned conditioning",
    Fact.CONSENT_CURRENT: "a consent that is current",
    Fact.SITE_READY: "the site's readiness for this trial",
    Fact.CALIBRATION_CURRENT: "equipment whose calibration is current",
}


class KnownFact(Struct, frozen=True):
    """One thing that is so: a fact's word or an event's name, of which part, and about what.

    `order` counts events from the first; it tells which unit came before which. `scope` holds pairs such as
    `("bag", "1")`; a fact about the whole case leaves it empty and counts for each of its bags.
    """

    name: str
    scope: tuple[tuple[str, str], ...] = ()
    part: str | None = None
    order: int = 0

    def is_about(self, key: str, value: str | None) -> bool:
        """Say whether this counts for `value`; what names no bag counts for each."""
        return value is None or dict(self.scope).get(key, value) == value


class ClosedGate(Struct, frozen=True):
    """A gate that is not open: what is missing, in one sentence with what to do, and where the rule stands."""

    before: str
    requires: str
    scope: Scope
    sentence: str
    source: str


def facts_of(history: ClockHistory, now: ClockSample) -> frozenset[KnownFact]:
    """Return the events of a history as facts, in the order in which they happened as far as the clocks can tell."""
    timeline = Timeline(history, now)

    def order_in_time(one: int, other: int) -> int:
        return order_of(timeline.between(one, other), one, other)

    ordered = sorted(range(len(history.events)), key=cmp_to_key(order_in_time))
    return frozenset(
        KnownFact(event.event.value, tuple(sorted(event.scope.items())), event.part, order)
        for order, event in enumerate(history.events[mark] for mark in ordered)
    )


def open_gates(
    profile: Profile, step: str, facts: Iterable[KnownFact], scope: dict[str, str] | None = None
) -> tuple[ClosedGate, ...]:
    """Return the gates before `step` that are still closed for what `scope` names (`{"bag": "2"}`), if any.

    A gate only holds back the beginning of a step; it never stands in the way of recording what happened.
    """
    known = tuple(facts)
    return tuple(
        _closed(gate) for gate in profile.gates_before(step) if not _is_open(gate, known, (scope or {}).get(gate.scope))
    )


def _is_open(gate: GateRule, facts: tuple[KnownFact, ...], value: str | None) -> bool:
    key = gate.scope.value
    if isinstance(gate.requires, Fact):
        return any(fact.name == gate.requires.value and fact.is_about(key, value) for fact in facts)
    wanted = gate.requires
    if not wanted.previous:
        return any(_is_event(fact, wanted) and fact.is_about(key, value) for fact in facts)
    before = _unit_before(facts, key, value)
    # The first unit has none before it.
    return before is None or any(_is_event(fact, wanted) and dict(fact.scope).get(key) == before for fact in facts)


def _is_event(fact: KnownFact, wanted: Narrowed) -> bool:
    return fact.name == wanted.event.value and (wanted.part is None or fact.part == wanted.part)


def _unit_before(facts: tuple[KnownFact, ...], key: str, value: str | None) -> str | None:
    """The unit with the latest start of administration before this one's own, or before now."""
    begun: dict[str, int] = {}
    for fact in facts:
        unit = dict(fact.scope).get(key)
        if fact.name == EventName.ADMINISTRATION_STARTED.value and unit is not None:
            begun[unit] = min(fact.order, begun.get(unit, fact.order))
    own = begun.get(value) if value is not None else None
    before = [unit for unit, order in begun.items() if unit != value and (own is None or order < own)]
    return max(before, key=lambda unit: begun[unit], default=None)


def _closed(gate: GateRule) -> ClosedGate:
    if isinstance(gate.requires, Fact):
        missing = FACT_WORDS[gate.requires]
        sentence = f'"{gate.before}" needs {missing}; record it first ({gate.source}).'
    else:
        missing = event_words(gate.requires)
        sentence = f'"{gate.before}" must wait for {missing}; record that first ({gate.source}).'
    return ClosedGate(gate.before, str(gate.requires), gate.scope, sentence, gate.source)
