"""Searches everything the gate can do, to the end: `python -m tests.domain.gate_search [--planted]`.

Breadth first from the begin of every kind of check, with every input of `gate_world` at every pause, until no new state
appears. Beside each state stands what truly happened (`gate_truth`), and every step must keep its rules. The exit code
is 1 when a rule is broken, when a refusal that the gate can give was never met, or with `--planted` when a planted
fault was not found.

States that differ in nothing that matters later are one: which of three people is called first, which of two units
that are alike, when a closed arm read, which of two agreeing names was said. `test_gate_search.py` shows by random walks
that the production function makes no difference between them.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from coordinator_app.domain import check_parts as parts
from coordinator_app.domain import gate, object_read
from coordinator_app.domain.refusal import Refusal

from .gate_truth import Broken, Truth, follow, reasons
from .gate_world import PEOPLE, VALID, Offered, World, worlds

Step = Callable[[parts.State, parts.Input], tuple[parts.State, tuple[parts.Effect, ...]]]
Node = tuple[parts.State, Truth, int]


@dataclass
class Found:
    """What a search counted, and the first rule it saw broken with the way there."""

    states: int = 0
    transitions: int = 0
    confirmed: int = 0
    refusals: Counter[Refusal] = field(default_factory=Counter)
    inputs: Counter[str] = field(default_factory=Counter)
    broken: str = ""
    way: tuple[str, ...] = ()


# States that differ in nothing that matters -----------------------------------------------------------------------


def same_as(world: World, node: Node) -> Node:
    """Return the one state that stands for all that differ from this one in nothing that matters later."""
    state, truth, now = node
    if state.waiting == "ended":
        return replace(state, plan=world.plan, arms=(), again=False, proxies=0), Truth(over=True), 0
    people = dict(zip((arm.person for arm in state.arms), PEOPLE, strict=False))
    units = _units_renamed(world, state)
    arms = tuple(
        _arm(world, arm, state, now, people, units, last=at == len(state.arms) - 1) for at, arm in enumerate(state.arms)
    )
    told = tuple(
        replace(
            person, name=people.get(person.name, person.name), since=0 if person.closed else max(person.since, now - 1),
            seen=tuple(
                replace(each, unit=units.get(each.unit, each.unit), at=0 if person.closed else each.at)
                for each in person.seen
            ),
        )
        for person in truth.people
    )  # fmt: skip
    return replace(state, arms=arms), replace(truth, people=told), now


def _units_renamed(world: World, state: parts.State) -> dict[str, str]:
    read = [reading.unit for arm in state.arms for reading in arm.readings if reading.unit in world.alike]
    first, second = sorted(world.alike)
    return {first: second, second: first} if read and read[0] == second else {}


def _arm(
    world: World,
    arm: parts.Arm,
    state: parts.State,
    now: int,
    people: dict[str, str],
    units: dict[str, str],
    *,
    last: bool,
) -> parts.Arm:
    said = ("", "", "")
    if arm.said and world.plan.numbers:
        said = ("", "", world.plan.numbers[0] if arm.number.endswith("172") else "")
    elif arm.said and arm.born == world.plan.born and arm.family.casefold() in {"grübel", "kowalska"}:
        said = ("Grübel", world.plan.born, "")
    is_open = last and not arm.closed
    readings = tuple(
        replace(
            reading, codes=frozenset(), unit=units.get(reading.unit, reading.unit), at_ns=reading.at_ns if is_open else 0,
            how="typed" if reading.how == "typed" else "scanned",
        )
        for reading in arm.readings
    )  # fmt: skip
    opened = max(arm.opened_ns, now - 1) if is_open else 0
    return replace(
        arm,
        person=people[arm.person],
        opened_ns=opened,
        readings=readings,
        family=said[0],
        born=said[1],
        number=said[2],
    )


# The search -------------------------------------------------------------------------------------------------------


def search(world: World, step: Step = gate.step, stop_at: int = 5_000_000) -> Found:
    """Search one world until no new state appears; stops at the first rule broken."""
    found = Found()
    first: Node = (parts.State(plan=world.plan), Truth(), 0)
    seen = {first}
    came: dict[Node, tuple[Node, str]] = {}
    frontier = deque([first])
    while frontier:
        node = frontier.popleft()
        found.states += 1
        for offered in world.offered:
            for pause in offered.pauses:
                found.transitions += 1
                try:
                    after = _take(world, node, offered, pause, step, found)
                except Broken as fault:
                    found.broken = str(fault)
                    found.way = (*_way(came, node), f"{offered.name} (+{pause})")
                    return found
                if after not in seen:
                    seen.add(after)
                    came[after] = (node, f"{offered.name} (+{pause})")
                    frontier.append(after)
        if found.states > stop_at:
            raise RuntimeError(f"More than {stop_at} states in {world.name}; the search would not end.")
    return found


def _take(world: World, node: Node, offered: Offered, pause: int, step: Step, found: Found) -> Node:
    state, truth, now = node
    at = min(max(now + pause, 0), VALID + 1)
    after, effects = step(state, offered.make(at))
    told = follow(world, truth, offered, at, (state, after, effects))
    found.inputs[offered.name] += 1
    found.confirmed += any(isinstance(effect, parts.Confirmed) for effect in effects)
    for reason in reasons(effects):
        found.refusals[reason] += 1
    if after is state and told is truth and at == now:
        return node
    return same_as(world, (after, told, max(now, at)))


def _way(came: dict[Node, tuple[Node, str]], node: Node) -> tuple[str, ...]:
    way: list[str] = []
    while node in came:
        node, said = came[node]
        way.append(said)
    return tuple(reversed(way))


def refusals_the_gate_names() -> frozenset[Refusal]:
    """Return every refusal that stands in the source of the gate."""
    names = {
        node.attr
        for module in (gate, object_read)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Refusal"
    }
    return frozenset(Refusal(name) for name in names)


def main(arguments: list[str] | None = None) -> int:
    """Search every world, print what was counted, and with `--planted` look for every planted fault."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--planted", action="store_true", help="also look for every planted fault")
    chosen = asked.parse_args(arguments)
    began, failed = time.monotonic(), False
    states = transitions = confirmed = 0
    refusals: Counter[Refusal] = Counter()
    for world in worlds():
        found = search(world)
        states, transitions = states + found.states, transitions + found.transitions
        confirmed += found.confirmed
        refusals.update(found.refusals)
        print(  # noqa: T201
            f"{world.name:55} {found.states:9,} states {found.transitions:12,} steps {found.confirmed:9,} confirmations"
        )
        if found.broken or not found.confirmed:
            failed = failed or bool(found.broken)
            print(f"    {found.broken or 'nothing is confirmed here'} {' → '.join(found.way)}")  # noqa: T201
    print(f"{states:,} states, {transitions:,} steps, {confirmed:,} of them confirm, {time.monotonic() - began:.0f} s")  # noqa: T201
    for reason, count in sorted(refusals.items()):
        print(f"    {reason.value:35} {count:12,}")  # noqa: T201
    never = refusals_the_gate_names() - set(refusals)
    if never:
        failed = True
        print("Never met:", ", ".join(sorted(never)))  # noqa: T201
    if chosen.planted:
        from .gates_with_faults import look_for_all

        failed = not look_for_all() or failed
    print("a rule is broken or something was never met" if failed else "0 confirmations that break a rule")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
