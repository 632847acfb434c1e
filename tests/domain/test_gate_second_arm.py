"""The second person learns nothing of the first: whatever the first read, typed or heard, the second is told the same."""

from __future__ import annotations

import pytest

from coordinator_app.domain import gate
from coordinator_app.domain.check_parts import Effect
from tests.domain.bedside import BAG, BORN, NAME, OTHER_BAG, STRANGER, WRISTBAND, Bedside, plan

Acts = list[tuple[str, object]]
FIRST_ARMS = [
    pytest.param(bag, family, born, how, pause, id=f"{sorted(bag)[-1]}-{family}-{born}-{how}-{pause}")
    for bag, family, born, how, pause in (
        (BAG, NAME, BORN, "scanned", 2),
        (OTHER_BAG, NAME, BORN, "scanned", 2),
        (BAG, "Grauer", BORN, "scanned", 2),
        (BAG, NAME, "1961-09-04", "scanned", 2),
        (BAG, "Kowalska", BORN, "scanned", 2),
        (BAG, NAME, BORN, "typed", 2),
        (OTHER_BAG, "Grauer", "1999-01-01", "typed", 50),
    )
]
"""What the first person may have done: another bag, another answer, typed, slowly."""


def first_arm(bag: frozenset[str], family: str, born: str, how: str, pause: float) -> Bedside:
    bed = Bedside(plan(gate.WRISTBAND, gate.UNIT, arms=2))
    bed.signs_in("nurse-1")
    bed.reads_wristband(how=how, after=pause)
    bed.states(family, born)
    bed.reads_bag(bag, how=how)
    assert bed.state.waiting == "person"
    bed.now = 200
    return bed


def told(bed: Bedside) -> list[tuple[Effect, ...] | str | None]:
    """Go through a second arm with every error that people make, and return all that is said on the way."""
    said: list[tuple[Effect, ...] | str | None] = [
        bed.signs_in("nurse-1"),
        bed.signs_in("nurse-2"),
        gate.wanted(bed.state),
    ]
    said += [
        bed.reads_bag(),
        bed.reads_wristband(frozenset({"gsrn:A0"})),
        bed.reads_wristband(),
        gate.wanted(bed.state),
    ]
    said += [bed.states(), gate.wanted(bed.state), bed.states(), bed.reads_bag(frozenset({"din:N"}))]
    said += [bed.reads(frozenset({"text:?"})), bed.does(gate.Interrupted("lock", bed.at)), bed.signs_in("nurse-2")]
    said += [bed.reads_wristband(), bed.states("Grauer"), bed.does(gate.TimePassed(bed.at + 121 * 10**9))]
    bed.now += 122
    said += [bed.reads_wristband(), bed.states(), gate.wanted(bed.state)]
    return said


@pytest.mark.parametrize(("bag", "family", "born", "how", "pause"), FIRST_ARMS)
def test_until_both_have_closed_the_second_person_is_told_the_same_whatever_the_first_did(
    bag: frozenset[str], family: str, born: str, how: str, pause: float
) -> None:
    reference, other = first_arm(BAG, NAME, BORN, "scanned", 2), first_arm(bag, family, born, how, pause)
    assert told(reference) == told(other)
    assert reference.reads_bag(BAG)[:2] == other.reads_bag(BAG)[:2]


@pytest.mark.parametrize(("bag", "family", "born", "how", "pause"), FIRST_ARMS)
def test_a_stranger_s_wristband_in_the_second_arm_shows_the_record_and_not_the_first_reading(
    bag: frozenset[str], family: str, born: str, how: str, pause: float
) -> None:
    bed = first_arm(bag, family, born, how, pause)
    bed.signs_in("nurse-2")
    refused = bed.reads_wristband(STRANGER)[0]
    assert isinstance(refused, gate.Refused)
    assert (refused.expected, refused.read) == (WRISTBAND, STRANGER)


@pytest.mark.parametrize("second", [(NAME, BORN), ("Weiss", BORN), (NAME, "1999-01-01")])
@pytest.mark.parametrize("first", [("Grauer", BORN), ("Grauer", "1999-01-01")])
def test_that_an_answer_differs_is_said_in_the_same_words_whoever_s_it_was(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    reference, other = first_arm(BAG, "Grauer", BORN, "scanned", 2), first_arm(BAG, *first, "scanned", 2)
    said = []
    for bed, answer in ((reference, (NAME, BORN)), (other, second)):
        bed.signs_in("nurse-2")
        bed.reads_wristband()
        bed.states(*answer)
        effects = bed.reads_bag()
        said.append(
            [effects, gate.wanted(bed.state), bed.states(*answer), bed.signs_in("nurse-3"), bed.signs_in("nurse-1")]
        )
    assert said[0] == said[1]


def test_the_second_arm_begins_with_nothing() -> None:
    bed = first_arm(BAG, NAME, BORN, "scanned", 2)
    bed.signs_in("nurse-2")
    second = bed.state.arms[1]
    assert (second.readings, second.family, second.born, second.said, second.closed) == ((), "", "", False, False)
