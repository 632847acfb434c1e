"""Damaged scans in small number; the whole million is `python -m tests.codes.corruption`."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from coordinator_app.codes.dispatch import read
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import Route, ScanField, ScannedLabel, ScanRefused

from .corruption import FAMILIES, damage, failures, main, run, table, typed
from .fuzz import SEEDS, Rooms, check_one


def test_no_damaged_scan_is_taken_for_another_identity_where_its_format_can_tell() -> None:
    counted = run(40_000, seed=20260101)
    assert failures(counted) == []
    assert any("another identity" in line for line in table(counted, checked=True))
    unprotected = [family.name for family in FAMILIES if not family.checked]
    assert all(any(counted[name, fault, "another"] for _, fault, _ in list(counted)) for name in unprotected)


def test_the_proof_finds_a_reader_that_ignores_the_check_character() -> None:
    def careless(text: str) -> ScannedLabel | ScanRefused:
        answer = typed("isbt128:001")(text)
        if isinstance(answer, ScanRefused) and answer.reason is Refusal.CHECK_CHARACTER_WRONG:
            field = ScanField(id="isbt128:001", name="planted", value=text, parts={"din": text[:13]})
            return ScannedLabel(route=Route.ISBT128, symbology=None, fields=(field,), raw=text.encode())
        return answer

    planted = replace(FAMILIES[1], read=careless, population=[], known={})
    assert any("gave another identity" in wrong for wrong in failures(run(2_000, 1, [planted]), [planted]))


def test_a_class_of_faults_that_was_never_tried_fails_the_proof() -> None:
    family = replace(FAMILIES[0], population=[], known={})
    assert any("was never tried" in wrong for wrong in failures(run(3, 1, [family]), [family]))


def test_every_damage_is_a_damage() -> None:
    chance = random.Random(1)  # noqa: S311 - a seed, not a secret
    family = replace(FAMILIES[6], population=[FAMILIES[6].make(chance)])
    texts = {damage(family, family.population[0], chance)[0] for _ in range(200)}
    assert family.population[0] not in texts
    assert len(texts) > 60


def test_the_command_prints_both_tables(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["corruption", "--count", "20000", "--seed", "7"])
    assert main() == 0
    assert capsys.readouterr().out.count("| another identity |") == 2


def test_the_fuzzers_own_promises_hold_for_its_seeds_and_their_ruins() -> None:
    rooms, chance = Rooms(), random.Random(5)  # noqa: S311 - a seed, not a secret
    for seed in SEEDS:
        check_one(seed, rooms)
        for _ in range(300):
            raw = bytearray(seed)
            for _ in range(chance.randrange(1, 5)):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            check_one(bytes(raw), rooms)
    assert isinstance(read(SEEDS[0]), ScannedLabel)
