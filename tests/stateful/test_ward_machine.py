"""A ward driven at random keeps its rules, and the walk finds faults that are planted in the procedures.

The long walk is one command: `python -m tests.stateful.ward_machine 2000 60`.
"""

from __future__ import annotations

import pytest

from coordinator_app.procedures import begin_act, moving, standing_blocks
from coordinator_app.store.faults import StoreDamaged
from tests.stateful.ward_machine import Ward, walk

pytestmark = pytest.mark.alone


def test_a_ward_driven_at_random_keeps_every_rule_and_comes_to_all_that_it_is_about() -> None:
    met = walk(examples=20, steps=25)
    for what in ("confirmed", "AdministrationStarted", "AdministrationCompleted", "restarts", "hold", "contradiction",
                 "ON_HOLD", "GuidedPage", "VerdictPage", "CasePage"):  # fmt: skip
        assert met.get(what, 0) > 0, f"{what} was never met: {met}"


def _broken(examples: int) -> str:
    """Walk where a fault is planted; returns the first rule that was seen broken, by the walk or by the program."""
    with pytest.raises(Exception) as raised:
        walk(examples=examples, steps=25)
    if Ward.broken:
        return Ward.broken[0]
    # After a restart in the walk the program itself may be first to see it, when it verifies the end of its record.
    assert isinstance(raised.value, StoreDamaged), raised.value
    return str(raised.value)


def test_the_walk_finds_a_door_that_does_not_look_at_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing_blocks, "case_blocks", lambda *about: [])
    assert "while something stands against the case" in _broken(examples=100)


def test_the_walk_finds_a_movement_that_rests_on_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "confirmation_of", lambda run, unit: None)
    monkeypatch.setattr(begin_act, "still_valid", lambda run, unit: True)
    monkeypatch.setattr(begin_act, "people_of_check", lambda run, unit: (run.performer.person,))
    broken = _broken(examples=100)
    assert "rests on no check" in broken or "moves a product and cites no" in broken
