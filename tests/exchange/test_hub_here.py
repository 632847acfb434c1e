"""The hub of a site on one of its workstations: it runs beside the program, and its office is the panel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from exchange.test_joining_on_screen import is_page, own_words, state
from exchange.two_programs import SITE, RunningProgram

from coordinator_app.demo.site import build_demo, demo_listing

Started = tuple[RunningProgram, RunningProgram, dict[str, Any], Path]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """A founded site on a ward whose workstation is set to run the hub, and a new computer."""
    build_demo(tmp_path / "ward", site=SITE)
    (tmp_path / "new").mkdir()
    hub = tmp_path / "hub"
    ward, new = RunningProgram(tmp_path / "ward", hub), RunningProgram(tmp_path / "new")
    try:
        yield ward, new, demo_listing(tmp_path / "ward"), hub
    finally:
        assert [program.leave() for program in (ward, new)] == [0, 0]


def test_a_site_has_its_hub_on_a_workstation_and_takes_in_another_one_without_a_command(started: Started) -> None:
    ward, new, listing, _ = started
    person = listing["people"]["administrator_a"]
    ward.signs_in(person)
    ward.does("open", what="exchange")
    serves = ward.waits_for(lambda told: told.get("hub_here") == "exchange.hub_serves")
    ward.does("press", action="join_own_hub")
    ward.waits_for(is_page("SignInPage"))
    ward.does("pin", pin=person["pin"])
    ward.waits_for(state("sent"))
    ward.does("press", action="invite_workstation")
    invites = ward.waits_for(lambda told: told.get("hub_here") == "exchange.hub_invites" and told["hub_told"]["code"])
    new.waits_for(lambda told: "join_site" in told.get("actions", ()))
    new.does("press", action="join_site")
    new.waits_for(lambda told: told.get("page") == "FormPage" and "join_site" not in told["actions"])
    values = {"address": serves["hub_told"]["where"], "code": invites["hub_told"]["code"]}
    new.does("fill", values={**values, "words": " ".join(own_words(ward))})
    words = new.waits_for(state("waiting_hub"))["words"]
    ward.does("open", what="exchange")
    ward.waits_for(lambda told: any(say == "exchange.asks_words" for _, say in told.get("stations", ())))
    ward.does("press", action="admit_workstation")
    ward.waits_for(is_page("FormPage"))
    ward.does("fill", values={"words": " ".join(words), "place": "Pharmacy"})
    ward.waits_for(is_page("SignInPage"))
    ward.does("pin", pin=person["pin"])
    new.waits_for(lambda told: told.get("page") == "SignInPage" and told.get("place") == "Pharmacy")
    new.waits_for(state("sent"))


def test_the_hub_ends_with_the_program(started: Started) -> None:
    ward, _, listing, hub = started
    ward.signs_in(listing["people"]["administrator_a"])
    ward.does("open", what="exchange")
    url = ward.waits_for(lambda told: told.get("hub_here") == "exchange.hub_serves")["hub_told"]["where"]
    assert json.loads((hub / "serving.json").read_text())["url"] == url
    assert httpx.get(f"{url}/healthz").status_code == 200
    assert ward.leave() == 0
    assert not (hub / "serving.json").exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/healthz")


def test_a_hub_that_cannot_run_is_told_with_the_reason(started: Started, tmp_path: Path) -> None:
    ward, _, listing, hub = started
    ward.signs_in(listing["people"]["administrator_a"])
    ward.does("open", what="exchange")
    ward.waits_for(lambda told: told.get("hub_here") == "exchange.hub_serves")
    build_demo(tmp_path / "copy", site=SITE)
    second = RunningProgram(tmp_path / "copy", hub)  # the same folder: one process at a time uses its books
    try:
        second.signs_in(demo_listing(tmp_path / "copy")["people"]["administrator_a"])
        second.does("open", what="exchange")
        stopped = second.waits_for(
            lambda told: told.get("hub_here") == "exchange.hub_stopped" and told["hub_told"]["why"]
        )
        assert "hub" in stopped["hub_told"]["why"].lower()
    finally:
        assert second.leave() == 0
