"""Facts of two workstations that cannot both be so, found and held back at a third that had no part in them.

Three real records and a real hub: a ward, a pharmacy and a laboratory of the demonstration site.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hub.serving_hub import ServingHub

sys.path.insert(0, str(Path(__file__).parents[1] / "procedures"))
from demonstration_by_hand import Demonstration, built
from site_by_hand import refused, same_clock

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Say
from coordinator_app.exchange.client import HubAddress
from coordinator_app.procedures import contradictions, contradictions_between
from coordinator_app.procedures.exchange_rounds import Rounds, ask_admission
from coordinator_app.procedures.workplace import new_id
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import Moment
from coordinator_app.store.site_key import fingerprint, hand_over, offer, take_over
from coordinator_app.store.store import Store
from coordinator_app.ui.reason_texts import reason_text
from coordinator_app.ui.wording import worded

__all__ = ["built"]


class Three:
    """A ward, a pharmacy and a laboratory of one site, which meet at a hub whenever they are told to."""

    def __init__(self, folder: Path, built: tuple[Path, Moment], hub: ServingHub) -> None:
        shutil.copytree(built[0], folder / "ward")
        self.hub, self.address, self.clock = hub, HubAddress(hub.url), same_clock(built[1])
        self.ward = Demonstration(folder / "ward", self.clock)
        self.ward.waits(minutes=1)
        self.code = hub.office("invite", "--site", self.ward.bench.work.store.site)["code"]
        self._joins(self.ward.bench.work.store)
        self.pharmacy = self._begins(folder / "pharmacy", "Pharmacy")
        self.laboratory = self._begins(folder / "laboratory", "Laboratory 2")
        self.all = (self.ward, self.pharmacy, self.laboratory)
        self.exchange()

    def _joins(self, store: Store) -> None:
        Rounds(store).join(self.address, ask_admission(self.address, self.code, store.workstation, store.public_key))
        self.hub.office("approve", fingerprint(store.public_key))

    def _begins(self, folder: Path, place: str) -> Demonstration:
        first = self.ward.bench.work.store
        folder.mkdir()
        store = Store.create(
            folder, keys=FileKeys(folder, ""), clock=self.clock, workstation=new_id("workstation"), site=first.site,
            program="0.1.0",
        )  # fmt: skip
        self._joins(store)
        take_over(store, hand_over(first, offer(store), store.public_key), first.public_key,
                  first.patient_keys.wrapped())  # fmt: skip
        body = e.WorkstationAdmitted(workstation=store.workstation, place=place, public_key=store.public_key.hex())
        self.ward.bench.work.record(body, subject=store.workstation)
        self.ward.bench.work.commit()
        for each in (first, store):
            Rounds(each).once()
        store.close()
        return Demonstration(folder, self.clock, self.ward.listing)

    def exchange(self) -> None:
        """Let all of them meet at the hub twice, then look at what came."""
        for _ in range(2):
            for each in self.all:
                work = each.bench.work
                rounds = Rounds(work.store)
                rounds.record.arrivals.before_commit = work.came
                rounds.once()
                assert rounds.record.arrivals.counted().adds_up
                each.bench.lookout.look(None)
                work.commit()
                work.heard_from_hub = lambda: self.clock.moment().at

    def kinds(self, at: Demonstration, case: str) -> set[str]:
        return set(at.case(at.id(case)).discrepancies.values())

    def closes(self) -> None:
        for each in self.all:
            each.closes()


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory, built: tuple[Path, Moment]) -> Iterator[Three]:
    folder = tmp_path_factory.mktemp("three")
    hub = ServingHub(folder / "hub")
    made = Three(folder, built, hub)
    yield made
    made.closes()
    assert hub.stop() == 0


def _moves(at: Demonstration, body: e.ProductMoved) -> str:
    """Record a movement and the check it rests on, as the procedures do; returns its id."""
    work = at.bench.work
    at.clock.advance(timedelta(seconds=2))
    check = e.IdentityConfirmed(case=body.case, check=new_id("check"), step=body.step, people=(), unit=body.unit)
    confirmed = work.record(check, subject=body.unit)
    moved = work.record(body, subject=body.unit, refs=(confirmed.id,))
    work.commit()
    return moved.id


def _records(at: Demonstration, body: object, subject: str) -> str:
    at.clock.advance(timedelta(seconds=2))
    recorded = at.bench.work.record(body, subject=subject)  # type: ignore[arg-type]
    at.bench.work.commit()
    return recorded.id


def _held_back_at_the_laboratory(three: Three, case: str, kind: str) -> None:
    for at in three.all:
        assert kind in three.kinds(at, case), at.answer.frame.place
    here = three.laboratory
    here.signs_in("cell_laboratory_a")
    with here.nothing_moves():
        refused(here.tries_to_begin("retrieve", here.id(case)), Refusal.DISCREPANCY_OPEN)
    here.presses("go_on")


def _resolved_at_the_pharmacy(three: Three, case: str) -> None:
    at = three.pharmacy
    at.signs_in("coordinator_a")
    at.opens(at.id(case))
    at.presses("resolve")
    settles = {"settles": "everything"} if len(at.case(at.id(case)).discrepancies) > 1 else {}
    at.fills_in(resolution="looked at the bag and at both records", **settles)
    at.signs()
    three.exchange()


def _named(three: Three) -> set[str]:
    return set(three.laboratory.events("DiscrepancyResolved")[-1].refs)


def test_two_receipts_of_one_bag_hold_it_back_everywhere_until_a_resolution_names_both_and_a_third_reopens_it(
    three: Three,
) -> None:
    case, unit = three.ward.id("c1"), three.ward.unit(three.ward.id("c1"), 1).unit
    body = e.BagReceived(case=case, step="receive", unit=unit)
    three.exchange()
    before = [each.id for each in three.ward.events("BagReceived") if getattr(each.body, "unit", "") == unit]
    made = {*before, _moves(three.ward, body), _moves(three.pharmacy, body)}
    three.exchange()
    _held_back_at_the_laboratory(three, "c1", "happened_twice")
    _resolved_at_the_pharmacy(three, "c1")
    assert made <= _named(three), "the resolution names every event of the contradiction"
    for at in three.all:
        assert not three.kinds(at, "c1")
    _moves(three.laboratory, body)
    three.exchange()
    for at in three.all:
        assert "happened_twice" in three.kinds(at, "c1"), "a later one opens it again"


def test_two_patients_for_one_bag_hold_back_both_cases_at_a_workstation_that_had_no_part_in_it(three: Three) -> None:
    code = "item:ONE-BAG-OF-TWO"
    for at, case, number in ((three.ward, "c2", 71), (three.pharmacy, "c6", 72)):
        unit = new_id("unit")
        _records(at, e.UnitRegistered(case=at.id(case), unit=unit, kind="bag", name="product", number=number,
                                      origin="sponsor-file", codes=(code,)), unit)  # fmt: skip
    three.exchange()
    for case in ("c2", "c6"):
        _held_back_at_the_laboratory(three, case, "two_patients_one_unit")


def test_a_receipt_before_the_handover_holds_the_bag_back(three: Three) -> None:
    """The cells left the site, by the ward's record, an hour after the pharmacy received what was made of them."""
    at = three.pharmacy
    case = three.ward.id("c2")
    bag, product = new_id("bag"), new_id("bag")
    for unit, collected in ((bag, True), (product, False)):
        _records(at, e.UnitRegistered(case=case, unit=unit, kind="bag", name="product", number=80 + collected,
                                      origin="test", collected=collected, codes=(f"item:{unit}",)), unit)  # fmt: skip
    three.exchange()
    steps = at.bench.work.profile(at.case(case)).steps
    receive = next(step.name for step in steps if step.procedure == "receive")
    give = next((step.name for step in steps if step.procedure == "hand-over"), "")
    assert give, "the trial collects cells and gives them away"
    _moves(at, e.BagReceived(case=case, step=receive, unit=product))
    at.clock.advance(timedelta(hours=1))
    _moves(three.ward, e.BagHandedOver(case=case, step=give, unit=bag, to="courier"))
    three.exchange()
    _held_back_at_the_laboratory(three, "c2", "received_before_given")


def test_the_second_use_of_a_label_made_for_one_bag_holds_its_case_back(three: Three) -> None:
    case, label, job = three.ward.id("c6"), new_id("label"), new_id("job")
    units = (new_id("bag"), new_id("bag"))
    _records(three.ward, e.LabelDrafted(case=case, label=label, job=job, unit=units[0], template="bag", serial="S-900",
                                        copy_number=1, expected="S-900"), label)  # fmt: skip
    three.exchange()
    for at, unit in ((three.ward, units[0]), (three.pharmacy, units[1])):
        _records(at, e.LabelApplied(case=case, label=label, job=job, unit=unit), unit)
    three.exchange()
    _held_back_at_the_laboratory(three, "c6", "label_used_twice")


@pytest.mark.parametrize("verdict", ["logger", "certificate"])
def test_two_different_verdicts_given_offline_hold_the_case_back(three: Three, verdict: str) -> None:
    case = three.ward.id("c3")
    shipment = next(iter(three.ward.case(case).shipments))
    for at, good in ((three.ward, True), (three.pharmacy, False)):
        if verdict == "logger":
            _records(at, e.LoggerReviewed(case=case, shipment=shipment, accepted=good), shipment)
        else:
            paper = e.CertificateReceived(case=case, certificate="certificate:7",
                                          releases=good)  # fmt: skip
            _records(at, paper, case)
    three.exchange()
    _held_back_at_the_laboratory(three, "c3", "verdicts_differ")


def test_what_a_person_does_after_the_withdrawal_holds_its_case_back_whatever_its_clock_says(three: Three) -> None:
    at = three.ward
    gone = at.people["cell_laboratory_b"]["id"]
    case, unit = at.id("c2"), new_id("bag")
    _records(at, e.PersonWithdrawn(person=gone, reason="left"), gone)
    three.exchange()
    work = three.pharmacy.bench.work
    three.clock.advance(timedelta(seconds=5))
    late = work.record(e.BagQuarantined(case=case, unit=unit, reason="by hand"), subject=unit, actor=gone)
    work.commit()
    three.exchange()
    _held_back_at_the_laboratory(three, "c2", "signed_after_withdrawal")
    found = [each for each in three.laboratory.events("DiscrepancyFound") if late.id in each.refs]
    assert found
    assert late.id in {each.id for each in three.laboratory.case(case).recorded}, "it is kept and shown"


def test_what_a_withdrawn_person_decides_about_the_site_changes_nothing_and_everybody_is_told(three: Three) -> None:
    at = three.ward
    gone = at.people["cell_laboratory_b"]["id"]
    if not at.bench.work.site.people[gone].withdrawn:
        _records(at, e.PersonWithdrawn(person=gone, reason="left"), gone)
    work = at.bench.work
    three.clock.advance(timedelta(seconds=5))
    work.record(e.PersonAdded(person="person:" + "8" * 32, roles=("nurse",), public_key="00" * 32),
                subject="person:" + "8" * 32, actor=gone)  # fmt: skip
    work.commit()
    three.exchange()
    for each in three.all:
        assert "person:" + "8" * 32 not in each.bench.work.site.people
        each.signs_in("coordinator_a")
        each.opens("today")
        assert "notice.not_counted" in {said.code for said in each.answer.frame.notices}


def test_every_contradiction_is_said_in_plain_words() -> None:
    between = Path(contradictions_between.__file__).read_text(encoding="utf-8")
    within = Path(contradictions.__file__).read_text(encoding="utf-8")
    kinds = set(re.findall(r'(?:yield|kind =) "([a-z_]+)"', between + within)) | contradictions.OF_TWO_CASES
    assert len(kinds) >= 9
    for kind in kinds:
        said = reason_text(Refusal.DISCREPANCY_OPEN, {"about": kind}).sentence
        assert kind not in said
        assert kind not in worded(Say("event.DiscrepancyFound", {"kind": kind}))
