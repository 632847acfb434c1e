"""Gates with one planted fault each; the search must find every one.

    python -m tests.domain.gates_with_faults [NAME…]

A fault is a change of the production source text, so that it dies with the line it was planted in: a line that is no
longer there is an error here and not a fault that nobody looks for.
"""

from __future__ import annotations

import inspect
import sys
import time
from types import ModuleType
from typing import NamedTuple

from .gate_search import Found, Step, search
from .gate_world import worlds

MODULES = ("identity", "object_read", "gate")
"""The modules that decide, in the order in which they build on each other."""


class Fault(NamedTuple):
    """One wrong line: in which module, what stands there, what stands there instead."""

    name: str
    module: str
    right: str
    wrong: str
    also: tuple[str, str] = ("", "")


FAULTS = (
    Fault("one person reads both arms", "gate", "    if not state.again:\n        if known:", "    if not state.again:\n        if False:"),
    Fault("readings never grow old", "gate", "at_ns - readings[0].at_ns > state.plan.stale_after_ns", "False"),
    Fault("the last reading counts for the age", "gate", "at_ns - readings[0].at_ns", "at_ns - readings[-1].at_ns"),
    Fault("a check never expires", "gate", "> state.plan.valid_ns", "> 10**18"),
    Fault("an old arm keeps its readings", "gate", "    return replace(state, arms=(*state.arms[:-1], Arm(arm.person, again_at_ns))), (*effects, voided)", "    return state, (*effects, voided)"),
    Fault("a lock leaves the arm open", "gate", "return _void(state, input.why, ())", "return state, ()"),
    Fault("another user takes over the arm", "gate", "and input.person != _reader(state).person", "and False"),
    Fault("the second person goes on from the first one's readings", "gate", "arms=(*state.arms, Arm(input.person, input.at_ns))", "arms=(*state.arms, Arm(input.person, input.at_ns, state.arms[-1].readings if state.arms else ()))"),
    Fault("one arm is enough", "gate", "return 2 if typed and not alone else state.plan.arms", "return 1"),
    Fault("a typed code needs nobody else", "gate", "2 if typed and not alone else state.plan.arms", "state.plan.arms"),
    Fault("an exception for one unit covers all", "gate", "block not in known.covered & COVERABLE", "block not in frozenset().union(*(u.covered for u in plan.units)) and False"),
    Fault("an exception covers a discrepancy", "gate", "block not in known.covered & COVERABLE", "block not in known.covered"),
    Fault("a blocked unit is taken", "gate", "block = next(iter(_standing_blocks(plan, unit)), None)", "block = None"),
    Fault("papers release a blocked unit", "gate", "free = tuple(known.unit for known in plan.units if not _standing_blocks(plan, known.unit))", "free = tuple(known.unit for known in plan.units)"),
    Fault("what comes to light after the reading is not judged", "gate", "standing = _standing_blocks(plan, read)\n", "standing = ()\n"),
    Fault("a hold is nobody's business", "gate", "block for block in plan.blocks if block not in _covered(plan, unit)", "block for block in plan.blocks if False"),
    Fault("what comes to light is not heard", "gate", "replace(state.plan, units=input.units, blocks=input.blocks)", "state.plan"),
    Fault("a hold is heard and a quarantine is not", "gate", "replace(state.plan, units=input.units, blocks=input.blocks)", "replace(state.plan, blocks=input.blocks)"),
    Fault("two people may read two units", "gate", "    if len(units) > 1:\n", "    if False:\n"),
    Fault("the bag need not be the cassette's", "gate", "if earlier != unit:", "if False:"),
    Fault("one right answer is enough", "gate", "agreeing != {True}", "True not in agreeing"),
    Fault("a wrong answer is not asked again but let through", "gate", "if plan.stated and agreeing", "if False and agreeing"),
    Fault("a wrong answer is asked for ever", "gate", "        if not state.again:\n            asked", "        if True:\n            asked"),
    Fault("anybody may repeat the answer", "gate", "    if input.person == _reader(state).person:\n        return replace(state, waiting=\"arm\"), ()", "    if True:\n        return replace(state, waiting=\"arm\"), ()"),
    Fault("the first person hears at once that the answer differs", "gate", "    if len(state.arms) < _arms_needed(state):", "    if len(state.arms) < _arms_needed(state) and all(_agrees_with_record(state.plan, a) for a in state.arms):"),
    Fault("hands may move at any speed", "gate", "< plan.hands_ns", "< 0"),
    Fault("hands may move too fast for ever", "gate", "if state.proxies >= PROXY_LIMIT:", "if False:"),
    Fault("scans of another check count", "gate", "input.check != plan.check or ", ""),
    Fault("scans at the other workstation count", "gate", " or input.workstation != plan.workstation", ""),
    Fault("a scanner that is not set up counts", "gate", "if not input.calibrated and", "if False and"),
    Fault("a scan from before the arm counts", "gate", "input.at_ns < _reader(state).opened_ns", "False"),
    Fault("a check that has ended goes on", "gate", "    if state.waiting == \"ended\":\n        return state, (Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE),)\n", ""),
    Fault("a mismatch is looked for only while somebody is signed in", "gate", "another = mismatch(state.plan, input)", "another = mismatch(state.plan, input) if state.waiting == \"arm\" else None"),
    Fault("what is typed is not counted", "gate", "reading.how == \"typed\" for arm in state.arms for reading in arm.readings),", "reading.how == \"typed\" for reading in state.arms[0].readings),"),
    Fault("the wrong unit is named in the event", "gate", "return ((read or plan.unit,), None) if not standing", "return ((plan.units[0].unit if plan.units else plan.unit,), None) if not standing"),
    Fault("a stranger's wristband is only not what was asked", "object_read", "if not carried and _anothers_wristband(plan, read):", "if False:"),
    Fault("the donor's wristband is a stranger's", "object_read", "if not carried and codes & plan.other_codes:", "if False:"),
    Fault("a replaced wristband counts", "object_read", "right = agrees(plan.person_codes, codes", "right = agrees(plan.person_codes | plan.void_codes, codes", ("if codes and not _is_unit", "if False and not _is_unit")),
    Fault("a void label counts", "object_read", "if any(kind_of(code) == \"serial\" for code in codes):", "if False:"),
    Fault("the bag counts as the wristband it names", "object_read", "return (\"\",) if right and not _is_unit(plan, read) else ()", "return (\"\",) if right else ()"),
    Fault("an order counts as the wristband it names", "object_read", "and not _is_paper(plan, read)\n    else", "\n    else"),
    Fault("a bag never seen here is only not known", "object_read", "return known_as_unit or not read.known_as & PAPERS", "return known_as_unit"),
    Fault("another's order is only not what was asked", "object_read", "if object in read.known_as and (not agrees(known, read.codes) or _names_another(plan, read.codes)):", "if False:"),
    Fault("one shared number makes a paper right", "identity", "return bool((known & read) - besides) and not contradicts(known, read)", "return bool((known & read) - besides)"),
    Fault("a bag with another chain of identity counts", "object_read", "return another_person or contradicts", "return another_person or False and contradicts"),
    Fault("a bag with another patient's number counts", "object_read", "return another_person or contradicts", "return contradicts"),
    Fault("the first of two units that bear the number is taken", "gate", "if len(found) > 1:", "if False:"),
    Fault("a case's own number names a unit", "identity", "if code.startswith(\"trial-\")) - besides", "if code.startswith(\"trial-\"))"),
    Fault("an empty answer agrees", "identity", "return bool(said) and any(", "return not said or any("),
    Fault("a record number need not be read where nobody answers", "gate", "return bool(read) and read in {fold_number(number) for number in plan.numbers}", "return True"),
    Fault("another shipper is only not known", "object_read", "return SHIPMENT in plan.objects and shipper and not _ours(plan, read.codes)", "return False"),
)  # fmt: skip


def _spoiled(fault: Fault, source: str) -> str:
    for right, wrong in ((fault.right, fault.wrong), fault.also):
        if right and source.count(right) != 1:
            raise LookupError(
                f"{fault.name}: {right!r} stands {source.count(right)} times in {fault.module}, not once."
            )
        source = source.replace(right, wrong) if right else source
    return source


def gate_with(fault: Fault) -> Step:
    """Return the step function of a gate in which this one fault is planted; raises LookupError if it cannot be."""
    package = "coordinator_app.domain"
    kept = {name: sys.modules[f"{package}.{name}"] for name in MODULES}
    try:
        for name, real in kept.items():
            source = inspect.getsource(real)
            if name == fault.module:
                source = _spoiled(fault, source)
            spoiled = ModuleType(real.__name__)
            spoiled.__dict__["__file__"] = real.__file__
            sys.modules[real.__name__] = spoiled
            exec(compile(source, f"<{name} with a fault>", "exec"), spoiled.__dict__)  # noqa: S102 - our own source, spoiled
        made: Step = sys.modules[f"{package}.gate"].step
        return made
    finally:
        sys.modules.update({f"{package}.{name}": module for name, module in kept.items()})


def look_for(fault: Fault) -> tuple[str, Found] | None:
    """Search every world with a fault; returns where it was found, or None."""
    step = gate_with(fault)
    for world in worlds():
        found = search(world, step)
        if found.broken:
            return world.name, found
    return None


def look_for_all(names: tuple[str, ...] = ()) -> bool:
    """Look for every fault, or those named, and print where it was found; tells whether all were."""
    missed = 0
    chosen = [fault for fault in FAULTS if not names or fault.name in names]
    for fault in chosen:
        began = time.monotonic()
        where = look_for(fault)
        if where is None:
            missed += 1
            print(f"NOT FOUND: {fault.name}", flush=True)  # noqa: T201
            continue
        world, found = where
        print(f"{fault.name}: {found.broken} ({world}, {time.monotonic() - began:.1f} s)", flush=True)  # noqa: T201
        print(f"    {' → '.join(found.way)}")  # noqa: T201
    print(f"{len(chosen) - missed} of {len(chosen)} planted faults found")  # noqa: T201
    return missed == 0


if __name__ == "__main__":
    sys.exit(0 if look_for_all(tuple(sys.argv[1:])) else 1)
