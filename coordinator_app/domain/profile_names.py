"""Checks that every name used in a profile is the name of something in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from coordinator_app.domain.profile_parts import Narrowed, Profile
from coordinator_app.domain.profile_tables import FaultList, nearest


def find_unresolved(profile: Profile, faults: FaultList) -> None:
    """Note a fault for each name that stands for nothing, stands twice, or leads back to itself."""
    steps = [step.name for step in profile.steps if step.name]
    _Names(faults, "step", steps).check(profile)
    _twice(faults, "identifier", [identifier.name for identifier in profile.identifiers])
    _twice(faults, "unit", [unit.name for unit in profile.units])
    _twice(faults, "step", [step.name for step in profile.steps])
    _twice(faults, "clock", [clock.name for clock in profile.clocks])
    _parts(profile, faults)
    _circles(profile, faults)


def find_unknown_templates(profile: Profile, faults: FaultList, known: Iterable[str]) -> None:
    """Note a fault for each label whose template is not among `known`, those that can be printed for a unit."""
    templates = sorted(known)
    for number, label in enumerate(profile.labels):
        if label.template and label.template not in templates:
            line = faults.lines.key(("label", number), "template", label.template)
            message = f'[[label]] {label.template}: there is no label template "{label.template}" for a unit.'
            faults.add(line, "template", message, nearest(label.template, templates))


class _Names:
    def __init__(self, faults: FaultList, kind: str, known: list[str]) -> None:
        self._faults = faults
        self._kind = kind
        self._known = known

    def check(self, profile: Profile) -> None:
        for number, identifier in enumerate(profile.identifiers):
            self._each("identifier", number, "required_by", filter(None, [identifier.required_by]))
        for number, step in enumerate(profile.steps):
            self._each("step", number, "after", step.after)
        for number, clock in enumerate(profile.clocks):
            self._each("clock", number, "blocks", clock.blocks)
        for number, gate in enumerate(profile.gates):
            self._each("gate", number, "before", filter(None, [gate.before]))
        for number, label in enumerate(profile.labels):
            self._each("label", number, "at", filter(None, [label.at]))

    def _each(self, table: str, number: int, key: str, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._known:
                line = self._faults.lines.key((table, number), key, name)
                self._faults.add(
                    line, key, f'[[{table}]]: there is no {self._kind} "{name}".', nearest(name, self._known)
                )


def _twice(faults: FaultList, table: str, names: list[str]) -> None:
    counted = Counter(names)
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name and counted[name] > 1 and name in seen:
            line = faults.lines.key((table, number), "name", name)
            faults.add(line, "name", f'[[{table}]]: "{name}" is used twice.', "Give one of the two another name.")
        seen.add(name)


def _parts(profile: Profile, faults: FaultList) -> None:
    known = [part for unit in profile.units for part in unit.parts]
    named: list[tuple[str, int, str, Narrowed]] = []
    for number, clock in enumerate(profile.clocks):
        named.append(("clock", number, "starts", clock.starts))
        if clock.ends is not None:
            named.append(("clock", number, "ends", clock.ends))
    for number, gate in enumerate(profile.gates):
        if isinstance(gate.requires, Narrowed):
            named.append(("gate", number, "requires", gate.requires))
    for table, number, key, event in named:
        if event.part is not None and event.part not in known:
            line = faults.lines.key((table, number), key)
            remedy = nearest(event.part, known) if known else "Name it in parts of a [[unit]]."
            faults.add(line, key, f'[[{table}]]: there is no part "{event.part}".', remedy)


def _circles(profile: Profile, faults: FaultList) -> None:
    before = {step.name: step.after for step in profile.steps}
    for number, step in enumerate(profile.steps):
        reached: set[str] = set()
        ahead = list(step.after)
        while ahead:
            name = ahead.pop()
            if name not in reached:
                reached.add(name)
                ahead.extend(before.get(name, ()))
        if step.name and step.name in reached:
            line = faults.lines.key(("step", number), "after")
            faults.add(
                line, "after", f"[[step]] {step.name}: it would have to come after itself.", "Remove one of the names."
            )
