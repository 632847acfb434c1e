"""The worked examples are whole, marked, sourced, and say in plain words what they ask."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from coordinator_app.cli import main
from coordinator_app.domain.gates import KnownFact, facts_of, open_gates
from coordinator_app.domain.profile import Profile
from coordinator_app.domain.profile_words import clock_sentence, gate_sentence, profile_sentences
from coordinator_app.domain.vocabulary import Check, ClockKind, Modality, ProcedureKind
from coordinator_app.intake.profiles import read_profile_bytes, read_profile_file, read_profile_folder, unit_templates
from coordinator_app.resource_files import resource_path
from tests.domain.clock_site import THAW_TO_END, Day, profile_with

FOLDER = resource_path("profiles")
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
BRANDS = re.compile(
    "yescarta|tecartus|breyanzi|abecma|carvykti|kymriah|amtagvi|casgevy|lyfgenia|zynteglo|skysona|omisirge|provenge",
    re.I,
)


def profile(name: str) -> Profile:
    read = read_profile_file(FILES[name])
    assert read.profile is not None, [str(fault) for fault in read.faults]
    return read.profile


def test_there_are_nine_examples_one_for_each_kind_of_product() -> None:
    assert sorted(FILES) == [
        "auto-cart-cryo", "auto-cart-two", "auto-cd34-vials", "auto-til", "cord-two-fractions", "donor-dli",
        "fresh-stamped", "in-vivo-vector", "shelf-cells",
    ]  # fmt: skip
    assert all(read.profile is not None for read in read_profile_folder(FOLDER))


@pytest.mark.parametrize("name", FILES)
def test_an_example_is_marked_sourced_and_names_no_product(name: str) -> None:
    read = profile(name)
    assert read.example
    assert read.id.lower() == name
    assert all("section" in clock.source for clock in read.clocks)
    assert all("section" in gate.source for gate in read.gates)
    assert not BRANDS.search(FILES[name].read_text(encoding="utf-8"))
    (bedside,) = read.steps_of(ProcedureKind.ADMINISTER)
    assert (bedside.name, bedside.check) == ("bedside", Check.BLIND)
    assert any("bedside" in clock.blocks for clock in read.clocks)


def test_the_first_example_is_the_one_of_the_format() -> None:
    first = profile("auto-cart-cryo")
    assert (first.id, first.version) == ("AUTO-CART-CRYO", 3)
    assert first.title == "Autologous CAR-T, cryopreserved, one to three bags"
    sentence = "Infusion must be complete within 2 h 30 min of the end of thaw. Pauses count."
    assert any(words.startswith(sentence) for words in profile_sentences(first))


def test_a_walk_without_collection_is_among_the_examples() -> None:
    vector = profile("in-vivo-vector")
    assert vector.modality is Modality.IN_VIVO
    assert vector.steps_of(ProcedureKind.COLLECT) == ()
    assert any(clock.starts.event.value == "prepared" for clock in vector.clocks)


def test_the_examples_use_every_kind_of_clock_between_them() -> None:
    kinds = {clock.kind for name in FILES for clock in profile(name).clocks}
    assert kinds == set(ClockKind)
    assert any(not clock.counts_pauses for clock in profile("fresh-stamped").clocks)


@pytest.mark.parametrize("name", FILES)
def test_plain_words_say_every_figure(name: str) -> None:
    read = profile(name)
    sentences = profile_sentences(read)
    parts = (read.identifiers, read.units, read.steps, read.clocks, read.gates, read.labels)
    assert len(sentences) == 4 + sum(len(part) for part in parts)
    assert all(sentence.endswith((".", ")")) for sentence in sentences)
    assert all(clock.source in clock_sentence(clock) for clock in read.clocks)


def test_plain_words_for_each_kind_of_limit() -> None:
    words = {
        'kind = "at_least"\nstarts = "conditioning_started"\nscope = "case"\nlimit = "11 calendar days"':
            "Clock 1 no sooner than the 11th midnight after the start of conditioning.",
        'kind = "at_most"\nstarts = "cd8.thaw_completed"\nends = "stored"\nscope = "case"\nlimit = "2 calendar days"':
            "Clock 1 no later than the 2nd midnight after the end of thaw of cd8.",
        'kind = "between"\nstarts = "previous.administration_completed"\nends = "stored"\nscope = "bag"\n'
        'earliest = "3d"\nlatest = "7d"':
            "Clock 1 no sooner than 72 h after the end of the infusion of the one before and no later than 7 days after",
        'kind = "until"\nstarts = "received"\nends = "stored"\nscope = "bag"\ndeadline = "expires_at"':
            "Clock 1 no later than the instant stated at receipt (expires_at).",
    }  # fmt: skip
    for clock, sentence in words.items():
        assert clock_sentence(profile_with(clock).clocks[0]).startswith(sentence)


GATED = '[[gate]]\nbefore = "thaw"\nrequires = "{}"\nscope = "{}"\nsource = "section 9"\n'


def gated(requires: str, scope: str = "bag") -> Profile:
    return profile_with(THAW_TO_END, more=GATED.format(requires, scope))


def test_a_gate_stays_closed_until_its_fact_is_known_and_says_so() -> None:
    closed = open_gates(gated("consent.current", "case"), "thaw", ())
    assert [(gate.requires, gate.source) for gate in closed] == [("consent.current", "section 9")]
    assert closed[0].sentence == '"thaw" needs a consent that is current; record it first (section 9).'
    assert open_gates(gated("consent.current", "case"), "thaw", [KnownFact("consent.current")]) == ()
    assert open_gates(gated("consent.current", "case"), "bedside", ()) == ()


def test_a_fact_about_another_bag_does_not_open_the_gate() -> None:
    other = [KnownFact("product.accepted", (("bag", "1"),))]
    assert len(open_gates(gated("product.accepted"), "thaw", other, {"bag": "2"})) == 1
    assert open_gates(gated("product.accepted"), "thaw", other, {"bag": "1"}) == ()
    assert open_gates(gated("product.accepted"), "thaw", other) == ()


def test_the_second_bag_waits_for_the_first_and_the_first_for_none() -> None:
    profile = gated("previous.administration_completed")
    day = Day()
    day.beats(-1)
    now = day.samples[-1]
    assert open_gates(profile, "thaw", facts_of(day.history(), now), {"bag": "1"}) == ()
    day.happens("administration_started", 10)
    day.beats(20)
    facts = facts_of(day.history(), day.samples[-1])
    (closed,) = open_gates(profile, "thaw", facts, {"bag": "2"})
    assert "the end of the infusion of the one before" in closed.sentence
    assert open_gates(profile, "thaw", facts, {"bag": "1"}) == ()
    day.happens("administration_completed", 30)
    day.beats(40)
    assert open_gates(profile, "thaw", facts_of(day.history(), day.samples[-1]), {"bag": "2"}) == ()


def test_a_gate_on_one_part_is_not_opened_by_the_other() -> None:
    day = Day()
    day.happens("administration_completed", 0, part="cd4")
    day.beats(10)
    facts = facts_of(day.history(), day.samples[-1])
    assert len(open_gates(gated("cd8.administration_completed", "case"), "thaw", facts)) == 1
    assert open_gates(gated("cd4.administration_completed", "case"), "thaw", facts) == ()
    assert gate_sentence(gated("stored").gates[0]).startswith(
        '"thaw" cannot begin before storing is recorded, for each bag'
    )


def test_a_file_is_read_with_the_hash_of_its_bytes(tmp_path: Path) -> None:
    content = FILES["auto-cart-cryo"].read_bytes()
    one = read_profile_bytes(content, tmp_path)
    two = read_profile_bytes(content.replace(b"\n", b"\r\n"), tmp_path)
    assert one.profile == two.profile
    assert one.sha256 != two.sha256
    assert len(one.sha256) == 64


def test_files_that_cannot_be_profiles_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b'[profile]\nid = "\xff"\n')
    (tmp_path / "b.toml").write_bytes(b"#" * 300_000)
    (tmp_path / "c.toml").write_bytes(FILES["auto-til"].read_bytes())
    (tmp_path / "d.toml").write_bytes(FILES["auto-til"].read_bytes() + b"\n")
    not_text, long, whole, twice = read_profile_folder(tmp_path)
    assert (not_text.faults[0].line, "UTF-8" in not_text.faults[0].message) == (2, True)
    assert "256 KiB" in long.faults[0].message
    assert whole.profile is not None
    assert "c.toml already" in twice.faults[0].message


def test_a_label_template_that_the_program_does_not_have_is_refused_with_its_line_and_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = FILES["auto-cart-cryo"].read_text(encoding="utf-8")
    wrong = text.replace('template = "isbt128-100x100"', 'template = "isbt128-100x101"')
    line = wrong.split("\n").index('template = "isbt128-100x101"') + 1
    (tmp_path / "wrong.toml").write_text(wrong, encoding="utf-8")
    assert main(["profile", "check", str(tmp_path / "wrong.toml"), "--json"]) == 1
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["line"], fault["key"]) == (line, "template")
    assert 'no label template "isbt128-100x101"' in fault["message"]
    assert fault["remedy"] == 'Did you mean "isbt128-100x100"?'
    # A sheet of codes for practice is a template of the program, but nothing that a unit can have on it.
    (tmp_path / "wrong.toml").write_text(wrong.replace("isbt128-100x101", "demo-codes-a4"), encoding="utf-8")
    assert main(["profile", "check", str(tmp_path / "wrong.toml")]) == 1
    assert "demo-codes-a4" in capsys.readouterr().out
    (tmp_path / "right.toml").write_text(text, encoding="utf-8")
    assert main(["profile", "check", str(tmp_path / "right.toml")]) == 0


def test_every_template_that_a_profile_may_ask_for_is_one_that_can_be_printed() -> None:
    assert set(unit_templates(resource_path("labels"))) == {
        label.template for name in FILES for label in profile(name).labels
    }
