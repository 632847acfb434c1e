"""The tour cannot be fooled: whatever procedure breaks, and whatever the gate refuses, it stops and fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from PySide6.QtWidgets import QApplication

from coordinator_app.demo import tour
from coordinator_app.demo.walks import Walker, at_the_bed, at_the_door, in_the_chair, refusals
from coordinator_app.domain import gate
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.procedures import label_content, people, steps, under_way

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("quickly_built", "qapp")]

Story = Callable[[Walker], None]
USED: dict[ProcedureKind, Story] = {
    ProcedureKind.RETRIEVE: at_the_bed,
    ProcedureKind.THAW: at_the_bed,
    ProcedureKind.TRANSPORT: at_the_bed,
    ProcedureKind.ADMINISTER: at_the_bed,
    ProcedureKind.RECEIVE: at_the_door,
    ProcedureKind.REVIEW_LOGGER: at_the_door,
    ProcedureKind.ACCEPT: at_the_door,
    ProcedureKind.STORE: at_the_door,
    ProcedureKind.RELEASE: at_the_door,
    ProcedureKind.COLLECT: in_the_chair,
    ProcedureKind.PACK: in_the_chair,
    ProcedureKind.HAND_OVER: in_the_chair,
}
"""Every procedure that the tour walks, with the story in which it comes first."""


class ProcedureBroke(RuntimeError):
    """A procedure with a mistake in it."""


def breaks(*_args: object, **_kwargs: object) -> NoReturn:
    raise ProcedureBroke("planted")


def tell(monkeypatch: pytest.MonkeyPatch, out: Path, *stories: Story) -> tuple[int, dict[str, Any]]:
    """Run the tour with these stories only; returns its exit code and its summary."""
    monkeypatch.setattr(tour, "STORIES", tuple((story.__name__, story) for story in stories))
    exit_code = tour.run_tour(out)
    summary: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["came_through"] is (exit_code == 0)
    return exit_code, summary


def test_the_walked_procedures_are_these_and_no_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: QApplication
) -> None:
    walked: set[ProcedureKind] = set()
    began = steps.PROCEDURES.copy()

    def noted(kind: ProcedureKind) -> Callable[..., Any]:
        def begin(run: Any) -> Any:
            walked.add(kind)
            return began[kind](run)

        return begin

    for kind in began:
        monkeypatch.setitem(steps.PROCEDURES, kind, noted(kind))
    exit_code, _ = tell(monkeypatch, tmp_path, at_the_bed, at_the_door, in_the_chair, refusals)
    assert exit_code == 0
    assert walked == set(USED)


@pytest.mark.parametrize("kind", list(USED), ids=str)
def test_the_tour_fails_when_a_procedure_breaks(
    kind: ProcedureKind, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(steps.PROCEDURES, kind, breaks)
    exit_code, summary = tell(monkeypatch, tmp_path, USED[kind])
    assert exit_code == 1
    assert "the store failed" in summary["stories"][-1]["fault"]


@pytest.mark.parametrize(
    ("room", "name", "story"),
    [
        (people, "stretch", at_the_bed),
        (under_way, "plan_of", at_the_bed),
        (label_content, "local_time", in_the_chair),
    ],
    ids=["signing in", "the identity check", "the label"],
)
def test_the_tour_fails_when_a_part_of_every_procedure_breaks(
    room: Any, name: str, story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(room, name, breaks)
    exit_code, summary = tell(monkeypatch, tmp_path, story)
    assert exit_code == 1
    assert summary["stories"][-1]["fault"]


# The gate -----------------------------------------------------------------------------------------------------------

ACTS: dict[ProcedureKind, str] = {
    ProcedureKind.RETRIEVE: "BagRetrieved",
    ProcedureKind.THAW: "ThawStarted",
    ProcedureKind.TRANSPORT: "BagHandedOver",
    ProcedureKind.ADMINISTER: "AdministrationStarted",
    ProcedureKind.RECEIVE: "BagReceived",
    ProcedureKind.ACCEPT: "BagAccepted",
    ProcedureKind.STORE: "BagStored",
    ProcedureKind.RELEASE: "BagReleased",
    ProcedureKind.COLLECT: "CollectionStarted",
    ProcedureKind.PACK: "BagPacked",
    ProcedureKind.HAND_OVER: "BagShipped",
}
"""What each procedure does once the gate has let it through. The review of a logger moves no bag and has no gate."""


def always_refuses(state: gate.State, received: gate.Input) -> tuple[gate.State, tuple[gate.Effect, ...]]:
    """The gate as it would be if it let nobody through."""
    return state, (gate.Refused(Refusal.WRONG_PATIENT),)


def test_only_the_review_of_a_logger_has_no_gate() -> None:
    assert USED.keys() - ACTS.keys() == {ProcedureKind.REVIEW_LOGGER}


@pytest.mark.parametrize("kind", list(ACTS), ids=str)
def test_no_procedure_gets_past_a_gate_that_always_refuses(
    kind: ProcedureKind, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begin = steps.PROCEDURES[kind]

    def begin_behind_a_shut_gate(run: Any) -> Any:
        monkeypatch.setattr(gate, "step", always_refuses)
        return begin(run)

    monkeypatch.setitem(steps.PROCEDURES, kind, begin_behind_a_shut_gate)
    exit_code, summary = tell(monkeypatch, tmp_path, USED[kind])
    assert gate.step is always_refuses
    assert exit_code == 1
    assert ACTS[kind] not in summary["events"]
    assert "expected accepted" in summary["stories"][-1]["fault"]
