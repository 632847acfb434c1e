"""Every refusal code of the one table is raised by the real program: by somebody at the bench, or by the code reader."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import held, refused
from test_physicians_path import _delegation_of, _hold, _profile_nobody_approved

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Begun, Opened, PinTyped, Scanned, Stated
from coordinator_app.domain.refusal import AMBER, Refusal

Scenario = Callable[[Demonstration], object]
R = Refusal


def _at_the_bed(site: Demonstration) -> None:
    site.begins_at_the_bedside()


def _to_the_bag(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    site.reads_wristband_and_hears(site.patient("p1"))


def _first_arm(site: Demonstration) -> None:
    _to_the_bag(site)
    site.scans(site.code("u1"))


def _at_the_thaw(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    site.begins("thaw", site.id("c1"))


# The check --------------------------------------------------------------------------------------------------------


def _wrong_patient(site: Demonstration) -> None:
    _at_the_bed(site)
    site.tries_scan(site.patient("p5")["wristband"])


def _wrong_unit(site: Demonstration) -> None:
    _to_the_bag(site)
    site.tries_scan(site.code("u5"))


def _wrong_order(site: Demonstration) -> None:
    site.c3_received()
    site.reviews_logger(site.listing["shipments"]["s1"], site.id("c3"))
    site.begins("accept", site.id("c3"))
    site.tries_scan(site.order("c4"))


def _arms_disagree(site: Demonstration) -> None:
    site.two_bags_thawed()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    site.second_person("nurse_b")
    site.reads_wristband_and_hears(site.patient("p1"))
    site.tries_scan(site.code("u2"))


def _same_person(site: Demonstration) -> None:
    _first_arm(site)
    site.tries_badge_and_pin("nurse_a")


def _donor(site: Demonstration) -> None:
    site.signs_in("apheresis_nurse_a")
    # The donor gives at the collection; at this site it is over, so the recipient's other step is asked.
    site.c3_thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c3"))
    site.tries_scan(site.patient("d3")["wristband"])


def _stated(site: Demonstration) -> None:
    _at_the_bed(site)
    for person in ("", "nurse_b"):
        if person:
            site.second_person(person)
        site.scans(site.patient("p1")["wristband"])
        site.hears("Somebody", "1990-01-01")
        site.scans(site.code("u1"))


def _stale(site: Demonstration) -> None:
    _at_the_bed(site)
    site.scans(site.patient("p1")["wristband"])
    site.tries_scan(site.code("u1"), seconds=130)


def _expired_check(site: Demonstration) -> None:
    _at_the_bed(site)
    site.tries_scan(site.patient("p1")["wristband"], minutes=16)


def _another_procedure(site: Demonstration) -> None:
    _at_the_bed(site)
    site.tries(Opened("clocks"))


def _proxy(site: Demonstration) -> None:
    _at_the_bed(site)
    patient = site.patient("p1")
    site.scans(patient["wristband"])
    site.tries(Stated(patient["family"], patient["born"]), after=timedelta(milliseconds=200))
    site.tries_scan(site.code("u1"), milliseconds=200)


def _void_band(site: Demonstration) -> None:
    _at_the_bed(site)
    site.tries_scan(str(site.listing["spare"]["wristband_void"]))


def _not_set_up(site: Demonstration) -> None:
    _at_the_bed(site)
    site.tries(Scanned(site.patient("p1")["wristband"].encode(), "scanner-9"))


def _witness(site: Demonstration) -> None:
    _first_arm(site)
    site.tries_scan(site.patient("p1")["wristband"])


def _not_of_the_check(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.bedside_check("c1", "u1")
    site.goes_on()
    site.locks()
    site.signs_in("apheresis_nurse_b")
    site.tries_press("start_infusion")


# The product ------------------------------------------------------------------------------------------------------


def _used(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.finishes_infusion("c1", "u1")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.tries_scan(site.code("u1"))


def _earlier_step(site: Demonstration) -> None:
    _at_the_thaw(site)
    site.tries_scan(site.code("u1"))


def _gate(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.retrieves("c1", "u2")
    _at_the_thaw(site)
    site.tries_scan(site.code("u2"))


def _count(site: Demonstration) -> None:
    shipment = site.listing["shipments"]["s1"]
    site.signs_in("pharmacist_a")
    site.scans(shipment["code"], shipment["code"], shipment["seal"], shipment["logger"])
    site.tries_fill(condition="good", seal="intact", count="3")


def _hold_stands(site: Demonstration) -> None:
    _hold(site)
    site.signs_in("cell_laboratory_a")
    site.tries_to_begin("retrieve", site.id("c1"))


def _discrepancy(site: Demonstration) -> None:
    work = site.bench.work
    work.record(e.DiscrepancyFound(case=site.id("c1"), kind="told"), subject=site.id("c1"))
    work.commit()
    site.signs_in("cell_laboratory_a")
    site.tries_to_begin("retrieve", site.id("c1"))


def _quarantine(site: Demonstration) -> None:
    site.quarantines("c1", "u1")
    site.signs_in("cell_laboratory_a")
    site.begins("retrieve", site.id("c1"))
    site.tries_scan(site.code("u1"))


def _past_expiry(site: Demonstration) -> None:
    site.receives(site.listing["shipments"]["s2"], "c4", ("u4",), logger=False)
    site.accepts("c4", ("u4",))
    site.releases("c4")
    site.carries("c4", "u4")
    site.waits(hours=7)
    site.begins("bedside", site.id("c4"))
    site.reads_wristband_and_hears(site.patient("p4"))
    site.tries_scan(site.code("u4"))


def _merged(site: Demonstration) -> None:
    work, c1 = site.bench.work, site.id("c1")
    person = site.case(c1).recipient
    assert person is not None
    work.record(e.RecordMerged(case=c1, patient=person.patient, record_number="999"), subject=c1, key=person.patient)
    work.commit()
    site.signs_in("cell_laboratory_a")
    site.tries_to_begin("retrieve", c1)


def _with_the_courier(site: Demonstration) -> None:
    """What the courier has left with cannot be sent back from here."""
    site.collects("c2")
    site.packs("c2")
    label = next(each for each in site.case(site.id("c2")).labels.values() if each.state == "applied")
    site.hands_over("c2")
    site.signs_in("pharmacist_a")
    site.begins("return", site.id("c2"))
    site.tries_scan(f"]d1{label.expected}")


def _labels_open(site: Demonstration) -> None:
    """A label that was printed for a packed bag and is on nothing holds back the handover."""
    site.collects("c2")
    site.packs("c2")
    c2 = site.id("c2")
    unit = site.case(c2).collected_units()[0]
    work = site.bench.work
    work.record(
        e.LabelDrafted(case=c2, label="label:loose", job="job:loose", unit=unit.unit, template="isbt128-100x100",
                       serial="LOOSE", copy_number=1, expected="x"),
        subject=c2,
    )  # fmt: skip
    work.commit()
    site.begins("hand-over", c2)
    site.tries_scan(site.listing["spare"]["shipper"])


def _clock(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.waits(hours=2, minutes=31)
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.tries_scan(site.code("u1"))


def _early(site: Demonstration) -> None:
    site.conditions("c1", days=2)
    site.retrieves("c1", "u1")
    _at_the_thaw(site)
    site.tries_scan(site.code("u1"))


def _old_news(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    heard = site.clock.moment().at - timedelta(hours=9)
    site.bench.work.heard_from_hub = lambda: heard
    site.tries_to_begin("thaw", site.id("c1"))


def _unverified(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    site.bench.work.history_verified = lambda case: False
    site.tries_to_begin("thaw", site.id("c1"))


# People and the site ----------------------------------------------------------------------------------------------


def _wrong_pins(site: Demonstration, times: int) -> None:
    for _ in range(times):
        site.tries(Scanned(site.people["nurse_a"]["badge"].encode()))
        site.tries(PinTyped("999999"))


def _untrained(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_untrained")
    site.tries_to_begin("bedside", site.id("c1"))


def _undelegated(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    _delegation_of(site, "nurse_b", -timedelta(seconds=1))
    site.signs_in("nurse_b")
    site.tries_to_begin("bedside", site.id("c1"))


def _unapproved(site: Demonstration) -> None:
    _profile_nobody_approved(site)
    site.signs_in("cell_laboratory_a")
    site.tries_to_begin("retrieve", site.id("c1"))


def _example_at_a_real_site(site: Demonstration) -> None:
    site.bench.work.site.demonstration = False
    site.signs_in("cell_laboratory_a")
    site.tries_to_begin("retrieve", site.id("c1"))


def _faulty_profile(site: Demonstration) -> None:
    path = site.folder.parent / "faulty.toml"
    path.write_text("[profile]\nid = 1\n")
    site.signs_in("coordinator_a")
    site.opens("profiles")
    site.presses("bring_in_profile")
    site.tries_fill(path=str(path))


def _faulty_logger(site: Demonstration) -> None:
    path = site.folder.parent / "logger.csv"
    path.write_text("no temperatures")
    site.c3_received()
    site.signs_in("pharmacist_a")
    site.begins("review-logger", site.id("c3"))
    site.scans(site.listing["shipments"]["s1"]["logger"])
    site.tries_fill(lowest_c="-180", highest_c="-150", verdict="accepted", file=str(path))


def _incomplete(site: Demonstration) -> None:
    site.signs_in("coordinator_a")
    site.opens(site.id("c1"))
    site.presses("place_hold")
    site.tries_fill(reason="")


SCENARIOS: dict[Refusal, Scenario] = {
    R.WRONG_PATIENT: _wrong_patient, R.WRONG_UNIT: _wrong_unit, R.WRONG_ORDER: _wrong_order,
    R.ARMS_DISAGREE: _arms_disagree, R.SAME_PERSON_TWICE: _same_person, R.DONOR_RECIPIENT_CONFUSED: _donor,
    R.STATED_DIFFERS: _stated, R.STALE_SCAN: _stale, R.CHECK_EXPIRED: _expired_check,
    R.SCAN_FROM_ANOTHER_PROCEDURE: _another_procedure, R.PROXY_SUSPECTED: _proxy, R.WRISTBAND_VOID: _void_band,
    R.SCANNER_NOT_CALIBRATED: _not_set_up, R.WITNESS_NEEDED: _witness, R.NOT_OF_THE_CHECK: _not_of_the_check,
    R.NOT_WHAT_WAS_ASKED: lambda site: (_at_the_bed(site), site.tries_scan(site.code("u1"))),
    R.UNIT_ALREADY_USED: _used, R.EARLIER_STEP_MISSING: _earlier_step, R.GATE_CLOSED: _gate, R.COUNT_DIFFERS: _count,
    R.ON_HOLD: _hold_stands, R.DISCREPANCY_OPEN: _discrepancy, R.QUARANTINED: _quarantine, R.EXPIRED: _past_expiry,
    R.IDENTITY_CHECK_NEEDED: _merged, R.NOT_THE_HOLDER: _with_the_courier, R.LABELS_NOT_RECONCILED: _labels_open,
    R.CLOCK_OVERDUE: _clock, R.TOO_EARLY: _early, R.KNOWLEDGE_TOO_OLD: _old_news, R.HISTORY_UNVERIFIED: _unverified,
    R.NOT_SIGNED_IN: lambda site: site.tries(Begun("bedside", site.id("c1"))),
    R.NOT_ALLOWED: lambda site: (site.signs_in("monitor_a"), site.tries_to_begin("retrieve", site.id("c1"))),
    R.NOT_TRAINED: _untrained, R.NOT_DELEGATED: _undelegated,
    R.BADGE_UNKNOWN: lambda site: site.tries_scan(str(site.listing["spare"]["badge"])),
    R.PIN_WRONG: lambda site: _wrong_pins(site, 1), R.PIN_LOCKED: lambda site: _wrong_pins(site, 6),
    R.PROFILE_NOT_APPROVED: _unapproved, R.PROFILE_IS_EXAMPLE: _example_at_a_real_site,
    R.PROFILE_FAULTY: _faulty_profile, R.LOGGER_FILE_FAULTY: _faulty_logger, R.ENTRY_INCOMPLETE: _incomplete,
    R.CODE_NOT_RECOGNISED: lambda site: (_at_the_bed(site), site.tries_scan(str(site.listing["spare"]["unknown_code"]))),
}  # fmt: skip
"""What people do at the bench, and the reason that the program then gives."""
ELSEWHERE: dict[Refusal, str] = {
    R.LABEL_VOID: "domain/test_gate_objects.py", R.WRONG_ORDER_OF_UNITS: "features/test_every_product.py",
    R.CERTIFICATE_MISSING: "features/test_from_the_shelf.py", R.ORDER_MISSING: "domain/test_readiness.py",
    R.TYPED_WITHOUT_SECOND_PERSON: "procedures/test_codes_in_a_check.py",
    R.PART_MISSING: "codes/test_gs1_labels.py", R.ENTRIES_DIFFER: "procedures/test_enrolling.py",
    R.IDENTIFIER_TAKEN: "procedures/test_enrolling.py", R.LABEL_DIFFERS: "procedures/test_walks.py",
    R.LABEL_DOES_NOT_FIT: "procedures/test_enrolling.py", R.PRINTER_FAILED: "procedures/test_walks.py",
    R.CLOCK_UNCERTAIN: "procedures/test_clocks_in_the_program.py",
    R.CUSTODY_ELSEWHERE: "exchange/test_custody_token.py", R.NEEDS_UPDATE: "exchange/test_set_aside.py",
    R.EVENTS_KEPT_APART: "exchange/test_set_aside.py", R.OTHERS_NEED_UPDATE: "exchange/test_set_aside.py",
}  # fmt: skip
"""What takes another site or a longer walk: the test that meets it there."""
BY_SOUND = {R.BUSY_WITH_LAST_SCAN}
"""The desk turns a scan away with a sound while the last one is being recorded; nothing is asked of the bench."""
TESTS = Path(__file__).parent.parent


def _named_in(path: Path) -> set[str]:
    """Return the refusals that a test names in what it asserts or is given, by their code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {
        each.attr
        for each in ast.walk(tree)
        if isinstance(each, ast.Attribute) and ast.unparse(each.value) in {"Refusal", "R"}
    }
    return found | {
        each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


@pytest.mark.parametrize("reason", SCENARIOS, ids=str)
def test_people_come_to_this_refusal_at_the_bench(site: Demonstration, reason: Refusal) -> None:
    SCENARIOS[reason](site)
    if reason is Refusal.STATED_DIFFERS:
        assert site.answer.reason is reason
        return
    (held if reason in AMBER else refused)(site.answer, reason)


@pytest.mark.parametrize("reason", ELSEWHERE, ids=str)
def test_what_takes_another_site_is_met_by_the_test_that_is_named(reason: Refusal) -> None:
    assert reason.value in _named_in(TESTS / ELSEWHERE[reason])


def test_no_refusal_of_the_table_is_left_out() -> None:
    by_the_reader = set().union(*(_named_in(path) for path in (TESTS / "codes").glob("test_*.py")))
    by_the_store = _named_in(TESTS / "procedures" / "test_disk.py")
    known = {each.value for each in (*SCENARIOS, *ELSEWHERE, *BY_SOUND)} | by_the_reader | by_the_store
    assert {each.value for each in Refusal} <= known
