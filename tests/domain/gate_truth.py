"""What truly happened in a check, followed beside the gate, and the rules that every step of the gate must keep.

The gate's own record is not believed: what it accepts is written down here with what it truly was. A rule that is
broken is returned as a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from coordinator_app.domain import check_parts as parts
from coordinator_app.domain.check_parts import PAPERS, STATED, UNIT, WRISTBAND
from coordinator_app.domain.refusal import Refusal

from .gate_world import CLEARED, HANDS, STALE, VALID, Offered, World


class Seen(Struct, frozen=True):
    """One object as it truly was when the gate accepted it."""

    object: str
    unit: str
    at: int
    typed: bool


class Person(Struct, frozen=True):
    """What one person has truly done since they signed in; `said` is whether the patient's words agreed."""

    name: str
    since: int
    seen: tuple[Seen, ...] = ()
    said: bool | None = None
    closed: bool = False


class Truth(Struct, frozen=True):
    """What has truly happened in a check."""

    people: tuple[Person, ...] = ()
    again: bool = False
    proxies: int = 0
    over: bool = False
    found: str = ""


class Broken(Exception):
    """A rule was broken; the text says which."""


Step = tuple[parts.State, parts.State, tuple[parts.Effect, ...]]


def follow(world: World, truth: Truth, offered: Offered, at: int, taken: Step) -> Truth:
    """Write down what truly happened in one step; raises Broken when a rule was."""
    before, after, effects = taken
    _rules_of_ending(truth, offered, at, taken)
    if truth.over:
        return truth
    made = offered.make(at)
    if isinstance(made, parts.Learned):
        if effects or after.arms != before.arms or after.waiting != before.waiting:
            raise Broken("What came to light changed what people had read.")
        return replace(truth, found="" if offered.name == CLEARED else offered.name)
    if isinstance(made, parts.ArmOpened) and before.waiting == "person" and after.waiting == "arm":
        truth = _opened(world, truth, made.person, at)
    for effect in effects:
        truth = _follow_effect(world, truth, offered, at, after, effect)
    if before.waiting == "arm" and isinstance(made, parts.Interrupted) and after.waiting == "arm":
        raise Broken("An interruption left an arm open.")
    if isinstance(made, parts.ArmOpened) and before.waiting == "arm" and after.waiting == "arm":
        reader = next(p for p in reversed(truth.people) if not (truth.again and p.said is not None))
        if reader.name != made.person:
            raise Broken("Somebody else signed in and the arm stayed with the first person.")
    open_now = any(not person.closed for person in truth.people)
    if after.waiting == "arm" and not open_now and not truth.again:
        raise Broken("An arm is open and nobody has signed in for it.")
    if after.waiting == "arm" and not truth.again:
        _nothing_older_than_allowed(truth, at, truth.people[-1], made, effects)
    return replace(truth, over=after.waiting == "ended")


def _rules_of_ending(truth: Truth, offered: Offered, at: int, taken: Step) -> None:
    _, after, effects = taken
    confirmed = any(isinstance(effect, parts.Confirmed) for effect in effects)
    if truth.over:
        if after.waiting != "ended" or not all(isinstance(effect, parts.Refused) for effect in effects):
            raise Broken("A check that had ended went on.")
        return
    given_up = isinstance(offered.make(at), parts.Abandoned)
    if given_up or (at > VALID):
        if after.waiting != "ended" or confirmed:
            raise Broken("A check that was given up or too old went on.")
        return
    if offered.mismatch is not None and offered.counts:
        if after.waiting != "ended" or confirmed:
            raise Broken("What belongs to somebody else was read and the check went on.")
        if after.outcome is not offered.mismatch:
            raise Broken(f"{offered.name} ended the check as {after.outcome}, not as {offered.mismatch}.")
    if after.confirmed != confirmed:
        raise Broken("The state says that it confirmed and no event was made, or the other way round.")


def _opened(world: World, truth: Truth, name: str, at: int) -> Truth:
    if truth.again:
        waiting = next(person for person in reversed(truth.people) if person.said is None)
        if waiting.name != name:
            raise Broken("Somebody repeated an answer that another had heard.")
        return truth
    if any(person.name == name for person in truth.people):
        raise Broken("One person opened both arms.")
    if any(not person.closed for person in truth.people):
        raise Broken("An arm was opened while another was open.")
    return replace(truth, people=(*truth.people, Person(name, at)))


def _follow_effect(
    world: World, truth: Truth, offered: Offered, at: int, after: parts.State, effect: parts.Effect
) -> Truth:
    match effect:
        case parts.Accepted():
            return _accepted(world, truth, offered, at, effect)
        case parts.ArmClosed():
            return _closed(world, truth, at, effect.arm)
        case parts.ArmVoided():
            return _voided(truth, at, after, effect.arm)
        case parts.AskedAgain():
            if truth.again or any(not person.closed for person in truth.people) or all(p.said for p in truth.people):
                raise Broken("The patient was asked again without need, or before all arms had closed.")
            return replace(truth, again=True, people=tuple(replace(person, said=None) for person in truth.people))
        case parts.Confirmed():
            _confirmed(world, truth, effect)
        case parts.Refused(reason=Refusal.PROXY_SUSPECTED):
            if truth.proxies == 2 and after.waiting != "ended":
                raise Broken("The third time hands moved too fast did not end the check.")
            return replace(truth, proxies=truth.proxies + 1)
        case _:
            pass
    return truth


def _accepted(world: World, truth: Truth, offered: Offered, at: int, effect: parts.Accepted) -> Truth:
    if effect.object not in offered.right or not offered.counts:
        raise Broken(f"{offered.name} was accepted as {effect.object}.")
    if effect.object != STATED and effect.unit != offered.unit:
        raise Broken(f"{offered.name} was taken for {effect.unit}.")
    person = truth.people[effect.arm - 1]
    if effect.object == STATED:
        told = replace(person, said=offered.agrees)
        return replace(truth, people=(*truth.people[: effect.arm - 1], told, *truth.people[effect.arm :]))
    if effect.arm != len(truth.people) or person.closed:
        raise Broken("Something was accepted for an arm that is not open.")
    if at < person.since:
        raise Broken("Something counted that was read before its arm was opened.")
    if offered.unit and not world.may_begin(offered.unit, truth.found):
        raise Broken(f"{offered.unit} was accepted although something stands against it.")
    for each in person.seen:
        close = at - each.at < HANDS and WRISTBAND in {each.object, effect.object} and (each.unit or offered.unit)
        if close and Refusal.PROXY_SUSPECTED not in world.covered(offered.unit):
            raise Broken("Wristband and unit were accepted faster than hands can move.")
        if each.unit and offered.unit and each.unit != offered.unit:
            raise Broken("One person read two units and both counted.")
    seen = Seen(effect.object, offered.unit, at, offered.typed)
    return replace(truth, people=(*truth.people[:-1], replace(person, seen=(*person.seen, seen))))


def _closed(world: World, truth: Truth, at: int, arm: int) -> Truth:
    if arm != len(truth.people):
        raise Broken("An arm closed that is not open.")
    person = truth.people[-1]
    if tuple(each.object for each in person.seen) != world.plan.objects:
        raise Broken("An arm closed and an object had not been read.")
    if world.plan.stated and person.said is None:
        raise Broken("An arm closed and the patient had stated nothing.")
    if any(at - each.at > STALE for each in person.seen):
        raise Broken("An arm closed on a reading that had grown old.")
    return replace(truth, people=(*truth.people[:-1], replace(person, closed=True)))


def _voided(truth: Truth, at: int, after: parts.State, arm: int) -> Truth:
    if truth.again:
        return truth
    if arm != len(truth.people) or truth.people[-1].closed:
        raise Broken("An arm was voided that is not the open one.")
    rest, last = truth.people[:-1], truth.people[-1]
    return replace(truth, people=(*rest, Person(last.name, at)) if after.waiting == "arm" else rest)


def _nothing_older_than_allowed(
    truth: Truth, at: int, person: Person, made: parts.Input, effects: tuple[parts.Effect, ...]
) -> None:
    """An old reading is thrown away at the next thing that counts; what was not for this check changes nothing."""
    foreign = {Refusal.SCAN_FROM_ANOTHER_PROCEDURE, Refusal.SCANNER_NOT_CALIBRATED}
    ignored = isinstance(made, parts.ObjectRead) and any(
        isinstance(effect, parts.Refused) and effect.reason in foreign for effect in effects
    )
    if not ignored and any(at - each.at > STALE for each in person.seen):
        raise Broken("A reading that had grown old was kept.")


def _confirmed(world: World, truth: Truth, effect: parts.Confirmed) -> None:
    """The rules of the docstring of `gate.py`, asked of what truly happened."""
    event, people, plan = effect.event, truth.people, world.plan
    units = {each.unit for person in people for each in person.seen if each.unit}
    typed = sum(each.typed for person in people for each in person.seen)
    if any(not person.closed for person in people):
        raise Broken("Confirmed, and an arm had not closed.")
    needed = 2 if world.needs_two(typed > 0, next(iter(units), "")) else 1
    if len({person.name for person in people}) < needed or event.people != tuple(person.name for person in people):
        raise Broken("Confirmed by fewer people than it takes, or in other people's names.")
    if plan.stated and not all(person.said for person in people):
        raise Broken("Confirmed, and what the patient stated does not agree.")
    if len(units) > 1:
        raise Broken("Confirmed, and two people had read two units.")
    if event.typed != typed:
        raise Broken("The event does not count what was typed.")
    papers_alone = bool(plan.units) and set(plan.objects) <= PAPERS
    if papers_alone and not world.may_begin(event.unit, truth.found):
        raise Broken("Papers confirmed a unit that something stands against.")
    if not papers_alone and event.unit != next(iter(units), plan.unit):
        raise Broken("Confirmed another unit than the one that was read.")
    if not world.may_begin(next(iter(units), ""), truth.found):
        raise Broken("Confirmed, and something that came to light meanwhile stands against it.")
    if (event.case, event.check, event.step, event.objects) != (plan.case, plan.check, plan.step, plan.objects):
        raise Broken("The event is about another check.")


def reasons(effects: tuple[parts.Effect, ...]) -> Iterator[Refusal]:
    """Yield every refusal among the effects."""
    for effect in effects:
        if isinstance(effect, parts.Refused):
            yield effect.reason


__all__ = ["UNIT", "Broken", "Person", "Seen", "Truth", "follow", "reasons"]
