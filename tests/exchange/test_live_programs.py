"""Two programs that people have open, and their hub: what one records the other shows, alarms and answers too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from exchange.two_programs import PHARMACY, SITE, RunningProgram, joined_site
from exchange_author import Author
from hub.serving_hub import ServingHub

from coordinator_app.exchange.protocol import Announce, Stream, written

TwoPrograms = tuple[RunningProgram, RunningProgram, dict[str, Any]]


@pytest.fixture
def two(hub: ServingHub, tmp_path: Path) -> Iterator[TwoPrograms]:
    listing = joined_site(tmp_path, hub)
    ward, pharmacy = RunningProgram(tmp_path / "ward"), RunningProgram(tmp_path / "pharmacy")
    try:
        for program, name in ((ward, "nurse_a"), (pharmacy, "administrator_a")):
            program.waits_for(lambda told: told.get("exchange") == "sent")
            program.signs_in(listing["people"][name])
        yield ward, pharmacy, listing
    finally:
        assert [program.leave() for program in (ward, pharmacy)] == [0, 0]


def test_an_alarm_raised_on_the_ward_shows_in_the_pharmacy_and_is_answered_there(two: TwoPrograms) -> None:
    ward, pharmacy, _ = two
    ward.does("backup", why="the stick is full")
    [alarm] = pharmacy.waits_for(lambda told: bool(told.get("alarms")))["alarms"]
    pharmacy.does("press", action=f"answer:{alarm}")
    pharmacy.waits_for(lambda told: told.get("page") == "FormPage")
    pharmacy.does("fill", values={"comment": "another stick is on its way"})
    by = ward.waits_for(lambda told: bool(told.get("alarms", {}).get(alarm)))["alarms"][alarm]
    assert by
    ward.does("backup")
    pharmacy.waits_for(lambda told: told.get("alarms") == {})


def test_what_the_ward_reports_stands_on_the_list_that_is_open_in_the_pharmacy(two: TwoPrograms) -> None:
    ward, pharmacy, listing = two
    pharmacy.does("open", what="deviations")
    ward.does("open", what=listing["cases"]["c1"]["id"])
    ward.does("press", action="report_deviation")
    ward.waits_for(lambda told: told.get("page") == "FormPage")
    ward.does("fill", values={"kind": "other", "what": "dropped in the corridor", "immediate": "looked at it"})
    pharmacy.waits_for(lambda told: any("dropped in the corridor" in cell for cell in told.get("cells", ())))


def test_the_panel_counts_what_came_and_names_every_workstation(two: TwoPrograms) -> None:
    ward, pharmacy, _ = two
    pharmacy.does("open", what="exchange")
    shown = pharmacy.waits_for(lambda told: told.get("page") == "ExchangePage")
    received, *parts = shown["received"]
    assert received == sum(parts) > 100
    assert shown["stations"][0] == ["Pharmacy", "exchange.this"]
    assert ["Ward 4B · cart 2", "exchange.complete"] in [
        [place.replace("\xa0", " "), say] for place, say in shown["stations"]
    ]
    ward.does("backup", why="the stick is full")
    pharmacy.waits_for(lambda told: told.get("received", [0])[0] > received)


def test_the_panel_says_since_when_the_hub_is_away_why_and_what_waits_and_that_it_is_over(
    two: TwoPrograms, hub: ServingHub
) -> None:
    ward, _, _ = two
    port = hub.url.rpartition(":")[2]
    ward.does("open", what="exchange")
    hub.kill()
    ward.does("backup", why="the stick is full")
    away = ward.waits_for(lambda told: told.get("exchange") == "offline" and told.get("waiting", 0) > 0)
    assert away["meaning"] == "exchange.means.offline"
    assert "tried again" in away["trouble"]
    again = ServingHub(hub.folder, "--port", port)
    try:
        back = ward.waits_for(lambda told: told.get("exchange") == "sent" and told.get("waiting") == 0)
        assert "over since" in back["trouble"]
    finally:
        ward.leave()
        assert again.stop() == 0


def test_a_gap_is_told_by_workstation_and_number_and_closes_by_itself(two: TwoPrograms, hub: ServingHub) -> None:
    """Somebody saw seven more events of the pharmacy than the hub has: nobody at the ward may take its record for whole."""
    ward, pharmacy, _ = two
    ward.does("open", what="exchange")
    ward.waits_for(lambda told: ["Pharmacy", "exchange.complete"] in told.get("stations", ()))
    third = Author("gap")
    hub.admits(third, hub.office("invite", "--site", SITE)["code"])
    heads = json.loads(hub.ask(third, "GET", "/v1/heads").content)
    epoch, last = max(
        ((epoch, each["known"]["next"]) for epoch, each in heads["epochs"].items() if each["device"] == PHARMACY),
        key=lambda each: each[1],
    )
    told = Announce({epoch: Stream(last + 7, "0" * 64)})
    assert hub.ask(third, "PUT", "/v1/heads", written(told)).status_code == 200
    lacking = ward.waits_for(lambda told: ["Pharmacy", "exchange.lacking"] in told.get("stations", ()))
    assert lacking["stations"][1] == ["Pharmacy", "exchange.lacking"], "what is missing stands first"
    for _ in range(4):
        pharmacy.does("backup", why="the stick is full")
        pharmacy.does("backup")
    ward.waits_for(lambda told: ["Pharmacy", "exchange.complete"] in told.get("stations", ()))
