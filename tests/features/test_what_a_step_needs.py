"""What a trial wants scanned at a step is scanned there, whatever the step's procedure would ask for by itself."""

from __future__ import annotations

import secrets
from pathlib import Path

from any_trial import AnyTrial
from test_every_product import comes_in, goes_to_the_bed, units_of

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.resource_files import resource_path


def a_changed_trial(folder: Path, *changes: tuple[str, str]) -> AnyTrial:
    """Found a site whose trial differs from the example by these changes to its text."""
    text = (resource_path("profiles") / "auto-til.toml").read_text(encoding="utf-8")
    for was, is_now in changes:
        assert text.count(was) == 1, was
        text = text.replace(was, is_now)
    file = folder / "changed.toml"
    file.write_text(text, encoding="utf-8")
    site = AnyTrial.of(folder / "site", secrets.randbits(32), "auto-til", file)
    site.enrols_for("c1", {"coi": site.draw.coi(), "lot": "LOT-ABC123"})
    site.does_step("collect", "c1")
    site.states("c1", "conditioning.planned", "consent.current", "site.ready", "backup.exists")
    return site


def bag_for_a_conditioned_patient(site: AnyTrial) -> str:
    (bag,) = comes_in(site, "c1", units_of("bag", "product"))
    site.states("c1", "conditioning_started")
    site.waits(days=7)
    return bag


def test_a_courier_that_a_trial_wants_scanned_at_the_bedside_is_scanned_and_in_the_record(tmp_path: Path) -> None:
    site = a_changed_trial(tmp_path, ('needs = ["wristband", "unit"]', 'needs = ["wristband", "unit", "courier"]'))
    bag = bag_for_a_conditioned_patient(site)
    goes_to_the_bed(site, "c1", bag, upto="")
    site.goes_as_far_as("scan.courier", "bedside", "c1", bag)
    with site.nothing_moves():
        assert site.tries_scan(site.patient("p1")["wristband"]).reason is Refusal.NOT_WHAT_WAS_ASKED
    site.does_step("bedside", "c1", bag)
    read = [each for each in site.events("ThingScanned") if getattr(each.body, "object", "") == "courier"]
    assert [(each.body.step, bool(each.evidence)) for each in read if isinstance(each.body, e.ThingScanned)] == [
        ("bedside", True)
    ]
    assert site.unit(site.id("c1"), 1).has("AdministrationCompleted")
    site.confirms_nothing_wrong()


def test_a_cassette_is_read_before_it_is_opened_even_where_the_thaw_names_the_bag_alone(tmp_path: Path) -> None:
    site = a_changed_trial(
        tmp_path,
        ('procedure = "thaw"\ncheck = "single"', 'procedure = "thaw"\ncheck = "none"'),
        ('needs = ["cassette", "unit"]', 'needs = ["unit"]'),
    )
    bag = bag_for_a_conditioned_patient(site)
    site.does_step("retrieve", "c1", bag)
    site.goes_as_far_as("scan.cassette", "thaw", "c1", bag)
    site.does_step("thaw", "c1", bag)
    assert site.unit(site.id("c1"), 1).has("ThawCompleted")
