"""A profile is read whole or refused with line, key and remedy."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator_app.domain.durations import CalendarDays, duration_text, parse_duration, spoken_duration
from coordinator_app.domain.profile import Fault, FormatKind, Narrowed, Profile, read_profile
from coordinator_app.domain.profile_lines import KeyLines
from coordinator_app.domain.vocabulary import Check, EventName, Fact, ProcedureKind, Role, Stated, UnitKind

WHOLE = """[profile]
id = "AUTO-CART-CRYO"                 # [A-Z0-9-]{3,40}
version = 3
title = "Autologous CAR-T, cryopreserved, one to three bags"
modality = "autologous"
source = "Pharmacy manual 2.1"
example = true                        # never usable for a real case
knowledge_max_age = "8h"
stated = "spoken"

[[identifier]]
name = "coi"
issuer = "sponsor"
format = "isbt128:040"
required_by = "thaw"

[[unit]]
kind = "bag"
name = "product"
count = [1, 3]
order = "any"
parts = ["cd8", "cd4"]
volume_ml = ["10", "50.5"]
partial = false
container = "cassette"

[[step]]
name = "thaw"
procedure = "thaw"
check = "single"
roles = ["pharmacist"]

[[step]]
name = "bedside"
procedure = "administer"
check = "blind"
roles = ["nurse"]
witness_roles = [
  "nurse",
  "physician",
]
needs = ["wristband", "unit"]
stale_after = "120s"
check_valid = "15min"
training = ["AUTO-CART-CRYO"]
after = ["thaw"]

[[clock]]
name = "thaw-to-end"
title = "Infusion must be complete"
kind = "at_most"
starts = "thaw_completed"
ends = "administration_completed"
scope = "bag"
limit = "2h 30min"
counts_pauses = true
warn = ["10min", "30min"]
blocks = ["bedside"]
source = "section 2.2"

[[gate]]
before = "thaw"
requires = "previous.administration_completed"
scope = "bag"
source = "section 2.2"

[[label]]
at = "thaw"
template = "isbt128-100x100"
copies = 2
"""


def faults_of(text: str) -> tuple[Fault, ...]:
    read = read_profile(text)
    assert isinstance(read, tuple), "the profile was read without a fault"
    return read


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_example_of_the_format_is_read_in_every_part() -> None:
    profile = read_profile(WHOLE)
    assert isinstance(profile, Profile)
    assert (profile.id, profile.version, profile.example, profile.stated) == ("AUTO-CART-CRYO", 3, True, Stated.SPOKEN)
    assert profile.knowledge_max_age == timedelta(hours=8)
    (coi,) = profile.identifiers
    assert (coi.format.kind, str(coi.format), coi.required_by) == (FormatKind.ISBT128, "isbt128:040", "thaw")
    (unit,) = profile.units
    assert (unit.kind, unit.least, unit.most, unit.parts) == (UnitKind.BAG, 1, 3, ("cd8", "cd4"))
    assert unit.volume_ml == (Decimal(10), Decimal("50.5"))
    bedside = profile.step("bedside")
    assert bedside is not None
    assert (bedside.procedure, bedside.check) == (ProcedureKind.ADMINISTER, Check.BLIND)
    assert bedside.witness_roles == (Role.NURSE, Role.PHYSICIAN)
    assert (bedside.stale_after, bedside.check_valid) == (timedelta(seconds=120), timedelta(minutes=15))
    clock = profile.clock("thaw-to-end")
    assert clock is not None
    assert (clock.limit, clock.allowance, clock.wait) == (timedelta(hours=2, minutes=30),) * 2 + (None,)
    assert clock.warn == (timedelta(minutes=30), timedelta(minutes=10))
    assert clock.starts == Narrowed(EventName.THAW_COMPLETED)
    (gate,) = profile.gates_before("thaw")
    assert gate.requires == Narrowed(EventName.ADMINISTRATION_COMPLETED, previous=True)
    assert profile.labels_at("thaw")[0].copies == 2
    assert [clock.name for clock in profile.clocks_blocking("bedside")] == ["thaw-to-end"]
    assert profile.steps_of(ProcedureKind.THAW)[0].name == "thaw"
    assert (profile.step("x"), profile.clock("x"), profile.identifier("x")) == (None, None, None)
    assert profile.identifier("coi") is coi


def test_a_gs1_format_names_its_application_identifiers_in_order() -> None:
    profile = read_profile(WHOLE.replace("isbt128:040", "gs1:01+21"))
    assert isinstance(profile, Profile)
    assert profile.identifiers[0].format.application_identifiers == ("01", "21")
    assert read_profile(WHOLE).identifiers[0].format.application_identifiers == ()


def test_what_may_be_left_out_takes_its_default() -> None:
    profile = read_profile(
        '[profile]\nid = "ABC"\nversion = 1\ntitle = "t"\nmodality = "donor"\nsource = "s"\n'
        '[[step]]\nname = "bedside"\nprocedure = "administer"\ncheck = "blind"\nroles = ["nurse"]\n'
    )
    assert isinstance(profile, Profile)
    assert not profile.example
    assert profile.knowledge_max_age is None
    # The second person of a blind check is of the same roles when nothing else is said.
    assert profile.steps[0].witness_roles == (Role.NURSE,)
    assert profile.steps[0].check_valid == timedelta(minutes=15)


WRONG_WORDS = [
    ('modality = "autologous"', 'modality = "autologus"', "modality", '"autologous"'),
    ('stated = "spoken"', 'stated = "written"', "stated", "spoken, wristband-pair"),
    ('kind = "bag"', 'kind = "bags"', "kind", '"bag"'),
    ('order = "any"', 'order = "random"', "order", "any, fixed"),
    ('procedure = "administer"', 'procedure = "administr"', "procedure", '"administer"'),
    ('check = "blind"', 'check = "double"', "check", "blind, none, single"),
    ('roles = ["nurse"]', 'roles = ["nurs"]', "roles", '"nurse"'),
    ('"physician",', '"physicain",', "witness_roles", '"physician"'),
    ('"wristband", "unit"', '"wristbnad", "unit"', "needs", '"wristband"'),
    ('after = ["thaw"]', 'after = ["thawed"]', "after", '"thaw"'),
    ('required_by = "thaw"', 'required_by = "collect"', "required_by", "bedside, thaw"),
    ('blocks = ["bedside"]', 'blocks = ["bedsied"]', "blocks", '"bedside"'),
    ('before = "thaw"', 'before = "thw"', "before", '"thaw"'),
    ('at = "thaw"', 'at = "taw"', "at", '"thaw"'),
    ('kind = "at_most"', 'kind = "atmost"', "kind", '"at_most"'),
    ('scope = "bag"\nlimit', 'scope = "sack"\nlimit', "scope", "bag, case"),
    ('starts = "thaw_completed"', 'starts = "thaw_complete"', "starts", '"thaw_completed"'),
    ('ends = "administration_completed"', 'ends = "cd9.administration_completed"', "ends", '"cd8"'),
    ('requires = "previous.administration_completed"', 'requires = "order.presnt"', "requires", '"order.present"'),
    ('requires = "previous.administration_completed"', 'requires = "cd7.stored"', "requires", '"cd8"'),
    ("counts_pauses = true", "count_pauses = true", "count_pauses", '"counts_pauses"'),
    ("[[label]]", "[[lable]]", "lable", '"label"'),
    ('format = "isbt128:040"', 'format = "isbt:040"', "format", "isbt128:NNN"),
    ('format = "isbt128:040"', 'format = "isbt128:40"', "format", "three digits"),
    ('format = "isbt128:040"', 'format = "gs1:abc"', "format", "gs1:01+21"),
    ('format = "isbt128:040"', 'format = "pattern:["', "format", "regular expression"),
    ('id = "AUTO-CART-CRYO"', 'id = "auto"', "id", "capital letters"),
    ("version = 3", "version = 0", "version", "1 to 9999"),
    ("version = 3", 'version = "3"', "version", "whole number"),
    ("version = 3", "version = true", "version", "whole number"),
    ("count = [1, 3]", "count = [3, 1]", "count", "least first"),
    ("count = [1, 3]", "count = [1]", "count", "[1, 3]"),
    ("count = [1, 3]", "count = 3", "count", "list"),
    ('volume_ml = ["10", "50.5"]', 'volume_ml = ["50", "10"]', "volume_ml", "smaller volume first"),
    ('volume_ml = ["10", "50.5"]', "volume_ml = [10, 50]", "volume_ml", "two texts"),
    ("partial = false", 'partial = "no"', "partial", "true or false"),
    ('parts = ["cd8", "cd4"]', 'parts = ["cd8", "cd 4"]', "parts", "letters"),
    ('parts = ["cd8", "cd4"]', 'parts = ["cd8", "cd8"]', "parts", "Remove one"),
    ('parts = ["cd8", "cd4"]', "parts = [8]", "parts", "in quotes"),
    ('limit = "2h 30min"', 'limit = "30min 2h"', "limit", "largest unit first"),
    ('limit = "2h 30min"', 'limit = "0s"', "limit", "largest unit first"),
    ('limit = "2h 30min"', 'latest = "2h"', "limit", "Add limit"),
    ('stale_after = "120s"', 'stale_after = "2 calendar days"', "stale_after", "hours"),
    ('warn = ["10min", "30min"]', 'warn = ["soon"]', "warn", '"30min"'),
    ("copies = 2", "copies = 0", "copies", "1 to 9999"),
    ('title = "Infusion must be complete"', 'title = ""', "title", "short text"),
    ('name = "bedside"', 'name = "thaw"', "name", "another name"),
    ('name = "coi"', 'name = "c o i"', "name", "letters"),
    ('ends = "administration_completed"', 'ends = "thaw_completed"', "ends", "another event"),
    ('roles = ["pharmacist"]', "roles = []", "roles", "Add roles"),
    ('witness_roles = [\n  "nurse",\n  "physician",\n]', "witness_roles = []", "witness_roles", "at least one role"),
    ('requires = "previous.administration_completed"\nscope = "bag"',
     'requires = "previous.administration_completed"\nscope = "case"', "requires", '"fraction"'),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "key", "remedy"), WRONG_WORDS)
def test_every_wrong_word_is_refused_with_its_line_and_a_remedy(right: str, wrong: str, key: str, remedy: str) -> None:
    assert WHOLE.count(right) >= 1
    text = WHOLE.replace(right, wrong, 1)
    found = [fault for fault in faults_of(text) if fault.key == key and remedy in fault.remedy]
    assert found, [str(fault) for fault in faults_of(text)]
    first = line_of(WHOLE, right)
    assert first <= found[0].line <= first + wrong.count("\n") or "is missing" in found[0].message
    assert str(found[0]).startswith(f"line {found[0].line}, {key}: ")


def test_a_missing_key_is_named_at_the_heading_of_its_table() -> None:
    text = WHOLE.replace('source = "section 2.2"\n\n[[gate]]', "[[gate]]")
    (fault,) = faults_of(text)
    assert (fault.key, fault.line) == ("source", line_of(text, "[[clock]]"))
    assert "Add source" in fault.remedy


def test_a_step_that_comes_after_itself_is_refused() -> None:
    text = WHOLE.replace('roles = ["pharmacist"]', 'roles = ["pharmacist"]\nafter = ["bedside"]')
    assert {fault.key for fault in faults_of(text)} == {"after"}


@pytest.mark.parametrize(
    ("text", "line"),
    [("[profile]\nid = \n", 2), ('[profile]\nid = "A', 2), ("[profile]\nid = 1\nid = 2\n", 3), ("x", 1)],
)
def test_a_text_that_is_not_toml_is_refused_with_its_line(text: str, line: int) -> None:
    (fault,) = faults_of(text)
    assert (fault.line, fault.key) == (line, "TOML")


def test_a_text_without_a_profile_or_with_tables_of_the_wrong_kind_is_refused() -> None:
    assert "Begin the file with [profile]" in faults_of("")[0].remedy
    assert any(fault.key == "step" and "[[step]]" in fault.remedy for fault in faults_of("[step]\nname = 1\n"))
    assert any(fault.key == "profile" for fault in faults_of("profile = 3\n"))
    assert "256 KiB" in faults_of("#" * 300_000)[0].message
    assert faults_of("[profile]\nx = " + "[" * 5_000 + "]" * 5_000)


def test_windows_that_close_before_they_open_are_refused() -> None:
    between = 'kind = "between"\nstarts = "thaw_completed"\nends = "administration_completed"\nscope = "bag"\n'
    text = WHOLE.replace(
        'kind = "at_most"\nstarts = "thaw_completed"\nends = "administration_completed"\nscope = "bag"\nlimit = "2h 30min"',
        between + 'earliest = "3h"\nlatest = "2h"',
    )
    assert faults_of(text)[0].key == "latest"
    assert faults_of(text.replace('"3h"', '"1 calendar days"'))[0].key == "latest"
    assert faults_of(text.replace('"3h"', '"4 calendar days"').replace('"2h"', '"2 calendar days"'))[0].key == "latest"
    assert isinstance(read_profile(text.replace('"3h"', '"2h"')), Profile)


def test_a_minimum_wait_may_end_by_itself_and_until_names_an_attribute() -> None:
    wait = WHOLE.replace('kind = "at_most"', 'kind = "at_least"').replace('ends = "administration_completed"\n', "")
    assert isinstance(read_profile(wait), Profile)
    until = WHOLE.replace('kind = "at_most"', 'kind = "until"').replace('limit = "2h 30min"', 'deadline = "expires_at"')
    profile = read_profile(until)
    assert isinstance(profile, Profile)
    assert (profile.clocks[0].deadline, profile.clocks[0].limit) == ("expires_at", None)
    assert faults_of(until.replace("expires_at", "Expires At"))[0].key == "deadline"


@pytest.mark.parametrize("fact", list(Fact))
def test_every_fact_can_stand_in_a_gate(fact: Fact) -> None:
    profile = read_profile(WHOLE.replace("previous.administration_completed", fact.value))
    assert isinstance(profile, Profile)
    assert profile.gates[0].requires is fact


@pytest.mark.parametrize("event", list(EventName))
@pytest.mark.parametrize("narrowing", ["", "cd4.", "previous."])
def test_every_event_can_be_narrowed_in_a_gate(event: EventName, narrowing: str) -> None:
    profile = read_profile(WHOLE.replace("previous.administration_completed", narrowing + event))
    assert isinstance(profile, Profile)
    assert str(profile.gates[0].requires) == narrowing + event


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h 30min", timedelta(hours=2, minutes=30)), ("2d", timedelta(hours=48)), ("120s", timedelta(seconds=120)),
        ("1d 2h 3min 4s", timedelta(days=1, hours=2, minutes=3, seconds=4)), ("2 calendar days", CalendarDays(2)),
        ("2h  30min", None), ("2h30min", None), ("30min 2h", None), ("1h 1h", None), ("1h 1d", None), ("", None),
        ("2", None), ("-1h", None), ("1.5h", None), ("2 calendar day", None), ("99999999h", None), ("40000d", None), ("٣h", None),
    ],
)  # fmt: skip
def test_lengths_of_time_are_written_largest_unit_first(text: str, expected: object) -> None:
    assert parse_duration(text) == expected


@given(st.integers(min_value=1, max_value=10**7))
def test_a_length_of_time_survives_being_written(seconds: int) -> None:
    assert parse_duration(duration_text(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


def test_lengths_of_time_are_spoken_plainly() -> None:
    assert spoken_duration(timedelta(minutes=150)) == "2 h 30 min"
    assert spoken_duration(timedelta(days=28)) == "28 days"
    assert spoken_duration(CalendarDays(1)) == "1 calendar day"
    assert spoken_duration(CalendarDays(3)) == "3 calendar days"
    assert duration_text(CalendarDays(3)) == "3 calendar days"
    assert spoken_duration(timedelta()) == "0 s"


def test_lines_are_found_through_comments_strings_and_brackets() -> None:
    text = (
        'title = """\n[[clock]]\nname = 1\n"""  # "\n'
        "\n[[clock]] # one\n'quoted' = 'a#b' # [\nlist = [ # ]\n  \"x\",\n  'y',\n]\n\"q\\\"\" = 2\n\n[[clock]]\nname = {a = 1,\n b = 2}\n"
    )
    lines = KeyLines(text)
    assert lines.key(("", 0), "title") == 1
    assert lines.table(("clock", 0)) == 6
    assert lines.key(("clock", 0), "quoted") == 7
    assert lines.key(("clock", 0), "list", "x") == 9
    assert lines.key(("clock", 0), "list", "y") == 10
    assert lines.key(("clock", 0), "list", "z") == 8
    assert lines.table(("clock", 1)) == 14
    assert lines.key(("clock", 1), "name") == 15
    assert lines.key(("clock", 1), "absent") == 14


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = read_profile(text)
    assert isinstance(read, tuple)
    assert all(fault.line >= 1 for fault in read)


@given(st.integers(min_value=0, max_value=len(WHOLE)), st.sampled_from(['"', "[", "]", "=", "\n", "#", "x", "'''"]))
def test_no_slip_of_the_pen_breaks_the_reader(place: int, slip: str) -> None:
    read = read_profile(WHOLE[:place] + slip + WHOLE[place:])
    assert isinstance(read, Profile | tuple)
