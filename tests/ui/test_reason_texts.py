"""Every way the program says no: what it is, why in one sentence, and one thing to do next."""

from __future__ import annotations

import re

import pytest

from coordinator_app.domain.refusal import NEVER_COVERED, Refusal
from coordinator_app.domain.screens import Say
from coordinator_app.ui.reason_texts import reason_text
from coordinator_app.ui.wording import worded

DOING = {
    "Account", "Add", "Ask", "Begin", "Choose", "Compare", "Connect", "Export", "Fetch", "Fill", "Find", "Finish", "Follow", "Go",
    "Have", "Keep", "Look", "Open", "Put", "Read", "Record", "Ring", "Scan", "Take", "Type", "Wait",
}  # fmt: skip
"""The verbs with which a next step begins."""
INSIDE_A_CHECK = (
    Refusal.STATED_DIFFERS, Refusal.STALE_SCAN, Refusal.PROXY_SUSPECTED, Refusal.NOT_WHAT_WAS_ASKED, Refusal.PART_MISSING,
    Refusal.WRISTBAND_VOID, Refusal.CODE_NOT_RECOGNISED, Refusal.SCAN_FROM_ANOTHER_PROCEDURE,
    Refusal.SCANNER_NOT_CALIBRATED, Refusal.SAME_PERSON_TWICE, Refusal.ARMS_DISAGREE,
)  # fmt: skip
PHONES = {"pharmacy": "4411", "physician": "4400"}


def _sentences(text: str) -> int:
    return len(re.findall(r"[.?](?:\s|$)", text))


@pytest.mark.parametrize("reason", list(Refusal), ids=lambda reason: reason.value)
def test_every_refusal_says_what_why_and_what_next(reason: Refusal) -> None:
    said = reason_text(reason)
    assert said.title
    assert not said.title.endswith(".")
    assert _sentences(said.sentence) == 1
    assert said.sentence.endswith(".")
    assert _sentences(said.next_step) == 1
    assert said.next_step.endswith(".")
    assert said.next_step.split()[0].strip(",.") in DOING, said.next_step
    for text in (said.title, said.sentence, said.next_step):
        assert len(text) <= 110, text
        assert not re.search(r"[{}\[\]]|  | [.,:]", text), text


def test_no_two_refusals_say_the_same_sentence() -> None:
    said = [reason_text(reason).sentence for reason in Refusal]
    assert len(set(said)) == len(said)


def test_the_windows_say_the_same_as_the_reason_texts() -> None:
    for reason in Refusal:
        said = reason_text(reason, PHONES)
        assert worded(Say(f"refused.title.{reason.value}", PHONES)) == said.title
        assert worded(Say(f"refusal.{reason.value}", PHONES)) == said.sentence
        assert worded(Say(f"next.{reason.value}", PHONES)) == said.next_step


def test_a_mismatch_is_never_an_order_to_the_ward() -> None:
    for reason in NEVER_COVERED - {Refusal.SAME_PERSON_TWICE}:
        assert reason_text(reason).sentence.startswith("The program cannot confirm")


def test_a_number_to_ring_is_named_when_the_site_has_one() -> None:
    assert reason_text(Refusal.WRONG_UNIT, PHONES | {"kind": "bag"}).next_step == (
        "Put this bag in quarantine and ring the pharmacy, 4411."
    )
    assert reason_text(Refusal.WRONG_UNIT, {"kind": "bag"}).next_step == (
        "Put this bag in quarantine and ring the pharmacy."
    )
    assert reason_text(Refusal.CLOCK_OVERDUE, PHONES).next_step == (
        "Ring the physician, 4400, who decides with the pharmacist."
    )


def test_what_a_refusal_is_about_is_named_in_plain_words() -> None:
    about = {"about": "previous.administration_completed", "source": "section 2.2"}
    assert reason_text(Refusal.GATE_CLOSED, about).sentence == (
        "This step cannot begin yet: the trial asks for the end of the infusion of the one before (section 2.2)."
    )
    assert reason_text(Refusal.NOT_ALLOWED, {"about": "nurse, physician"}).sentence == (
        "Your role does not cover this; it needs: Nurse, Physician."
    )
    assert reason_text(Refusal.EARLIER_STEP_MISSING, {"about": "review-logger, accept"}).sentence == (
        "This step must wait for an earlier one: Temperature record, Acceptance."
    )
    assert reason_text(Refusal.QUARANTINED, {"about": "bag_damaged"}).sentence == (
        "The program cannot confirm a product in quarantine: The product is damaged."
    )


def test_a_clock_tells_its_own_sentence_once() -> None:
    why = "Infusion must be complete: the time ended at 14:32 CET on 25-Nov-2025, within 1 h of the end of thaw (2.2)."
    said = reason_text(Refusal.CLOCK_OVERDUE, {"about": why, "source": "2.2"}).sentence
    assert said == f"The program cannot confirm this step in time. {why}"


@pytest.mark.parametrize("reason", INSIDE_A_CHECK, ids=lambda reason: reason.value)
def test_inside_a_check_nothing_tells_what_was_expected(reason: Refusal) -> None:
    secrets = {"expected": "A999926123456", "read": "A999926128453", "family": "HARGREAVES", "born": "1961-07-14"}
    said = reason_text(reason, secrets)
    for secret in (*secrets.values(), "14-Jul-1961"):
        assert secret not in said.title + said.sentence + said.next_step
