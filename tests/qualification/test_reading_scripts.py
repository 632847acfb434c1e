"""What a script may say: liberal in the order of its keys, strict in its words; every fault names step, key, remedy."""

from __future__ import annotations

import pytest

from coordinator_app.qualification.placeholders import LabelNotDrafted, PlaceholderFaulty, fill
from coordinator_app.qualification.script import Script, read_script
from coordinator_app.qualification.values import step_of

LISTING = {
    "people": {"nurse_a": {"badge": "]d28017B", "pin": "161803"}},
    "units": {"u1": {"code": "]d201KIT\x1d10LOT"}},
}
HEAD = 'title = "t"\nrisk = "low"\nrequirement = ["R1"]\nstart = "demo"\n'


def faults_of(steps: str, head: str = HEAD, clocks: tuple[str, ...] = ("thaw-to-end",)) -> list[str]:
    read = read_script("walk.toml", (head + steps).encode(), LISTING, clocks)
    return [] if isinstance(read, Script) else [str(fault) for fault in read]


def script_of(steps: str, head: str = HEAD) -> Script:
    read = read_script("walk.toml", (head + steps).encode(), LISTING)
    assert isinstance(read, Script), [str(fault) for fault in read]
    return read


def test_the_order_of_keys_does_not_matter() -> None:
    script = script_of(
        '[[step]]\nexpect = { reason = "WRONG_PATIENT", verdict = "refused" }\ntext = "x"\ndo = "scan"\n'
    )
    assert script.steps[0].do == "scan"
    assert script.steps[0].expect is not None
    assert str(script.steps[0].expect) == "verdict refused, reason WRONG_PATIENT"


def test_a_placeholder_is_filled_with_the_code_as_a_scanner_sends_it() -> None:
    assert fill("{units.u1.code}", LISTING).text() == "]d201KIT\x1d10LOT"


def test_two_braces_are_one_brace_and_a_closing_one_stands_for_itself() -> None:
    assert fill("{{a} }} {units.u1.code}", LISTING).text() == "{a} }} ]d201KIT\x1d10LOT"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{people.nurse_b.badge}", "'nurse_b' is not known; write 'nurse_a'"),
        ("{people.nurse_a}", "is a group; go on with one of badge, pin"),
        ("{people.nurse_a.badge.more}", "'more' is not known"),
        ("{units.u1.code", "has a brace that is not closed"),
        ("{}", "'' is not known"),
    ],
)
def test_a_placeholder_that_leads_nowhere_is_refused_with_the_remedy(text: str, said: str) -> None:
    with pytest.raises(PlaceholderFaulty, match=said):
        fill(text, LISTING)


def test_the_second_label_of_a_script_is_known_once_it_was_drafted() -> None:
    filled = fill("{labels.2}", LISTING)
    assert filled.known is None
    assert filled.text(["]d1111", "]d1222"]) == "]d1222"
    with pytest.raises(LabelNotDrafted, match="label 2 was not drafted; the script has drafted 1 so far"):
        filled.text(["]d1111"])


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ('[[step]]\ndo = "scna"\ntext = "x"', "step 1, do is 'scna', which cannot be done; write 'scan'."),
        ('[[step]]\ntext = "x"', "step 1, do is missing;"),
        ('[[step]]\ndo = "scan"', "step 1, text is missing; give one of text, hex."),
        ('[[step]]\ndo = "scan"\ntext = "x"\nhex = "00"', "step 1, text stands beside hex;"),
        ('[[step]]\ndo = "scan"\nhex = "0"', "step 1, hex must be pairs of hexadecimal digits;"),
        ('[[step]]\ndo = "scan"\ntext = "x"\nscaner = "s"', "step 1, scaner is no field of 'scan'; write 'scanner'."),
        ('[[step]]\ndo = "scan"\ntext = 5', "step 1, text must be a text; write it in quotes."),
        ('[[step]]\ndo = "sign_in"\nbadge = "b"', "step 1, pin is missing; 'sign_in' needs it."),
        ('[[step]]\ndo = "sign_in"\nbadge = "b"\npin = 161803', "step 1, pin must be a text;"),
        ('[[step]]\ndo = "begin"\ncase = "c"', "step 1, step is missing;"),
        ('[[step]]\ndo = "state"\nfamily = "x"\nborn = "14-Jul-1961"', "step 1, born is '14-Jul-1961', which is not a day"),
        ('[[step]]\ndo = "press"\naction = "start_infusoin"', "step 1, action is 'start_infusoin', which is no action;"),
        ('[[step]]\ndo = "wait"\nfor = "90 minutes"', "step 1, for is '90 minutes', which is not a duration;"),
        ('[[step]]\ndo = "wait"\nfor = "-5min"', "step 1, for is '-5min', which is not a duration;"),
        ('[[step]]\ndo = "set_clock"\nby = "soon"', "step 1, by is 'soon', which is not a step of the clock;"),
        ('[[step]]\ndo = "lock"\nexpect = { verdict = "no" }', "step 1, expect.verdict is 'no', which is not known;"),
        ('[[step]]\ndo = "lock"\nexpect = { reason = "WRONG" }', "step 1, expect.reason is 'WRONG', which is not known;"),
        ('[[step]]\ndo = "lock"\nexpect = { event = "BagEaten" }', "step 1, expect.event is 'BagEaten',"),
        ('[[step]]\ndo = "lock"\nexpect = { screen = "moon" }', "step 1, expect.screen is 'moon',"),
        ('[[step]]\ndo = "lock"\nexpect = { count = 1 }', "step 1, expect.event is missing; 'count' needs it."),
        ('[[step]]\ndo = "lock"\nexpect = { event = "BagStored", count = -1 }', "step 1, expect.count must be a whole"),
        ('[[step]]\ndo = "lock"\nexpect = { state = "met" }', "step 1, expect.clock is missing; 'state' needs it."),
        ('[[step]]\ndo = "lock"\nexpect = { clock = "thaw", state = "met" }', "expect.clock is 'thaw', which is not known; write one of thaw-to-end."),
        ('[[step]]\ndo = "lock"\nexpect = { clock = "thaw-to-end", state = "met", scope = { box = 1 } }', "expect.scope.box is not known;"),
        ('[[step]]\ndo = "lock"\nexpect = { colour = "red" }', "step 1, expect.colour cannot be expected;"),
        ('[[step]]\ndo = "expect"', "step 1, expect expects nothing;"),
        ('[[step]]\ndo = "lock"\n[[step]]\ndo = "scan"\ntext = "{units.u2.code}"', "step 2, text names {units.u2.code}, where 'u2' is not known; write one of u1."),
        ("", "step must be a list with at least one step;"),
        ('[step]\ndo = "lock"', "step must be a list with at least one step;"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_script_step_key_and_remedy(steps: str, said: str) -> None:
    faults = faults_of(steps)
    assert any(fault.startswith("walk.toml: ") and said in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('titel = "t"\n', "titel is not a part of a script; write 'title'."),
        ('risk = "huge"\n', "risk is 'huge', which is not known;"),
        ('start = "full"\n', "start is 'full', which is not known;"),
        ("requirement = [1]\n", "requirement must be a list of texts;"),
        ("title = \n", "the text cannot be read:"),
    ],
)
def test_what_is_wrong_in_the_head_is_named(head: str, said: str) -> None:
    assert any(said in fault for fault in faults_of('[[step]]\ndo = "lock"', head)), faults_of("", head)


def test_every_fault_of_a_script_is_named_at_once() -> None:
    assert len(faults_of('[[step]]\ndo = "scna"\n[[step]]\ndo = "wait"\nfor = "x"\n')) == 2


def test_an_expectation_may_stand_alone_in_either_form() -> None:
    steps = '[[step]]\ndo = "expect"\nevent = "BagStored"\ncount = 0\n[[step]]\nexpect = { screen = "today" }\n'
    first, second = script_of(steps).steps
    assert first.expect is not None
    assert first.expect.count == 0
    assert second.do == "expect"


def test_the_profiles_word_of_an_event_is_understood_too() -> None:
    assert faults_of('[[step]]\ndo = "expect"\nevent = "administration_started"\n') == []


def test_a_pin_is_not_written_into_the_report() -> None:
    step = script_of('[[step]]\ndo = "sign_in"\nbadge = "{people.nurse_a.badge}"\npin = "161803"\n').steps[0]
    assert "161803" not in step.shown


def test_the_wall_clock_can_be_set_back() -> None:
    forward, back = step_of("2h"), step_of("-2h 30min")
    assert forward is not None
    assert back is not None
    assert forward.total_seconds() == 7200
    assert back.total_seconds() == -9000
