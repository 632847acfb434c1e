"""What is recorded is read back as it was said, together or not at all, and identifying fields only under their key."""

from __future__ import annotations

import hashlib
import hmac
import json
import resource
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from record_ward import BEGIN, CASE, KEY, NURSE, OTHER_CASE, PATIENT, UNIT, Ward

from coordinator_app.domain import events as e
from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.seal import NotCanonical, event_id, person_part
from coordinator_app.store.faults import StoreFault
from coordinator_app.store.moment import MachineClock, Moment
from coordinator_app.store.store import Found, Store


def test_every_event_reads_back_equal_to_what_was_answered_when_it_was_recorded(ward: Ward) -> None:
    ward.found_site()
    ward.enrol()
    answered = ward.thaw()
    assert ward.store.event(answered.id) == answered
    ward.restart()
    assert ward.store.event(answered.id) == answered
    enrolled = ward.store.events_of_case(CASE)[0]
    assert enrolled.body == e.PatientEnrolled(
        case=CASE, patient=PATIENT, family="Żółkiewska", given="Ágnes", born="1961-04-09", record_number="MRN-88172"
    )
    unit = ward.store.events_of_case(CASE)[2].body
    assert isinstance(unit, e.UnitRegistered)
    assert unit.expires_at == datetime(2026, 9, 1, tzinfo=UTC)


def test_an_event_carries_who_when_and_on_what_it_rests(ward: Ward) -> None:
    ward.enrol()
    moved = ward.thaw()
    checked = ward.store.event(moved.refs[0])
    assert checked is not None
    assert (checked.actor, checked.role, checked.device) == (NURSE, "nurse", ward.store.workstation)
    assert (checked.zone, checked.clock, checked.at.tzinfo) == ("Europe/Berlin", "free", UTC)
    assert checked.evidence[0].mac == ward.mac(b"GSRN 9506000111115")
    assert (checked.must, checked.type_v, checked.opened, checked.signed_by_person) == (True, 1, True, False)


def test_names_are_kept_in_one_unicode_form(ward: Ward) -> None:
    ward.enrol()
    apart = "Jose\u0301"
    renamed = ward.record(e.PatientRenamed(case=CASE, patient=PATIENT, family=apart), key=KEY)
    assert isinstance(renamed.body, e.PatientRenamed)
    assert renamed.body.family == "Jos\u00e9"


def test_a_field_that_identifies_a_person_is_not_recorded_without_a_key(ward: Ward) -> None:
    count = ward.store.count()
    for key in (None, "key:" + "9" * 32):
        with pytest.raises(ValueError, match="no key to seal them"):
            ward.record(e.PatientRenamed(case=CASE, patient=PATIENT, family="Meier"), key=key)
    reading = Evidence("unit", 1, "scanned", "]C1", "scanner-1", 4, 5, mac="00" * 32)
    with pytest.raises(ValueError, match="no key"):
        ward.record(e.ConditioningStarted(case=CASE), evidence=(reading,))
    assert ward.store.count() == count


def test_the_readable_part_of_an_event_holds_no_identifying_field(ward: Ward) -> None:
    ward.found_site()
    ward.enrol()
    for (written,) in ward.store.connection.execute("SELECT bytes FROM journal"):
        event = json.loads(written)
        known = e.EVENT_TYPES[event["type"]]
        assert not known.SEALED & event["body"].keys()
        assert ("sealed" in event) == ("key" in event)


def test_nothing_is_recorded_when_the_procedure_fails_in_the_middle(ward: Ward) -> None:
    ward.enrol()
    count, head = ward.store.count(), ward.store.log(1)
    with pytest.raises(KeyError), ward.store.writing() as writing:  # noqa: PT012 - the block is what is tested
        writing.append(e.ConditioningStarted(case=CASE), subject=CASE)
        ward.store.set_note("draft", "half")
        writing.append(
            e.UnitRegistered(
                case=CASE, unit="unit:" + "7" * 32, kind="bag", name="p", number=2, origin="o", codes=("din:X",)
            ),
            subject=CASE,
        )
        assert len(ward.store.events_of_case(CASE)) == 5
        raise KeyError
    assert (ward.store.count(), ward.store.log(1)) == (count, head)
    assert ward.store.find("din:X") == ()
    assert ward.store.note("draft") is None
    ward.record(e.ConditioningStarted(case=CASE))
    ward.restart()


def test_two_write_transactions_are_never_open_at_once(ward: Ward) -> None:
    with ward.store.writing(), pytest.raises(RuntimeError, match="open already"), ward.store.writing():
        pass
    ward.enrol()


def test_a_late_entry_needs_its_instant_and_its_reason(ward: Ward) -> None:
    happened = BEGIN - timedelta(hours=3)
    with pytest.raises(ValueError, match="late entry"):
        ward.record(e.ConditioningStarted(case=CASE), happened_at=happened)
    with pytest.raises(ValueError, match="late entry"):
        ward.record(e.ConditioningStarted(case=CASE), late_reason="the network was down")
    recorded = ward.record(e.ConditioningStarted(case=CASE), happened_at=happened, late_reason="paper sheet")
    assert (recorded.when, recorded.late_reason) == (happened, "paper sheet")
    assert ward.store.event(recorded.id) == recorded


def test_a_persons_signature_stands_beside_the_event(ward: Ward) -> None:
    ward.found_site()
    held = ward.record(e.ConditioningStarted(case=CASE))
    signed = ward.record(
        e.RecordSigned(case=CASE, meaning="reviewed"), actor=NURSE, refs=(held.id,), person_sign=ward.nurse_key.sign
    )
    assert signed.signed_by_person
    psig = ward.store.connection.execute(
        "SELECT psig FROM journal WHERE id = ?", (bytes.fromhex(signed.id),)
    ).fetchone()[0]
    ward.nurse_key.public_key().verify(psig, person_part(signed.id))


def test_what_the_format_cannot_hold_is_refused_before_anything_is_written(ward: Ward) -> None:
    count = ward.store.count()
    with pytest.raises(NotCanonical, match="store it as an attachment"):
        ward.record(e.FactRecorded(case=CASE, fact="x" * 70_000))
    assert ward.store.count() == count


def test_an_event_that_could_not_be_read_again_is_not_recorded(ward: Ward) -> None:
    count = ward.store.count()
    with pytest.raises(ValueError, match="cannot be read back"):
        ward.record(e.SleepNoticed(slept_ms="long"))  # type: ignore[arg-type]
    assert ward.store.count() == count
    ward.enrol()


def test_a_failure_between_journal_and_projections_cannot_be_committed(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = ward.store.count()

    def fails(*_: object) -> None:
        raise LookupError

    with monkeypatch.context() as patch:
        patch.setattr("coordinator_app.store.projections.Projections.follow", fails)
        with (
            pytest.raises(RuntimeError, match="half recorded"),
            ward.store.writing() as writing,
            pytest.raises(LookupError),
        ):
            writing.append(e.ConditioningStarted(case=CASE), subject=CASE)
    assert ward.store.count() == count
    ward.enrol()


def test_a_keyed_fingerprint_of_raw_bytes_is_hmac_sha256(ward: Ward) -> None:
    ward.enrol()
    secret = ward.store.patient_keys.get(KEY)
    assert secret is not None
    assert ward.mac(b"raw") == hmac.new(secret, b"raw", hashlib.sha256).hexdigest()
    with ward.store.writing() as writing, pytest.raises(ValueError, match="no such key"):
        writing.mac("key:none", b"raw")


def test_a_patients_key_is_not_minted_twice(ward: Ward) -> None:
    ward.enrol()
    before = ward.store.patient_keys.get(KEY)
    with ward.store.writing() as writing:
        writing.new_key(KEY)
    assert ward.store.patient_keys.get(KEY) == before


def test_a_key_file_that_cannot_be_written_is_said_in_one_sentence(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coordinator_app.store.patient_keys.write_whole", full)
    with pytest.raises(StoreFault, match="free space on the disk and try again"):
        ward.enrol()
    assert ward.store.patient_keys.get(KEY) is None


def test_an_erased_patient_has_empty_fields_and_the_record_still_verifies(ward: Ward) -> None:
    from coordinator_app.store.verify import verify

    ward.found_site()
    ward.enrol()
    ward.store.patient_keys.forget(KEY)
    for _ in range(2):
        enrolled = ward.store.events_of_case(CASE)[0]
        assert enrolled.opened is False
        assert enrolled.body == e.PatientEnrolled(case=CASE, patient=PATIENT)
        assert verify(ward.store, all_signatures=True).first_bad is None
        ward.restart()
    assert KEY not in ward.store.patient_keys.known()


def test_a_sealed_field_that_must_be_there_is_empty_when_it_cannot_be_opened(ward: Ward) -> None:
    ward.enrol()
    ward.record(e.HoldPlaced(case=CASE, reason="Mrs Falk's sister called"), key=KEY)
    ward.store.patient_keys.forget(KEY)
    held = ward.store.events_of_case(CASE)[-1]
    assert (held.body, held.opened) == (e.HoldPlaced(case=CASE, reason=""), False)


def test_sealed_fields_moved_to_another_event_do_not_open(ward: Ward) -> None:
    from coordinator_app.domain.seal import canonical, read_canonical
    from coordinator_app.store.sealing import opened_body

    ward.enrol()
    row = ward.store.connection.execute("SELECT bytes FROM journal WHERE n = 2").fetchone()
    event = read_canonical(row[0])
    assert event["type"] == "PatientEnrolled"
    for name, value in (
        ("epoch", "0" * 32),
        ("seq", 9),
        ("subject", OTHER_CASE),
        ("sealed", "00" * 40),
        ("sealed", "x"),
    ):
        body, opened = opened_body({**event, name: value}, ward.store.patient_keys)
        assert not opened
        assert isinstance(body, e.PatientEnrolled)
        assert body.family == ""
    assert opened_body(read_canonical(canonical(event)), ward.store.patient_keys)[1]


def test_events_this_program_does_not_know_are_kept_and_shown_unread(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.enrol()
    ward.record(e.OrderRecorded(case=CASE, order="ORD-9", version=1, origin="sponsor-file", units_expected=1))
    ward.record(e.SettingChanged(name="alarm", value="loud"), ward.store.site)
    ward.store.close()
    monkeypatch.delitem(e.EVENT_TYPES, "OrderRecorded")
    monkeypatch.delitem(e.EVENT_TYPES, "SettingChanged")
    ward.store = ward.open()
    unread = ward.store.events_of_case(CASE)[-1]
    assert (unread.type, unread.body, unread.must, unread.subject) == ("OrderRecorded", None, True, CASE)
    assert [each.type for each in ward.store.site_events()] == ["SettingChanged"]


def test_a_newer_version_of_a_known_event_is_not_misread(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    held = ward.record(e.ConditioningStarted(case=CASE))
    monkeypatch.setattr(e.ConditioningStarted, "VERSION", 2)
    again = ward.store.event(held.id)
    assert again is not None
    assert (again.body, again.type_v) == (None, 1)


def test_a_wall_clock_that_was_set_is_recorded_and_earlier_times_are_suspect(ward: Ward) -> None:
    ward.enrol()
    ward.clock.step_wall(timedelta(minutes=-10))
    held = ward.record(e.ConditioningStarted(case=CASE))
    stepped = ward.store.log(2)[1].body
    assert stepped == e.ClockStepped(step_ms=-600_000)
    assert held.clock == "suspect"
    ward.clock.step_wall(timedelta(minutes=10))
    assert ward.record(e.ProcedureParked(case=CASE, step="thaw")).clock == "free"
    assert [each.type for each in ward.store.log(3)] == ["ProcedureParked", "ClockStepped", "ConditioningStarted"]


def test_a_wall_clock_that_was_set_while_the_program_was_closed_is_noticed(ward: Ward) -> None:
    ward.enrol()
    ward.store.close()
    ward.clock.step_wall(timedelta(hours=2))
    ward.store = ward.open()
    assert [each.type for each in ward.store.log(2)] == ["ClockStepped", "EpochOpened"]
    assert ward.store.log(1)[0].body == e.ClockStepped(step_ms=7_200_000)


def test_a_wall_clock_set_back_before_a_restart_stays_suspect_after_it(ward: Ward) -> None:
    ward.enrol()
    ward.clock.step_wall(timedelta(days=-1))
    ward.record(e.ConditioningStarted(case=CASE))
    ward.restart()
    assert ward.record(e.ProcedureParked(case=CASE, step="thaw")).clock == "suspect"


def test_sleep_and_a_night_of_slow_correction_are_no_step(ward: Ward) -> None:
    ward.enrol()
    ward.clock.advance(timedelta(hours=12))
    ward.clock.step_wall(timedelta(seconds=15))
    ward.record(e.ConditioningStarted(case=CASE))
    assert "ClockStepped" not in [each.type for each in ward.store.log(10)]


def test_a_restart_of_the_machine_is_no_step(ward: Ward) -> None:
    ward.enrol()
    ward.clock.reboot()
    ward.restart()
    ward.record(e.ConditioningStarted(case=CASE))
    assert "ClockStepped" not in [each.type for each in ward.store.log(10)]


def test_the_scripted_clock_runs_only_forward_and_the_machines_own_clock_moves() -> None:
    clock = MachineClock("Europe/Paris")
    one, two = clock.moment(), clock.moment()
    assert (one.boot, one.zone, one.clock) == (two.boot, "Europe/Paris", "free")
    assert two.boot_ns >= one.boot_ns > 0
    assert len(one.boot) == 32
    assert isinstance(one, Moment)


def test_time_does_not_run_backwards(ward: Ward) -> None:
    with pytest.raises(ValueError, match="backwards"):
        ward.clock.advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="time zone"):
        type(ward.clock)(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of this line


def test_notes_can_be_replaced_and_dropped(ward: Ward) -> None:
    ward.store.set_note("parked", "one")
    ward.store.set_note("parked", "two")
    assert ward.store.note("parked") == "two"
    ward.restart()
    assert ward.store.note("parked") == "two"
    ward.store.set_note("parked", None)
    assert ward.store.note("parked") is None


def test_the_log_is_read_in_portions_newest_first(ward: Ward) -> None:
    ward.enrol()
    first = ward.store.log(2)
    rest = ward.store.log(10, before=first[-1].id)
    assert [each.seq for each in (*first, *rest)] == [3, 2, 1, 0]
    assert ward.store.log(5, before="0" * 64) == ()
    assert ward.store.event("0" * 64) is None


def test_a_record_opened_for_reading_is_not_written(ward: Ward) -> None:
    ward.enrol()
    count = ward.store.count()
    ward.store.close()
    with Store.open_for_reading(ward.folder, keys=ward.keys) as store:
        assert store.find("din:A9999260000017") == (Found("unit", UNIT, CASE),)
        with pytest.raises(StoreFault, match="for reading only"), store.writing():
            pass
        assert store.count() == count
    ward.store = ward.open()


RECORD_UNTIL_THE_DISK_FAILS = """
import resource, signal, sys
from pathlib import Path
from coordinator_app.domain import events as e
from coordinator_app.store.faults import StorePoisoned
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import MachineClock
from coordinator_app.store.store import Store
folder = Path(sys.argv[1])
store = Store.open(folder, keys=FileKeys(folder), clock=MachineClock("UTC"), program="0")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = (folder / "journal.db-wal").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40_000, size + 40_000))
recorded = []
try:
    for number in range(1000):
        with store.writing() as writing:
            recorded.append(writing.append(e.FactRecorded(case="case:1", fact=f"fact-{number}"), subject="case:1"))
        print(recorded[-1].id, flush=True)
except StorePoisoned as fault:
    print("poisoned", flush=True)
for question in (store.cases, store.count, lambda: store.events_of_case("case:1"), lambda: store.set_note("a", "b")):
    try:
        question()
        print("answered")
    except StorePoisoned:
        print("refused")
store.close()
"""


def test_a_failing_disk_stops_recording_and_nothing_said_to_be_recorded_is_lost(ward: Ward) -> None:
    ward.store.close()
    answer = subprocess.run(
        [sys.executable, "-c", RECORD_UNTIL_THE_DISK_FAILS, str(ward.folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = answer.stdout.split()
    ids = [line for line in lines if len(line) == 64]
    assert ids
    assert lines[len(ids) :] == ["poisoned", *["refused"] * 4]
    ward.store = ward.open()
    there = {each.id for each in ward.store.events_of_case("case:1")}
    assert there == set(ids)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_ids_are_those_of_the_bytes(ward: Ward) -> None:
    ward.enrol()
    for id, written in ward.store.connection.execute("SELECT id, bytes FROM journal"):
        assert event_id(written) == id.hex()
