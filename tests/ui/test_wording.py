"""Every word a nurse reads: none is missing, none is long, none blames, none says what must not be said."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from said_codes import all_actions, all_codes, said_with

from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.domain.screens import ActionShown, Say
from coordinator_app.domain.vocabulary import EventName, Fact, ProcedureKind, Role, UnitKind
from coordinator_app.ui import wording
from coordinator_app.ui.formats import NO_BREAK
from coordinator_app.ui.wording import codes_worded, set_now, set_zone, worded_action, worded_note, worded_word
from coordinator_app.ui.wording.filling import names_in
from coordinator_app.ui.wording.texts import action_texts, texts

WORDS = Path(wording.__file__).parent
INSIDE_OTHERS = ("kind.", "unit.", "signed.", "step.", "check_ended.", "part.")
"""Words that no code says by itself: they stand inside sentences, for a value."""
STAND_INS = {"kind", "unit", "units", "part"}
GUIDED = ("step.", "scan.", "ask.", "mark.", "read.", "collect.", "infusion.", "thaw.", "prepare.", "accept.", "store.",
          "label.", "receive.", "logger.", "quarantine.", "exception.", "verdict.", "after.", "hand_over.", "transport.",
          "return.", "destroy.", "refusal.", "refused.", "next.")  # fmt: skip
TYPICAL = {
    "unit": "bag 12", "units": "", "kind": "fraction", "number": "1, 2", "wall": "KINGFISHER 2", "pharmacy": "+49 30 450 4411",
    "physician": "+49 30 450 4400", "by": "2026-03-01T13:31:00.000000Z", "at": "2026-03-01T13:31:00.000000Z",
    "copy": "2", "count": "2", "family": "HARGREAVES", "given": "Miriam", "born": "1961-07-14",
}  # fmt: skip
NEVER_SAID = ("do not infuse", "administration", "administer ", "!", "please", "invalid", "illegal", "error", "failed",
              "forbidden", "user", "your mistake", "you forgot", "wrong person", "sha-256", "json", "utf", "null", "string",
              "parse", "database", "uuid", "witness", "you must")  # fmt: skip


@pytest.fixture(autouse=True)
def _paris() -> Iterator[None]:
    set_zone("Europe/Paris")
    set_now(lambda: datetime(2026, 3, 1, 13, 2, tzinfo=UTC))
    yield
    set_zone("UTC")
    set_now(lambda: datetime.now(UTC))


def worded(say: Say) -> str:
    """Word a code, with plain spaces: where a line may break is not what is looked at here."""
    return wording.worded(say).replace(NO_BREAK, " ")


# Nothing is missing -----------------------------------------------------------------------------------------------


def test_every_code_that_a_procedure_or_a_window_says_has_words() -> None:
    missing = sorted(all_codes() - codes_worded())
    assert not missing, f"codes without words: {missing}"


def test_no_words_are_kept_for_codes_that_nobody_says() -> None:
    idle = {code for code in codes_worded() - all_codes() if not code.startswith(INSIDE_OTHERS)}
    assert not idle, f"words that nothing says: {sorted(idle)}"


def test_every_button_has_words() -> None:
    missing = sorted(action for action in all_actions() if worded_action(ActionShown(action)) == action)
    assert not missing, f"buttons without words: {missing}"


def test_every_step_that_can_be_begun_has_its_own_button() -> None:
    begun = {
        str(kind): worded_action(ActionShown("begin:s", values={"procedure": str(kind)})) for kind in ProcedureKind
    }
    del begun["enrol"]
    assert len(set(begun.values())) == len(begun)
    assert worded_action(ActionShown("begin:bedside", values={"procedure": "administer"})) == "Begin bedside check"
    assert worded_action(ActionShown("begin:bedside")) == "Begin"


def test_every_event_of_the_record_reads_in_plain_words() -> None:
    for name in EVENT_TYPES:
        said = worded(Say(f"event.{name}", {"type": name}))
        assert name not in said
        assert said[0].isupper()


@pytest.mark.parametrize("words", [Role, EventName, Fact], ids=["roles", "events", "facts"])
def test_every_small_word_of_the_vocabulary_is_worded(words: type[Role | EventName | Fact]) -> None:
    missing = [str(each) for each in words if worded_word(str(each)) == str(each)]
    assert not missing


def test_a_narrowed_event_says_of_which_unit_or_part() -> None:
    assert worded_word("previous.administration_completed") == "the end of the infusion of the one before"
    assert worded_word("cultured.thaw_started") == "the start of the thaw of cultured"


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert worded(Say("nobody.said.this")) == "nobody.said.this"
    assert worded_word("submarine") == "submarine"
    assert worded_action(ActionShown("submarine")) == "submarine"


# Values -----------------------------------------------------------------------------------------------------------


def test_no_sentence_asks_for_a_value_that_it_is_never_given() -> None:
    for code, given, file in said_with():
        always, _ = names_in(texts().get(code, ""))
        made = {"patient", "day", "moment"} if given & {"family", "at"} else set()
        wanted = {name.lower() for name in always} - STAND_INS - made
        assert wanted <= given, f"{file} says {code} without {sorted(wanted - given)}"


def test_a_missing_value_leaves_no_hole_and_no_stray_punctuation() -> None:
    for code in sorted(codes_worded()):
        always, _ = names_in(texts()[code])
        needed = {name: "Heron" for name in always if name.lower() not in STAND_INS}
        said = worded(Say(code, needed))
        assert not re.search(r"[{}\[\]]|  | [.,;:)]|\( |[,:;·(]$|\.\.|^[,.;:·]", said), f"{code}: {said!r}"


def test_a_value_that_ends_its_own_sentence_gets_no_second_full_stop() -> None:
    assert worded(Say("file.unreadable", {"why": "No such file."})) == "The file cannot be read: No such file."
    assert worded(Say("file.unreadable", {"why": "No such file"})) == "The file cannot be read: No such file."
    assert worded(Say("file.unreadable")) == "The file cannot be read."


def test_braces_and_brackets_inside_a_value_are_only_characters() -> None:
    assert worded(Say("plain", {"text": "odd {name} [text]"})) == "odd {name} [text]"


def test_names_dates_and_times_are_written_by_the_rules() -> None:
    values = {"family": "Hargreaves", "given": "Miriam", "born": "1961-07-14", "unit": "bag 1", "wall": "HERON"}
    assert worded(Say("verdict.for", values)) == "HARGREAVES, Miriam · Born 14-Jul-1961 · bag 1"
    assert worded(Say("at", {"at": "2025-11-02T10:40:00Z"})) == "02-Nov 11:40"
    assert worded(Say("moment", {"at": "2025-11-02T10:40:00Z"})) == "02-Nov-2025 11:40 CET"
    running = worded(Say("infusion.running", {"unit": "bag 1", "by": "2026-03-01T13:31:00Z"}))
    assert running == "The infusion of bag 1 is running, complete by 14:31 CET"
    tomorrow = worded(Say("infusion.running", {"unit": "bag 1", "by": "2026-03-02T13:31:00Z"}))
    assert tomorrow.endswith("complete by Mon 02-Mar 14:31 CET")


def test_a_check_before_there_is_a_unit_names_the_patient_alone() -> None:
    values = {"family": "Oyelaran", "given": "Tunde", "born": "1974-03-02", "unit": ""}
    assert worded(Say("verdict.for", values)) == "OYELARAN, Tunde · Born 02-Mar-1974"
    assert worded(Say("verdict.for", {"unit": "bag 1"})) == "bag 1"


def test_a_note_on_a_page_says_what_to_do_next() -> None:
    assert worded_note(Say("refusal.STATED_DIFFERS")) == (
        "The program cannot confirm the answer yet. Ask for name and date of birth once more and type what you hear."
    )
    own = "The code ends too early; scan it again over its whole length."
    assert worded_note(Say("refusal.code", {"sentence": own, "reason": "CODE_CUT_OFF"})) == own
    assert worded_note(Say("person.scan_badge")) == "Scan the person's badge."


def test_an_instant_that_is_none_is_shown_as_it_came() -> None:
    assert worded(Say("at", {"at": "soon"})) == "soon"
    assert worded(Say("infusion.running", {"unit": "bag 1", "by": ""})) == "The infusion of bag 1 is running"


def test_a_zone_that_is_not_known_changes_nothing() -> None:
    for zone in ("", "Mars/Olympus", "../etc/passwd"):
        set_zone(zone)
    assert worded(Say("at", {"at": "2025-11-02T10:40:00Z"})) == "02-Nov 11:40"


@pytest.mark.parametrize("kind", [str(kind) for kind in UnitKind])
def test_units_are_called_what_they_are(kind: str) -> None:
    assert worded(Say("scan.unit", {"kind": kind, "number": ""})) == f"Scan the square code on the {kind}"
    assert worded(Say("task.thaw", {"kind": kind, "number": "1"})) == f"Thaw {kind} 1"
    assert worded(Say("task.thaw", {"kind": kind, "number": "1, 2"})) == f"Thaw {kind}s 1, 2"
    assert worded(Say("mark.unit", {"kind": kind})) == kind.capitalize()


def test_a_label_with_several_codes_tells_which_one_is_still_to_be_read() -> None:
    assert worded(Say("scan.more", {"missing": "gs1:21", "read": "1"})) == (
        "Read. Now scan the next code on the same label, with the serial number (21)."
    )


def test_no_line_breaks_between_a_bag_and_its_number() -> None:
    assert f"bag{NO_BREAK}1 again" in wording.worded(Say("infusion.start", {"unit": "bag 1"}))
    assert wording.worded(Say("task.thaw", {"kind": "bag", "number": "1, 2"})) == f"Thaw bags{NO_BREAK}1, 2"


def test_a_unit_that_nobody_named_is_the_product() -> None:
    assert worded(Say("after.administer")) == "Start the infusion, then scan the product again."
    assert worded(Say("verdict.unit_ok", {"unit": "", "wall": "HERON"})) == "The product belongs to this case, HERON"


def test_an_opaque_id_is_never_shown() -> None:
    said = worded(Say("infusion.paused", {"unit": f"bag:{'0f' * 16}"}))
    assert said == "The infusion of the product is paused"


def test_roles_reasons_and_identifiers_inside_a_sentence_are_words_too() -> None:
    assert worded(Say("roles", {"roles": "nurse cell-laboratory"})) == "Nurse, Cell laboratory"
    assert (
        worded(Say("event.IdentifierLinked", {"name": "coi", "value": "X"}))
        == "Identifier linked: Chain of identity, X"
    )
    assert worded(Say("event.ScanRefused", {"reason": "WRONG_PATIENT", "step": "bedside"})) == (
        "Refused: This is not the right patient · Bedside check"
    )
    assert worded(Say("enrol.differ", {"fields": "family, born"})) == (
        "The two entries differ in: Family name, Date of birth; both people type it again."
    )
    assert worded(Say("exception.meaning", {"reasons": "CLOCK_OVERDUE, QUARANTINED"})) == (
        "I take this upon myself: The time for this step is over; This product is in quarantine."
    )


# Tone -------------------------------------------------------------------------------------------------------------


def _everything_said() -> Iterator[tuple[str, str]]:
    for code in sorted(codes_worded()):
        always, perhaps = names_in(texts()[code])
        values = {name.lower(): TYPICAL.get(name.lower(), "x") for name in (*always, *perhaps)} | TYPICAL
        yield code, worded(Say(code, values))
    yield from ((f"action {action}", said) for action, said in action_texts().items())


def test_nothing_on_a_guided_page_is_long() -> None:
    for code, said in _everything_said():
        if code.startswith(GUIDED):
            assert len(said) <= 140, f"{code} has {len(said)} characters: {said}"


def test_an_instruction_fits_two_lines_of_the_largest_letters() -> None:
    asked = (
        "scan.",
        "ask.",
        "thaw.start",
        "thaw.running",
        "infusion.start",
        "collect.start",
        "label.scan_back",
        "label.apply",
    )
    for code, said in _everything_said():
        if code.startswith(asked) and not code.endswith(".hint"):
            assert len(said) <= 60, f"{code} has {len(said)} characters: {said}"


def test_a_verdict_is_read_from_across_the_room() -> None:
    for code, said in _everything_said():
        if code.startswith(("refused.title.", "verdict.both", "verdict.agrees")):
            assert len(said) <= 42, f"{code}: {said}"
            assert not said.endswith(".")


def test_a_button_says_it_in_a_few_words() -> None:
    for action, said in action_texts().items():
        assert len(said) <= 24, f"{action}: {said}"


def test_nothing_blames_shouts_or_forbids_the_infusion() -> None:
    for code, said in _everything_said():
        for phrase in NEVER_SAID:
            assert phrase not in said.lower(), f"{code} says {phrase!r}: {said}"


# Languages --------------------------------------------------------------------------------------------------------


def _words_written() -> int:
    found = set()
    for path in sorted(WORDS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found |= {(node.name, said) for said in _translated(node)}
    return len(found)


def _translated(node: ast.ClassDef) -> Iterator[tuple[str, ...]]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "tr":
            assert all(isinstance(each, ast.Constant) for each in call.args), f"not a literal: {ast.unparse(call)}"
            yield tuple(str(each.value) for each in call.args if isinstance(each, ast.Constant))


def _tool(name: str) -> str:
    found = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)
    assert found is not None, f"{name} comes with PySide6"
    return found


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("words") / "coordinator_de.ts"
    sources = [str(path) for path in sorted(WORDS.rglob("*.py"))]
    subprocess.run([_tool("pyside6-lupdate"), *sources, "-ts", str(file)], check=True, capture_output=True, timeout=120)
    return file


def test_a_translator_gets_every_sentence(extracted: Path) -> None:
    contexts = ElementTree.parse(extracted).getroot().iter("context")  # noqa: S314 - our own file
    found = {
        (context.findtext("name"), message.findtext("source"), message.findtext("comment"))
        for context in contexts
        for message in context.iter("message")
    }
    # One more than the classes hold: the name of the language itself.
    assert len(found) == _words_written() + 1


def test_a_translated_sentence_is_said_in_its_language(extracted: Path, tmp_path: Path, qapp: QCoreApplication) -> None:
    tree = ElementTree.parse(extracted)  # noqa: S314 - our own file
    german = {
        "Scan the square code on the {kind}": "Quadratischen Code scannen: {kind}",
        "bag": "Beutel",
        "en": "de",
    }
    for message in tree.getroot().iter("message"):
        translation = message.find("translation")
        if message.findtext("source") in german and translation is not None:
            translation.text = german[message.findtext("source") or ""]
            translation.attrib.pop("type", None)
    source = tmp_path / "words.ts"
    tree.write(source, encoding="utf-8")
    subprocess.run(
        [_tool("pyside6-lrelease"), str(source), "-qm", str(tmp_path / "words.qm")],
        check=True,
        capture_output=True,
        timeout=60,
    )
    translator = QTranslator()
    assert translator.load(str(tmp_path / "words.qm"))
    asked = Say("scan.unit", {"kind": "bag"})
    assert worded(asked) == "Scan the square code on the bag"
    qapp.installTranslator(translator)
    try:
        assert worded(asked) == "Quadratischen Code scannen: Beutel"
    finally:
        qapp.removeTranslator(translator)
    assert worded(asked) == "Scan the square code on the bag"
