"""Every word of the format's closed vocabularies is accepted, and does something in the program."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest

import coordinator_app.procedures as procedures_package
from coordinator_app.domain.clocks import ClockState
from coordinator_app.domain.profile import Profile, StepRule, read_profile
from coordinator_app.domain.readiness import EVENT_NAMES, facts_of, person_blocks
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.site_record import StaffRecord
from coordinator_app.domain.vocabulary import (
    Check,
    ClockKind,
    EventName,
    Fact,
    Modality,
    ObjectKind,
    ProcedureKind,
    Role,
    Scope,
    Stated,
    UnitKind,
    UnitOrder,
)
from coordinator_app.intake.profiles import read_profile_folder
from coordinator_app.procedures.record_changes import FACTS
from coordinator_app.procedures.steps import PROCEDURES
from coordinator_app.resource_files import resource_path
from tests.domain.clock_site import Day, profile_with

SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted(Path(str(procedures_package.__file__)).parent.glob("*.py"))
)
EXAMPLES = [read.profile for read in read_profile_folder(resource_path("profiles")) if read.profile is not None]

WORDS: dict[type[StrEnum], str] = {
    Modality: "autologous donor cord-blood off-the-shelf in-vivo",
    Role: "apheresis-nurse nurse pharmacist cell-laboratory physician coordinator quality administrator monitor",
    ProcedureKind: "enrol collect label pack hand-over receive review-logger accept store release retrieve thaw prepare "
    "transport administer return destroy",
    ObjectKind: "wristband order certificate shipment cassette unit label-roll location logger seal courier",
    UnitKind: "bag vial syringe fraction",
    EventName: "collection_started collection_ended packed handed_over shipped shipment_arrived received accepted stored "
    "retrieved thaw_started thaw_completed prepared conditioning_started administration_started administration_paused "
    "administration_resumed administration_completed",
    Fact: "order.present order.second_origin certificate.release logger.accepted product.accepted backup.exists "
    "conditioning.planned consent.current site.ready calibration.current",
    Scope: "case dose shipment bag vial syringe fraction",
    ClockKind: "at_most at_least between until",
    Check: "none single blind",
    Stated: "spoken guardian wristband-pair",
    UnitOrder: "any fixed",
}
"""The table of `formats.md` §2, word by word."""


@pytest.mark.parametrize("vocabulary", WORDS, ids=lambda each: each.__name__)
def test_the_program_knows_exactly_the_words_of_the_format(vocabulary: type[StrEnum]) -> None:
    assert sorted(word.value for word in vocabulary) == sorted(WORDS[vocabulary].split())


def written(**words: str) -> Profile:
    """Return a profile that uses these words."""
    text = """[profile]
id = "WORDS"
version = 1
title = "Every word once"
modality = "{modality}"
source = "manual"
stated = "{stated}"
[[identifier]]
name = "coi"
issuer = "sponsor"
format = "{format}"
[[unit]]
kind = "{kind}"
name = "product"
count = [1, 3]
order = "{order}"
parts = ["cultured", "uncultured"]
[[step]]
name = "first"
procedure = "{procedure}"
check = "{check}"
roles = ["{role}"]
witness_roles = ["{role}"]
needs = ["{object}"]
[[gate]]
before = "first"
requires = "{requires}"
scope = "{scope}"
source = "section 1"
"""
    usual = {
        "modality": "autologous", "stated": "spoken", "format": "isbt128:040", "kind": "bag", "order": "any",
        "procedure": "thaw", "check": "blind", "role": "nurse", "object": "unit", "requires": "order.present",
        "scope": "case",
    }  # fmt: skip
    for name, word in {**usual, **words}.items():
        text = text.replace(f"{{{name}}}", word)
    read = read_profile(text)
    assert isinstance(read, Profile), [str(fault) for fault in read]
    return read


KEYS: list[tuple[str, type[StrEnum]]] = [
    ("modality", Modality), ("stated", Stated), ("kind", UnitKind), ("order", UnitOrder), ("procedure", ProcedureKind),
    ("check", Check), ("role", Role), ("object", ObjectKind), ("requires", Fact), ("requires", EventName),
    ("scope", Scope),
]  # fmt: skip


@pytest.mark.parametrize(("key", "word"), [(key, word) for key, words in KEYS for word in words])
def test_every_word_is_accepted_where_it_belongs(key: str, word: StrEnum) -> None:
    profile = written(**{key: word.value})
    assert f"{word.value}" in repr(profile)


@pytest.mark.parametrize("narrowing", ["", "previous.", "cd8."])
@pytest.mark.parametrize("event", EventName)
def test_every_event_starts_a_clock_and_ends_one_however_it_is_narrowed(event: EventName, narrowing: str) -> None:
    other = EventName.STORED if event is not EventName.STORED else EventName.RECEIVED
    head = 'kind = "at_most"\nscope = "bag"\nlimit = "1h"\n'
    starts = profile_with(f'{head}starts = "{narrowing}{event}"\nends = "{other}"')
    ends = profile_with(f'{head}starts = "{other}"\nends = "{narrowing.replace("previous.", "")}{event}"')
    part = "cd8" if narrowing == "cd8." else None
    day = Day()
    day.happens("administration_started", -30, "1", part=part)
    day.happens(str(event), 0, "1", part=part)
    found = [each for each in day.reads(starts, 30) if each.state is not ClockState.WAITING]
    assert found, "it starts the clock"
    day = Day()
    day.happens(str(other), -10, "1", part=part)
    day.happens(str(event), 0, "1", part=part)
    (ended,) = [each for each in day.reads(ends, 30) if each.scope == {"bag": "1"}]
    assert ended.state is ClockState.MET, "it ends the clock"


@pytest.mark.parametrize("event", EventName)
def test_every_event_is_one_that_a_procedure_records(event: EventName) -> None:
    types = [type for type, name in EVENT_NAMES.items() if name == event.value]
    assert types
    for type in types:
        assert re.search(rf"\be\.{type}\(|(?<![\w.\"]){type}\(", SOURCES), f"nothing records {type}"


@pytest.mark.parametrize("fact", Fact)
def test_every_fact_can_come_true_by_what_people_do(fact: Fact) -> None:
    derived = set(re.findall(r"found\.add\(Fact\.(\w+)\)", Path(str(facts_of.__code__.co_filename)).read_text()))
    assert fact in FACTS or fact.name in derived


@pytest.mark.parametrize("procedure", ProcedureKind)
def test_every_procedure_can_be_carried_out_and_is_in_a_worked_example(procedure: ProcedureKind) -> None:
    assert procedure in PROCEDURES
    assert any(profile.steps_of(procedure) for profile in EXAMPLES)


@pytest.mark.parametrize("object", ObjectKind)
def test_every_object_is_asked_for_in_a_worked_example(object: ObjectKind) -> None:
    assert any(object in step.needs for profile in EXAMPLES for step in profile.steps)


@pytest.mark.parametrize("role", Role)
def test_a_step_opens_to_its_own_role_and_to_no_other(role: Role) -> None:
    step = StepRule(name="first", procedure=ProcedureKind.THAW, check=Check.SINGLE, roles=(role,))
    profile = written()
    now = datetime(2026, 11, 23, tzinfo=UTC)
    for other in Role:
        staff = StaffRecord("person:1", (other.value,), "", "Hale", "Ann", frozenset(), "", "")
        reasons = {block.reason for block in person_blocks(step, staff, profile, now, witness=False)}
        assert (Refusal.NOT_ALLOWED in reasons) is (other is not role)


@pytest.mark.parametrize("scope", [each for each in Scope if each is not Scope.CASE])
def test_every_scope_has_a_clock_of_its_own_for_each_thing(scope: Scope) -> None:
    profile = profile_with(f'kind = "at_most"\nstarts = "received"\nends = "stored"\nscope = "{scope}"\nlimit = "1h"')
    day = Day()
    day.happens("received", 0, scope={scope.value: "1"})
    day.happens("received", 5, scope={scope.value: "2"})
    day.happens("stored", 10, scope={scope.value: "1"})
    states = {reading.scope[scope.value]: reading.state for reading in day.reads(profile, 20)}
    assert states == {"1": ClockState.MET, "2": ClockState.RUNNING}


def test_a_clock_of_the_whole_case_is_one() -> None:
    profile = profile_with('kind = "at_most"\nstarts = "received"\nends = "stored"\nscope = "case"\nlimit = "1h"')
    day = Day()
    day.happens("received", 0, "1")
    day.happens("received", 5, "2")
    (reading,) = day.reads(profile, 20)
    assert (reading.scope, reading.state) == ({}, ClockState.RUNNING)
