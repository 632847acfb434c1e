"""A generated population of patients whose names, birth dates and numbers lie close together."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass

from coordinator_app.codes.check_characters import check_digit
from coordinator_app.domain.check_parts import UNIT, WRISTBAND, Plan, UnitKnown

FAMILIES = (
    "Hargreaves", "Oyelaran", "Fernandes", "Brandt", "Duval", "Kowalczyk", "Okafor", "Petersen", "Ferreira",
    "Whitcombe", "Lindqvist", "Adeyemi", "Smith", "Smyth", "Schmidt", "Schmitt", "Müller", "Mueller", "Möller",
    "Jäger", "Größer", "Groß", "Österberg", "Ångström", "Sørensen", "Østergaard", "Łukasz", "Żółkiewska", "Świątek",
    "Dvořák", "Čapek", "Šimek", "Đorđević", "Þórsson", "Ægisson", "Muñoz", "Peña", "García", "Garcia", "Nguyễn",
    "Nguyen", "Ng", "Li", "Lì", "Wu", "Vo", "Võ", "O’Neill", "O'Neill", "Oneill", "D'Angelo", "MacDonald", "McDonald",
    "Saint-Exupéry", "İnönü", "Çağrı", "Yıldız", "Işık", "Papadopoulos", "Παπαδόπουλος", "Смирнова", "Иванов",
    "Smirnova", "Ivanov", "王", "李", "김", "이", "محمد", "حسن", "Mohammed", "Muhammad", "Hassan", "Hasan",
    "van der Berg", "de la Cruz", "von Braun", "Al Hassan", "Ben Ali", "Meyer Schulze", "Garcia Lopez",
)  # fmt: skip
MAIDEN = ("Weber", "Novák", "Rossi", "Lefèvre", "Ivanova", "Čermák")
TRANSLITERATED = str.maketrans(
    {
        "ü": "ue",
        "ö": "oe",
        "ä": "ae",
        "ß": "ss",
        "å": "aa",
        "ø": "oe",
        "Ö": "Oe",
        "Å": "Aa",
        "Ø": "Oe",
        "Ä": "Ae",
        "Ü": "Ue",
    }
)
OTHER_SCRIPT = {
    "Παπαδόπουλος": "Papadopoulos", "Papadopoulos": "Παπαδόπουλος", "Смирнова": "Smirnova", "Smirnova": "Смирнова",
    "Иванов": "Ivanov", "Ivanov": "Иванов", "王": "Wang", "李": "Li", "김": "Kim", "이": "Lee", "محمد": "Mohammed",
    "حسن": "Hassan", "Mohammed": "محمد", "Hassan": "حسن",
}  # fmt: skip
SAME_SOUND = {
    "Smith": "Smyth", "Smyth": "Smith", "Schmidt": "Schmitt", "MacDonald": "McDonald", "McDonald": "MacDonald",
    "Mohammed": "Muhammad", "Muhammad": "Mohammed", "Meyer Schulze": "Meier Schulze", "Jäger": "Yaeger",
}  # fmt: skip
PARTICLES = ("van der ", "de la ", "von ", "Al ", "Ben ", "O’", "O'", "D'")


@dataclass(frozen=True)
class Someone:
    """One patient with a wristband, a bag and papers."""

    number: int
    family: str
    former: str
    born: str
    wristband: frozenset[str]
    bag: frozenset[str]
    order: frozenset[str]
    coi: frozenset[str]

    @property
    def plan(self) -> Plan:
        """The check of this patient's infusion."""
        return Plan(
            check="check", case=f"case-{self.number}", step="bedside", workstation="cart", arms=1,
            objects=(WRISTBAND, UNIT), stated=True, begun_ns=0, units=(UnitKnown("bag", self.bag),),
            person_codes=self.wristband, order_codes=self.order, case_codes=self.coi, born=self.born,
            families=(self.family, self.former) if self.former else (self.family,),
        )  # fmt: skip


def population(count: int, seed: int) -> list[Someone]:
    """Make this many patients; many share a name, a birth date or both, and their numbers follow each other closely."""
    chance = random.Random(seed)  # noqa: S311 - a generated population must be the same each time
    days = [
        f"19{chance.randrange(40, 99)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}" for _ in range(60)
    ]
    numbers = chance.sample(range(10**6), count)
    return [_someone(chance, at, number, days) for at, number in enumerate(numbers)]


def _someone(chance: random.Random, at: int, number: int, days: list[str]) -> Someone:
    service = f"95060001343{number:06d}"
    donation = f"A9999{chance.randrange(20, 27)}{number:06d}"
    coi = f"CHA999{chance.randrange(10)}26{''.join(chance.choices(string.ascii_uppercase + string.digits, k=3))}{number:06d}"
    return Someone(
        number=at,
        family=chance.choice(FAMILIES),
        former=chance.choice(MAIDEN) if chance.random() < 0.3 else "",
        born=chance.choice(days),
        wristband=frozenset({f"gsrn:{service}{check_digit(service)}", f"patient-id:0108{number:06d}"}),
        bag=frozenset({f"din:{donation}", f"unit:{donation}/S1295100", f"coi:{coi}"}),
        order=frozenset({f"trial-order:ORD-2026-{number:06d}"}),
        coi=frozenset({f"coi:{coi}"}),
    )
