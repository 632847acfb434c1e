"""Every procedure stands on the identity gate, and every movement cites what it rests on (design §3.1, §13)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import SaidNo

from coordinator_app.domain import events as e
from coordinator_app.domain import gate
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.procedures.steps import PROCEDURES

Way = Callable[[Demonstration], None]


def _shipment(site: Demonstration, name: str) -> dict[str, str]:
    found: dict[str, str] = site.listing["shipments"][name]
    return found


def _nothing(site: Demonstration) -> None:
    return


def _collected(site: Demonstration) -> None:
    site.collects("c2")


def _packed(site: Demonstration) -> None:
    site.collects("c2")
    site.packs("c2")


def _c3_reviewed(site: Demonstration) -> None:
    site.c3_received()
    site.reviews_logger(_shipment(site, "s1"), site.id("c3"))


def _c3_accepted(site: Demonstration) -> None:
    _c3_reviewed(site)
    site.accepts("c3", ("u3",))


def _c3_stored(site: Demonstration) -> None:
    _c3_accepted(site)
    site.stores("c3", ("u3",))


def _c1_out(site: Demonstration) -> None:
    site.retrieves("c1", "u1")


def _c1_thawed(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    site.thaws("c1", "u1")


WAYS: dict[ProcedureKind, tuple[Way, Way]] = {
    ProcedureKind.COLLECT: (_nothing, lambda site: site.collects("c2")),
    ProcedureKind.PACK: (_collected, lambda site: site.packs("c2")),
    ProcedureKind.HAND_OVER: (_packed, lambda site: site.hands_over("c2")),
    ProcedureKind.RECEIVE: (_nothing, lambda site: site.c3_received()),
    ProcedureKind.ACCEPT: (_c3_reviewed, lambda site: site.accepts("c3", ("u3",))),
    ProcedureKind.STORE: (_c3_accepted, lambda site: site.stores("c3", ("u3",))),
    ProcedureKind.RELEASE: (_c3_stored, lambda site: site.releases("c3")),
    ProcedureKind.RETRIEVE: (_nothing, lambda site: site.retrieves("c1", "u1")),
    ProcedureKind.THAW: (_c1_out, lambda site: site.thaws("c1", "u1")),
    ProcedureKind.TRANSPORT: (_c1_thawed, lambda site: site.carries("c1", "u1")),
    ProcedureKind.ADMINISTER: (_c1_thawed, lambda site: site.starts_infusion("c1", "u1")),
    ProcedureKind.RETURN: (_nothing, lambda site: site.returns("c1", "u1")),
    ProcedureKind.DESTROY: (_c3_reviewed, lambda site: site.destroys("c3", "u3")),
}
WITHOUT_THE_GATE = {ProcedureKind.ENROL, ProcedureKind.REVIEW_LOGGER}
"""Enrolment makes the identity; a logger is reviewed for a shipment and moves no unit."""
NOT_IN_THESE_TRIALS = {ProcedureKind.PREPARE, ProcedureKind.LABEL}
"""No trial of the demonstration prepares doses; its labels are printed within the collection."""


def test_every_procedure_is_walked_here() -> None:
    assert set(PROCEDURES) == set(WAYS) | WITHOUT_THE_GATE | NOT_IN_THESE_TRIALS


@pytest.mark.parametrize("procedure", WAYS, ids=str)
def test_the_procedure_moves_a_unit_when_the_gate_confirms(site: Demonstration, procedure: ProcedureKind) -> None:
    before, act = WAYS[procedure]
    before(site)
    moved = site.movements()
    act(site)
    assert site.movements() > moved
    site.confirms_nothing_wrong()


@pytest.mark.parametrize("procedure", WAYS, ids=str)
def test_a_gate_that_always_refuses_stops_the_procedure(
    site: Demonstration, procedure: ProcedureKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, act = WAYS[procedure]
    before(site)

    def refuse(state: gate.State, received: gate.Input) -> tuple[gate.State, tuple[gate.Effect, ...]]:
        return state, (gate.Refused(Refusal.NOT_WHAT_WAS_ASKED),)

    monkeypatch.setattr(gate, "step", refuse)
    with site.nothing_moves(), pytest.raises(SaidNo):
        act(site)
    assert site.unit(site.id("c1"), 2).has("BagReleased"), "what was there before is still there"


def test_every_movement_on_the_site_cites_the_check_of_its_case_unit_and_step_or_an_exception(
    site: Demonstration,
) -> None:
    site.finishes_c1_with_an_exception()
    events = {each.id: each for each in site.log()}
    movements = [each for each in events.values() if isinstance(each.body, e.ProductMoved)]
    assert len(movements) > 50
    for each in movements:
        body = each.body
        assert isinstance(body, e.ProductMoved)
        relied = [events[ref].body for ref in each.refs]
        assert any(
            isinstance(found, e.IdentityConfirmed | e.ExceptionAuthorised)
            and (found.case, found.unit, found.step) == (body.case, body.unit, body.step)
            for found in relied
        ), each.type
        # An exception alone never stands for identity: each movement rests on a check as well.
        assert any(isinstance(found, e.IdentityConfirmed) for found in relied), each.type


def test_a_confirmation_names_people_who_each_closed_an_arm_of_that_check(site: Demonstration) -> None:
    closed: dict[str, list[str]] = {}
    opened: dict[str, int] = {}
    for each in site.log():
        body = each.body
        if isinstance(body, e.CheckOpened):
            opened[body.check] = body.arms
        elif isinstance(body, e.ArmClosed):
            closed.setdefault(body.check, []).append(each.actor or "")
        elif isinstance(body, e.IdentityConfirmed):
            assert len(set(body.people)) >= opened[body.check]
            assert set(body.people) <= set(closed[body.check])
