"""Everything that nearly matches a patient, offered to that patient's check: `python -m tests.domain.near_misses`.

For every patient of a generated population: each number with one character changed, two neighbours swapped, a
look-alike, one dropped or doubled, alone and beside the right ones; wristband and bag of others with the same birth
date, the same folded name, or both; birth dates and names that nearly agree. None may be accepted. What the true
patient may be refused for is counted by cause.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from coordinator_app.domain import gate
from coordinator_app.domain.check_parts import UNIT, WRISTBAND, Input, ObjectRead, State
from coordinator_app.domain.identity import fold

from .near_population import MAIDEN, OTHER_SCRIPT, PARTICLES, SAME_SOUND, TRANSLITERATED, Someone, population

Step = Callable[[State, Input], tuple[State, tuple[gate.Effect, ...]]]
LOOK_ALIKE = {"0": "O", "O": "0", "1": "I", "I": "1", "8": "B", "B": "8", "5": "S", "S": "5", "2": "Z", "Z": "2",
              "6": "G", "G": "6"}  # fmt: skip
SECOND = 10**9


class Offering:
    """One patient's check, brought to where something is asked for, and what is offered to it there."""

    def __init__(self, patient: Someone, step: Step, known: dict[str, set[str]]) -> None:
        self.patient, self._step, self._known = patient, step, known
        opened, _ = step(gate.begin(patient.plan), gate.ArmOpened("nurse", 0))
        self.at_wristband = opened
        self.at_name = self._after(opened, self._read(patient.wristband, 1))
        self.at_bag = self._after(self.at_name, gate.PatientStated(patient.family, patient.born, 3 * SECOND))

    def accepts(self, state: State, codes: frozenset[str]) -> bool:
        """Tell whether something with these codes counts for what is asked for now."""
        _, effects = self._step(state, self._read(codes, 5))
        return any(isinstance(effect, gate.Accepted) for effect in effects)

    def confirms_who_states(self, family: str, born: str) -> bool:
        """Tell whether the check confirms when this is stated twice over the right wristband and the right bag."""
        state = self._after(self.at_name, gate.PatientStated(family, born, 3 * SECOND))
        state = self._after(state, self._read(self.patient.bag, 5))
        if state.again:
            state = self._after(state, gate.PatientStated(family, born, 7 * SECOND))
        return state.confirmed

    def _after(self, state: State, made: Input) -> State:
        return self._step(state, made)[0]

    def _read(self, codes: frozenset[str], seconds: int) -> ObjectRead:
        known_as = frozenset(kind for code in codes for kind in self._known.get(code, ()))
        return ObjectRead(codes, seconds * SECOND, "scanned", known_as, "check", "cart")


def spoiled(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield a text spoiled in every way that eyes, fingers and printers do, each with the name of the way."""
    at = chance.randrange(len(text))
    digits = "0123456789" if text[at].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    yield "one character changed", text[:at] + chance.choice(digits.replace(text[at], "")) + text[at + 1 :]
    places = [place for place in range(len(text) - 1) if text[place] != text[place + 1]]
    if places:
        swap = chance.choice(places)
        yield "two neighbours swapped", text[:swap] + text[swap + 1] + text[swap] + text[swap + 2 :]
    alike = [place for place, letter in enumerate(text) if letter in LOOK_ALIKE]
    if alike:
        place = chance.choice(alike)
        yield "a look-alike", text[:place] + LOOK_ALIKE[text[place]] + text[place + 1 :]
    yield "one character dropped", text[:at] + text[at + 1 :]
    yield "one character doubled", text[:at] + text[at] + text[at:]


def wrong_numbers(codes: frozenset[str], chance: random.Random) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield every code of an object spoiled, alone and beside the right ones."""
    for code in sorted(codes):
        kind, _, value = code.partition(":")
        for way, wrong in spoiled(value, chance):
            yield f"{kind}: {way}", frozenset({f"{kind}:{wrong}"})
            yield f"{kind}: {way}, beside the right ones", (codes - {code}) | {f"{kind}:{wrong}"}


def wrong_answers(patient: Someone, chance: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield names and birth dates that nearly agree and do not."""
    year, month, day = patient.born.split("-")
    yield "birth date: day and month swapped", patient.family, f"{year}-{day}-{month}"
    yield "birth date: one year off", patient.family, f"{int(year) + 1}-{month}-{day}"
    yield "birth date: one day off", patient.family, f"{year}-{month}-{(int(day) % 28) + 1:02d}"
    yield "birth date: digits swapped", patient.family, f"{year[:2]}{year[3]}{year[2]}-{month}-{day}"
    for way, wrong in spoiled(fold(patient.family)[:3].upper(), chance):
        yield f"name: {way}", wrong, patient.born


def _differs(patient: Someone, family: str, born: str) -> bool:
    known = {fold(name)[:3] for name in (patient.family, patient.former) if name}
    return born != patient.born or fold(family)[:3] not in known


def true_answers(patient: Someone) -> Iterator[tuple[str, str]]:
    """Yield what the true patient may say or a nurse may type for it, each with the cause it may be refused for."""
    name = patient.family
    yield "as recorded", name
    yield "without accents, in capitals", fold(name).upper()
    yield "first three letters", fold(name)[:3]
    if patient.former:
        yield "former name, recorded", patient.former
    unrecorded = MAIDEN[patient.number % len(MAIDEN)]
    if _differs(patient, unrecorded, patient.born):
        yield "former name, not recorded", unrecorded
    if name.translate(TRANSLITERATED) != name:
        yield "spelling: ü as ue and the like", name.translate(TRANSLITERATED)
    if name in SAME_SOUND:
        yield "spelling: same sound", SAME_SOUND[name]
    for particle in PARTICLES:
        if name.startswith(particle):
            yield "spelling: particle left out", name.removeprefix(particle)
    if " " in name or "-" in name:
        yield "spelling: second part alone", name.replace("-", " ").split()[-1]
    if name in OTHER_SCRIPT:
        yield "script: the other script", OTHER_SCRIPT[name]


class Counted:
    """What a run counted: near misses tried and accepted by class, true answers tried and refused by cause."""

    def __init__(self) -> None:
        self.tried: Counter[str] = Counter()
        self.accepted: Counter[str] = Counter()
        self.examples: list[str] = []
        self.true: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def miss(self, way: str, accepted: bool, example: str) -> None:
        self.tried[way] += 1
        if accepted:
            self.accepted[way] += 1
            self.examples.append(f"{way}: {example}")


def run(count: int, seed: int, step: Step = gate.step) -> Counted:
    """Offer every near miss of a population to every patient's check."""
    chance = random.Random(seed)  # noqa: S311 - the same near misses each time
    people, counted = population(count, seed), Counted()
    known: dict[str, set[str]] = defaultdict(set)
    by_day, by_name = defaultdict(list), defaultdict(list)
    for each in people:
        for kind, codes in ((WRISTBAND, each.wristband), (UNIT, each.bag), ("order", each.order), ("case", each.coi)):
            for code in codes:
                known[code].add(kind)
        by_day[each.born].append(each)
        by_name[fold(each.family)].append(each)
    for patient in people:
        offering = Offering(patient, step, known)
        _numbers(offering, chance, counted)
        _others(offering, chance, by_day, by_name, counted)
        for way, family, born in wrong_answers(patient, chance):
            if _differs(patient, family, born):
                counted.miss(way, offering.confirms_who_states(family, born), f"{family} {born} for {patient}")
        for cause, family in true_answers(patient):
            counted.true[cause] += 1
            counted.refused[cause] += not offering.confirms_who_states(family, patient.born)
    return counted


def _numbers(offering: Offering, chance: random.Random, counted: Counted) -> None:
    patient = offering.patient
    for state, object, codes in (
        (offering.at_wristband, "wristband", patient.wristband),
        (offering.at_bag, "bag", patient.bag),
    ):
        for way, wrong in wrong_numbers(codes, chance):
            counted.miss(f"{object}, {way}", offering.accepts(state, wrong), f"{sorted(wrong)} for {patient}")


def _others(
    offering: Offering,
    chance: random.Random,
    by_day: dict[str, list[Someone]],
    by_name: dict[str, list[Someone]],
    counted: Counted,
) -> None:
    patient = offering.patient
    same_day, same_name = by_day[patient.born], by_name[fold(patient.family)]
    both = [each for each in same_name if each.born == patient.born]
    for way, others in (("same birth date", same_day), ("same folded name", same_name), ("name and birth date", both)):
        other = chance.choice(others)
        if other is patient:
            continue
        wristband = offering.accepts(offering.at_wristband, other.wristband)
        counted.miss(f"wristband of another with the {way}", wristband, f"{other} for {patient}")
        counted.miss(
            f"bag of another with the {way}", offering.accepts(offering.at_bag, other.bag), f"{other} for {patient}"
        )
        mixed = frozenset({next(iter(sorted(patient.wristband))), sorted(other.wristband)[-1]})
        counted.miss(
            f"wristband half of another with the {way}", offering.accepts(offering.at_wristband, mixed), f"{mixed}"
        )


def main(arguments: list[str] | None = None) -> int:
    """Run a population and print two tables; exits with 1 when a near miss was accepted or a class was never tried."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    chosen = asked.parse_args(arguments)
    began = time.monotonic()
    counted = run(chosen.count, chosen.seed)
    lines = [f"{chosen.count:,} patients, seed {chosen.seed}, {time.monotonic() - began:.0f} s", ""]
    lines += ["| near miss | tried | accepted |", "| --- | ---: | ---: |"]
    lines += [f"| {way} | {tried:,} | {counted.accepted[way]:,} |" for way, tried in sorted(counted.tried.items())]
    total, false = sum(counted.tried.values()), sum(counted.accepted.values())
    lines += [f"| **all** | {total:,} | {false:,} |", "", "| true answer | tried | refused |", "| --- | ---: | ---: |"]
    lines += [f"| {cause} | {tried:,} | {counted.refused[cause]:,} |" for cause, tried in sorted(counted.true.items())]
    lines += ["", *counted.examples[:10]]
    print("\n".join(lines))  # noqa: T201 - the tables are what the command is for
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
