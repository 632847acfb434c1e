"""A new workstation becomes one of the site with every program open: asked on its screen, admitted on another's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from exchange.two_programs import SITE, RunningProgram
from hub.serving_hub import ServingHub

from coordinator_app.demo.site import build_demo, demo_listing
from coordinator_app.domain.spoken_words import digits_of

Started = tuple[RunningProgram, RunningProgram, dict[str, Any], ServingHub]


def is_page(name: str) -> Any:
    return lambda told: told.get("page") == name


def state(word: str) -> Any:
    return lambda told: told.get("exchange") == word


@pytest.fixture
def started(hub: ServingHub, tmp_path: Path) -> Iterator[Started]:
    """A founded site on a ward, and a computer on which the program was started for the first time."""
    build_demo(tmp_path / "ward", site=SITE)
    (tmp_path / "new").mkdir()
    ward, new = RunningProgram(tmp_path / "ward"), RunningProgram(tmp_path / "new")
    try:
        yield ward, new, demo_listing(tmp_path / "ward"), hub
    finally:
        assert [program.leave() for program in (ward, new)] == [0, 0]


def joins_hub(ward: RunningProgram, hub: ServingHub, person: dict[str, str]) -> str:
    """Let the administrator join the ward to the hub; returns the code that invites, for the next one."""
    code: str = hub.office("invite", "--site", SITE)["code"]
    ward.signs_in(person)
    ward.does("open", what="exchange")
    ward.waits_for(state("alone"))
    ward.does("press", action="join_hub")
    ward.waits_for(is_page("FormPage"))
    ward.does("fill", values={"address": hub.url, "code": code})
    ward.waits_for(is_page("SignInPage"))
    ward.does("pin", pin=person["pin"])
    waiting = ward.waits_for(lambda told: told.get("exchange") == "waiting_hub" and told.get("page") == "ExchangePage")
    hub.office("approve", digits_of(" ".join(waiting["words"])) or "")
    ward.waits_for(state("sent"))
    return code


def asks_to_join(new: RunningProgram, hub: ServingHub, code: str, named: list[str]) -> list[str]:
    """Let the new computer ask; returns its words once the hub's office has admitted it."""
    new.waits_for(lambda told: "join_site" in told.get("actions", ()))
    new.does("press", action="join_site")
    new.waits_for(lambda told: told.get("page") == "FormPage" and "join_site" not in told["actions"])
    new.does("fill", values={"address": hub.url, "code": code, "words": " ".join(named)})
    waiting = new.waits_for(state("waiting_hub"))
    assert "give_up_joining" in waiting["actions"]
    hub.office("approve", " ".join(waiting["words"]))  # as they were read aloud
    let_in = new.waits_for(state("joining"))
    assert "give_up_joining" not in let_in["actions"], "there is nothing left to take back"
    words: list[str] = let_in["words"]
    return words


def own_words(ward: RunningProgram) -> list[str]:
    ward.does("open", what="exchange:code")
    words: list[str] = ward.waits_for(lambda told: bool(told.get("words")))["words"]
    return words


def test_a_new_workstation_is_admitted_by_its_words_and_takes_in_the_record_before_it_may_release(
    started: Started,
) -> None:
    ward, new, listing, hub = started
    person = listing["people"]["administrator_a"]
    code = joins_hub(ward, hub, person)
    words = asks_to_join(new, hub, code, own_words(ward))
    ward.does("open", what="exchange")
    ward.waits_for(lambda told: any(say == "exchange.asks_words" for _, say in told.get("stations", ())))
    ward.does("press", action="admit_workstation")
    ward.waits_for(is_page("FormPage"))
    ward.does("fill", values={"words": " ".join(words), "place": "Pharmacy"})
    ward.waits_for(is_page("SignInPage"))
    ward.does("pin", pin=person["pin"])
    ward.waits_for(lambda told: any("Pharmacy" in place for place, _ in told.get("stations", ())))
    # It can be signed in there as soon as people are known, while the record still comes in or is being checked.
    new.waits_for(lambda told: told.get("page") == "SignInPage" and told.get("place") == "Pharmacy")
    new.signs_in(listing["people"]["pharmacist_a"])
    new.waits_for(
        lambda told: (
            told.get("exchange") == "sent" and not any(said.startswith("exchange.") for said in told["notices"])
        )
    )


def test_another_workstation_than_the_one_with_these_words_is_not_admitted(started: Started) -> None:
    ward, new, listing, hub = started
    person = listing["people"]["administrator_a"]
    code = joins_hub(ward, hub, person)
    words = asks_to_join(new, hub, code, own_words(ward))
    ward.does("open", what="exchange")
    ward.waits_for(lambda told: any(say == "exchange.asks_words" for _, say in told.get("stations", ())))
    ward.does("press", action="admit_workstation")
    ward.waits_for(is_page("FormPage"))
    other = ["acid" if words[0] != "acid" else "acorn", *words[1:]]
    ward.does("fill", values={"words": " ".join(other), "place": "Pharmacy"})
    said = ward.waits_for(lambda told: told.get("verdict") == "refused")
    assert said["message"] == "join.nobody_asks"


def test_a_code_that_does_not_invite_is_told_in_plain_words_and_the_site_stays_as_it_was(started: Started) -> None:
    ward, _, listing, hub = started
    hub.office("invite", "--site", SITE)
    person = listing["people"]["administrator_a"]
    ward.signs_in(person)
    ward.does("open", what="exchange")
    ward.does("press", action="join_hub")
    ward.waits_for(is_page("FormPage"))
    ward.does("fill", values={"address": hub.url, "code": "AAAA-BBBB-CCCC"})
    ward.waits_for(is_page("SignInPage"))
    ward.does("pin", pin=person["pin"])
    refused = ward.waits_for(lambda told: told.get("exchange") == "refused" and told.get("page") == "ExchangePage")
    assert "This code is not one that invites" in refused["trouble"]
    assert "join_hub" in refused["actions"]
