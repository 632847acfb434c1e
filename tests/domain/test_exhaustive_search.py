"""The exhaustive search in small: some worlds to their end, some planted faults, and that like states are alike.

The whole of it is `python -m tests.domain.gate_search --planted`.
"""

from __future__ import annotations

import random

import pytest

from coordinator_app.domain import check_parts as parts
from coordinator_app.domain import gate
from coordinator_app.domain.refusal import NEVER_COVERED, Refusal
from tests.domain.gate_search import refusals_the_gate_names, same_as, search
from tests.domain.gate_truth import Truth
from tests.domain.gate_world import PEOPLE, VALID, Offered, World, worlds
from tests.domain.gates_with_faults import FAULTS, gate_with

WORLDS = {world.name: world for world in worlds()}
SMALL = ("hand-over of a sealed shipper", "release", "release, everything blocked", "thaw", "acceptance")
QUICK = (
    "one person reads both arms", "readings never grow old", "a check never expires", "a lock leaves the arm open",
    "a typed code needs nobody else", "a blocked unit is taken", "papers release a blocked unit",
    "the bag need not be the cassette's", "scans at the other workstation count", "a check that has ended goes on",
    "a mismatch is looked for only while somebody is signed in", "a void label counts",
    "a bag with another patient's number counts", "the first of two units that bear the number is taken",
)  # fmt: skip


@pytest.mark.parametrize("name", SMALL)
def test_everything_that_can_happen_in_a_small_world_keeps_the_rules(name: str) -> None:
    found = search(WORLDS[name])
    assert found.broken == "", " → ".join(found.way)
    assert (found.confirmed > 0) is (name != "release, everything blocked")
    assert all(count > 0 for count in found.inputs.values())
    assert set(found.inputs) == {offered.name for offered in WORLDS[name].offered}


@pytest.mark.parametrize("name", QUICK)
def test_the_search_finds_a_planted_fault(name: str) -> None:
    fault = next(each for each in FAULTS if each.name == name)
    step = gate_with(fault)
    assert any(search(WORLDS[world], step).broken for world in SMALL)


def test_every_planted_fault_changes_a_line_that_is_there() -> None:
    for fault in FAULTS:
        gate_with(fault)
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40
    assert gate.step is not gate_with(FAULTS[0])


def test_the_gate_names_no_refusal_that_the_search_does_not_ask_for() -> None:
    named = refusals_the_gate_names()
    assert named >= NEVER_COVERED
    assert {Refusal.STALE_SCAN, Refusal.PROXY_SUSPECTED, Refusal.TYPED_WITHOUT_SECOND_PERSON} <= named


def test_a_gate_that_always_refuses_confirms_nothing_anywhere() -> None:
    def never(state: parts.State, made: parts.Input) -> tuple[parts.State, tuple[parts.Effect, ...]]:
        return state, (parts.Refused(Refusal.NOT_SIGNED_IN),)

    world = WORLDS["release"]
    state = gate.begin(world.plan)
    for offered in world.offered:
        state, effects = never(state, offered.make(0))
        assert not any(isinstance(effect, parts.Confirmed) for effect in effects)
    assert search(world, never).confirmed == 0


# That the search may take like states for one -----------------------------------------------------------------------


def _twins(world: World, state: parts.State, chance: random.Random) -> tuple[Offered, Offered] | None:
    """Return something that can happen, and the same with people and units renamed as `same_as` renames them."""
    names = [arm.person for arm in state.arms]
    rest = [person for person in PEOPLE if person not in names]
    people = dict(zip([*names, *rest], PEOPLE, strict=True))
    read = [reading.unit for arm in state.arms for reading in arm.readings if reading.unit in world.alike]
    swapped = {"u1": "u2", "u2": "u1"} if read and read[0] == "u2" else {}
    # Mostly what goes on: a walk of pure chance ends at its first stranger's wristband.
    asked = gate.wanted(state)
    goes_on = [each for each in world.offered if (asked in each.right if asked else "signs in" in each.name)]
    offered = chance.choice(goes_on if goes_on and chance.random() < 0.9 else world.offered)
    renamed = [people.get(word, swapped.get(word.rstrip(","), word.rstrip(",")) + word[len(word.rstrip(",")) :])
               for word in offered.name.split()]  # fmt: skip
    name = " ".join(renamed)
    if "u1 and u2" in offered.name:
        name = offered.name
    twin = next((each for each in world.offered if each.name == name), None)
    return (offered, twin) if twin is not None else None


@pytest.mark.parametrize("name", sorted(WORLDS))
def test_the_gate_makes_no_difference_between_states_that_the_search_takes_for_one(name: str) -> None:
    world, chance = WORLDS[name], random.Random(name)  # noqa: S311 - a test wants it repeatable
    walked, deepest = 0, 0
    for _ in range(150):
        state, now = gate.begin(world.plan), 0
        for _ in range(14):
            twins = _twins(world, state, chance)
            if twins is None:
                continue
            real, twin = twins
            at = min(max(now + chance.choice((*real.pauses, *real.pauses[-2:-1])), 0), VALID + 1)
            same, _, _ = same_as(world, (state, Truth(), now))
            after, effects = gate.step(state, real.make(at))
            like, effects_like = gate.step(same, twin.make(at))
            now = max(now, at)
            assert same_as(world, (after, Truth(), now)) == same_as(world, (like, Truth(), now)), real.name
            assert [type(effect) for effect in effects] == [type(effect) for effect in effects_like]
            assert [e.reason for e in effects if isinstance(e, parts.Refused)] == [
                e.reason for e in effects_like if isinstance(e, parts.Refused)
            ]
            state, walked = after, walked + 1
            deepest = max(deepest, sum(len(arm.readings) for arm in state.arms))
    assert walked > 500
    assert deepest >= len(world.plan.objects) + (world.plan.arms == 2)
