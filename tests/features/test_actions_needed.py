"""Doing the right thing is the fastest thing to do: what a clean blind bedside check costs two people."""

from __future__ import annotations

from demonstration_by_hand import Demonstration

from coordinator_app.domain.inputs import Input, PinTyped, Scanned, Stated, Submitted
from coordinator_app.domain.screens import VerdictPage

MOST_ACTIONS = 14
"""One scan or one filled field is one action."""


def actions_in(received: Input) -> int:
    """Count what a person does for one input: each scan, each field."""
    if isinstance(received, Stated):
        return 2
    if isinstance(received, Submitted):
        return len(received.values)
    return 1


def test_a_clean_blind_bedside_check_with_two_people_takes_at_most_fourteen_actions(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_out()
    p1, bag = site.patient("p1"), site.code("u1").encode()
    first, second = site.people["nurse_a"], site.people["nurse_b"]
    wristband, said = Scanned(p1["wristband"].encode()), Stated(p1["family"], p1["born"])
    done: list[Input] = [
        Scanned(first["badge"].encode()), PinTyped(first["pin"]), Scanned(bag), wristband, said, Scanned(bag),
        Scanned(second["badge"].encode()), PinTyped(second["pin"]), wristband, said, Scanned(bag),
    ]  # fmt: skip
    for received in done:
        site.does(received)
    assert isinstance(site.answer.page, VerdictPage)
    assert site.answer.page.kind == "accepted"
    assert len(site.events("IdentityConfirmed")) > 0
    taken = sum(actions_in(each) for each in done)
    assert taken <= MOST_ACTIONS, f"{taken} actions"
    assert taken == 13
