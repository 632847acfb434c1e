"""A million damaged scans: none may be accepted as another identity where the format has a check character.

    python -m tests.codes.corruption --count 1000000 --seed 1

Every damaged scan goes through the reader that production uses, with the contract a step would state. The answer is
one of: refused; accepted with the same identity; accepted with a part of it lost; accepted as *another* identity.
Printed are two tables, of formats with a check character and of those without; the exit code is 1 when a format with
one let another identity pass for a fault that its arithmetic can see, or when a class of faults was never tried.
"""

from __future__ import annotations

import argparse
import random
import string
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from coordinator_app.codes.check_characters import check_character, check_digit, check_number, donation_flag
from coordinator_app.codes.dispatch import Contract, TrialPattern, read
from coordinator_app.codes.keys import keys_of
from coordinator_app.codes.signed_label import LabelStatement, encode, key_id_of, key_list
from coordinator_app.codes.typed import verify_typed
from coordinator_app.domain.scan import ScannedLabel, ScanRefused

GS = "\x1d"
CAPITALS = string.ascii_uppercase + string.digits
TYPEABLE = "".join(chr(code) for code in range(0x20, 0x7F)) + GS
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SIGNER.public_key().public_bytes_raw()
SIGNERS = key_list([PUBLIC])
SUBJECT = TrialPattern("subject", r"pattern:HERON-\d{4}")

Reader = Callable[[str], ScannedLabel | ScanRefused]
Maker = Callable[[random.Random], str]


@dataclass
class Family:
    """One format: how its scans are made, how a step reads them, what its arithmetic cannot see."""

    name: str
    make: Maker
    read: Reader
    checked: bool
    blind_to: frozenset[str] = frozenset()
    population: list[str] = field(default_factory=list)
    known: dict[str, frozenset[str]] = field(default_factory=dict)


def scanned(*required: str) -> Reader:
    contract = Contract(required)
    return lambda text: read(text.encode(), contract=contract, label_keys=SIGNERS, patterns=(SUBJECT,))


def typed(asked: str) -> Reader:
    return lambda text: verify_typed(text, asked)


def some(chance: random.Random, alphabet: str, count: int) -> str:
    return "".join(chance.choices(alphabet, k=count))


def donation(chance: random.Random) -> str:
    return f"A999{chance.randrange(10)}26{some(chance, string.digits, 6)}"


def chain_of_identity(chance: random.Random) -> str:
    return f"CHA999{chance.randrange(10)}26{some(chance, CAPITALS, 6)}"


def donor(chance: random.Random) -> str:
    return f"A999{chance.randrange(10)}{some(chance, string.digits, 10).zfill(16)}"


def registration(chance: random.Random) -> str:
    body = f"999{chance.randrange(10)}{some(chance, CAPITALS, 13)}"
    return body + check_number(body)


def gs1_key(chance: random.Random, body: str, digits: int) -> str:
    body += some(chance, string.digits, digits)
    return body + check_digit(body)


def flagged(chance: random.Random) -> str:
    found = donation(chance)
    return f"]C0={found}{donation_flag(found)}"


def typed_with_check(make: Maker) -> Maker:
    def with_check(chance: random.Random) -> str:
        content = make(chance)
        return content + check_character(content)

    return with_check


def wristband(chance: random.Random) -> str:
    return f"]d28018{gs1_key(chance, '950600', 11)}{GS}8019{chance.randrange(1, 9999)}"


def kit(chance: random.Random) -> str:
    serial = f"KIT{some(chance, string.digits, 5)}"
    return f"]d201{gs1_key(chance, '095060', 7)}10LOT{some(chance, CAPITALS, 3)}{GS}21{serial}"


def own_label(chance: random.Random) -> str:
    statement = LabelStatement(
        serial=some(chance, CAPITALS, 10),
        coi=chain_of_identity(chance),
        unit=f"{donation(chance)}/S1295100",
        expiry="2026-12-31T23:59Z",
        site="site-1",
        workstation="ws-1",
    )
    return "]d1" + encode(statement, SIGNER.sign, key_id_of(PUBLIC))


def combined(chance: random.Random) -> str:
    return f"]d1=+04000{flagged(chance)[3:]}&/{chain_of_identity(chance)}=<S1295100&>0263652359"


MOD_10 = frozenset({"swapped digits that differ by five"})
BORDER = frozenset({"swapped across the flag's border"})

FAMILIES = [
    Family("ISBT 128 donation scanned, flag of type 3", flagged, scanned("isbt128:001"), True, BORDER),
    Family("ISBT 128 donation typed with K", typed_with_check(donation), typed("isbt128:001"), True),
    Family("ISBT 128 chain of identity typed with K", typed_with_check(chain_of_identity), typed("isbt128:040"), True),
    Family("ISBT 128 donor typed with K", typed_with_check(donor), typed("isbt128:019"), True),
    Family(
        "ISBT 128 donor registration (GRID) scanned", lambda c: f"]d1&:{registration(c)}", scanned("isbt128:039"), True
    ),
    Family("ISBT 128 donor registration (GRID) typed", registration, typed("isbt128:039"), True),
    Family("GS1 wristband (8018)(8019)", wristband, scanned("gs1:8018"), True, MOD_10),
    Family("GS1 wristband typed", lambda c: f"(8018){gs1_key(c, '950600', 11)}", typed("gs1:8018"), True, MOD_10),
    Family("GS1 staff badge (8017)", lambda c: f"]d28017{gs1_key(c, '950600', 11)}", scanned("gs1:8017"), True, MOD_10),
    Family("GS1 shipper (00)", lambda c: f"]C100{gs1_key(c, '1950600', 10)}", scanned("gs1:00"), True, MOD_10),
    Family("the program's signed label", own_label, scanned("label:serial"), True),
    Family("ISBT 128 donation scanned, flag 00", lambda c: f"]C0={donation(c)}00", scanned("isbt128:001"), False),
    Family(
        "ISBT 128 chain of identity scanned", lambda c: f"]d1&/{chain_of_identity(c)}", scanned("isbt128:040"), False
    ),
    Family("ISBT 128 combined message", combined, scanned("isbt128:001", "isbt128:040"), False),
    Family("ISBT 128 patient number", lambda c: f"]C0&#0108{some(c, CAPITALS, 8)}", scanned("isbt128:025"), False),
    Family("GS1 kit (01)(10)(21)", kit, scanned("gs1:01", "gs1:21"), False),
    Family(
        "trial pattern HERON-0000", lambda c: f"]C0HERON-{some(c, string.digits, 4)}", scanned("trial:subject"), False
    ),
]

FAULTS = (
    "one character changed",
    "two neighbours swapped",
    "swapped digits that differ by five",
    "swapped across the flag's border",
    "separator lost",
    "two scans merged",
    "end cut off",
)
OUTCOMES = ("refused", "same", "part lost", "another")


def damage(family: Family, text: str, chance: random.Random) -> tuple[str, str]:
    """Return one damaged scan and the class of its fault."""
    kinds = ["change", "swap", "merge", "cut"] + (["separator"] if GS in text else [])
    kind = chance.choice(kinds)
    if kind == "change":
        place = chance.randrange(len(text))
        other = chance.choice(TYPEABLE.replace(text[place], ""))
        return text[:place] + other + text[place + 1 :], FAULTS[0]
    if kind == "swap":
        places = [place for place in range(len(text) - 1) if text[place] != text[place + 1]]
        place = chance.choice(places)
        one, other = text[place], text[place + 1]
        return text[:place] + other + one + text[place + 2 :], swap_class(family, text, place)
    if kind == "separator":
        return text.replace(GS, ""), FAULTS[4]
    if kind == "merge":
        second = chance.choice(family.population)
        if chance.random() < 0.5 and second.startswith("]"):
            second = second[3:]
        return text + second, FAULTS[5]
    return text[: chance.randrange(1, len(text))], FAULTS[6]


def swap_class(family: Family, text: str, place: int) -> str:
    one, other = text[place], text[place + 1]
    if family.blind_to & MOD_10 and one.isdigit() and other.isdigit() and abs(int(one) - int(other)) == 5:
        return FAULTS[2]
    if family.blind_to & BORDER and place == len(text) - 3:
        return FAULTS[3]
    return FAULTS[1]


def outcome(family: Family, original: str, damaged: str) -> str:
    answer = family.read(damaged)
    if isinstance(answer, ScanRefused):
        return "refused"
    before, after = family.known[original], frozenset(keys_of(answer))
    if after == before:
        return "same"
    return "part lost" if after < before else "another"


def prepare(families: list[Family], chance: random.Random, size: int) -> None:
    """Give every family its population, and check that each undamaged scan is accepted with an identity."""
    for family in families:
        family.population = sorted({family.make(chance) for _ in range(size)})
        for text in family.population:
            answer = family.read(text)
            if not isinstance(answer, ScannedLabel) or not keys_of(answer):
                raise AssertionError(f"{family.name}: {text!r} is not accepted: {answer}")
            family.known[text] = frozenset(keys_of(answer))


def run(count: int, seed: int, families: list[Family] | None = None, size: int = 400) -> Counter[tuple[str, str, str]]:
    """Damage `count` scans in turn over the families; return how often each (family, fault, outcome) occurred."""
    families = FAMILIES if families is None else families
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    prepare(families, chance, size)
    counted: Counter[tuple[str, str, str]] = Counter()
    for number in range(count):
        family = families[number % len(families)]
        original = chance.choice(family.population)
        damaged, fault = damage(family, original, chance)
        if damaged != original:
            counted[family.name, fault, outcome(family, original, damaged)] += 1
    return counted


def failures(counted: Counter[tuple[str, str, str]], families: list[Family] | None = None) -> list[str]:
    """Return what the run proves wrong: another identity accepted where it can be seen, or a class never tried."""
    found = []
    for family in families or FAMILIES:
        for fault in faults_of(family):
            tried = sum(counted[family.name, fault, answer] for answer in OUTCOMES)
            if not tried:
                found.append(f"{family.name}: '{fault}' was never tried")
            wrong = counted[family.name, fault, "another"]
            if wrong and family.checked and fault not in family.blind_to:
                found.append(f"{family.name}: '{fault}' gave another identity {wrong} times")
    return found


def faults_of(family: Family) -> list[str]:
    has_separator = any(GS in text for text in family.population)
    return [
        fault
        for fault in FAULTS
        if (fault != FAULTS[4] or has_separator) and (fault not in (*MOD_10, *BORDER) or fault in family.blind_to)
    ]


def table(counted: Counter[tuple[str, str, str]], *, checked: bool) -> Iterator[str]:
    yield "| format | fault | tried | refused | same identity | part lost | another identity |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for family in FAMILIES:
        if family.checked is not checked:
            continue
        for fault in faults_of(family):
            numbers = [counted[family.name, fault, answer] for answer in OUTCOMES]
            cells = " | ".join(f"{number:,}" for number in (sum(numbers), *numbers))
            yield f"| {family.name} | {fault} | {cells} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    began = time.monotonic()
    counted = run(arguments.count, arguments.seed)
    lines = [
        f"count {arguments.count:,}, seed {arguments.seed}, damaged {sum(counted.values()):,}, "
        f"{time.monotonic() - began:.0f} s",
        "",
        "Formats with a check character or a signature:",
        "",
        *table(counted, checked=True),
        "",
        "Formats without one, where nothing in the code can show the damage:",
        "",
        *table(counted, checked=False),
        "",
    ]
    wrong = failures(counted)
    lines += wrong or ["No fault that the arithmetic of a format can see was accepted as another identity."]
    print("\n".join(lines))  # noqa: T201 - the table is what the command is for
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
