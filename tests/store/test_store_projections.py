"""What is looked up equals what the journal says, in whatever order events arrived, and can be made anew."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest
from record_ward import CASE, KEY, NURSE, OTHER_CASE, PATIENT, SITE, UNIT, Ward

from coordinator_app.domain import events as e
from coordinator_app.domain.recorded import Recorded
from coordinator_app.store.projections import FEEDS, TABLES, Projections, rows_of
from coordinator_app.store.projections import SITE as SITE_PLACE
from coordinator_app.store.rebuild import rebuild
from coordinator_app.store.stats import stats
from coordinator_app.store.store import Found


def _everything(ward: Ward) -> None:
    """Record one event of every kind that can be found by code or words."""
    ward.found_site()
    ward.enrol()
    ward.record(
        e.CaseOpened(case=CASE, patient=PATIENT, profile="P", profile_version=1, profile_sha256="0", wall_name="HERON")
    )
    ward.record(
        e.IdentifierLinked(
            case=CASE, name="coi", value="COI-2207", issuer="sponsor", origin="order", codes=("coi:2207",)
        )
    )
    ward.record(
        e.OrderRecorded(
            case=CASE, order="ORD-9", version=1, origin="sponsor-file", units_expected=1, codes=("order:9",)
        )
    )
    ward.record(e.CertificateReceived(case=CASE, certificate="certificate:1", releases=True, codes=("cert:1",)))
    ward.record(e.ShipmentAnnounced(case=CASE, shipment="shipment:1", codes=("sscc:1",), shown="SSCC 1", units=(UNIT,)))
    ward.record(
        e.LabelDrafted(
            case=CASE,
            label="label:1",
            job="job:1",
            unit=UNIT,
            template="t",
            serial="L-0001",
            copy_number=1,
            expected="x",
        )
    )
    ward.record(e.PatientRenamed(case=CASE, patient=PATIENT, family="Lindqvist"), key=KEY)
    ward.thaw()


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("din:A9999260000017", Found("unit", UNIT, CASE)),
        ("gs1:21:CASS-7", Found("cassette", UNIT, CASE)),
        ("gsrn:9506000111115", Found("wristband", PATIENT, CASE)),
        ("coi:2207", Found("case", CASE, CASE)),
        ("order:9", Found("order", "ORD-9", CASE)),
        ("cert:1", Found("certificate", "certificate:1", CASE)),
        ("sscc:1", Found("shipment", "shipment:1", CASE)),
        ("serial:L-0001", Found("label", "label:1", CASE)),
        ("badge:77A", Found("person", NURSE, "")),
    ],
)
def test_scanning_a_known_code_finds_what_carries_it(ward: Ward, key: str, found: Found) -> None:
    _everything(ward)
    assert ward.store.find(key) == (found,)
    assert ward.store.find(key[:-1]) == ()
    ward.restart()
    assert ward.store.find(key) == (found,)


def test_one_code_on_two_things_finds_both(ward: Ward) -> None:
    ward.enrol()
    second = "unit:" + "5" * 32
    ward.record(
        e.UnitRegistered(
            case=OTHER_CASE, unit=second, kind="bag", name="p", number=1, origin="o", codes=("din:A9999260000017",)
        ),
        second,
    )
    assert ward.store.find("din:A9999260000017") == (Found("unit", UNIT, CASE), Found("unit", second, OTHER_CASE))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("żółk", "case"), ("ZOLK", "case"), ("kiewska ágnes", "case"), ("ágnes żó", "case"), ("8817", "case"),
        ("lindqvist", "case"), ("heron", "case"), ("COI-22", "case"), ("55310", "unit"), ("9999260", "unit"),
        ("Grübel", "person"), ("SSCC", "shipment"), ("L-0001", "label"), ("ORD-9", "order"),
    ],
)  # fmt: skip
def test_three_letters_of_a_name_or_identifier_find_it(ward: Ward, words: str, kind: str) -> None:
    _everything(ward)
    assert kind in {found.kind for found in ward.store.search(words)}


@pytest.mark.parametrize("words", ["", "  ", "zo", "nobody", 'a"b"c', "zolk nobody", "zolk qq", "* OR NOT", "NEAR("])
def test_other_words_find_nothing_and_break_nothing(ward: Ward, words: str) -> None:
    _everything(ward)
    assert ward.store.search(words) == ()


def test_a_search_answers_at_most_fifty_things(ward: Ward) -> None:
    with ward.store.writing() as writing:
        for number in range(60):
            drafted = e.LabelDrafted(
                case=CASE, label=f"label:{number}", job="j", unit=UNIT, template="t", serial=f"SER-{number}", copy_number=1,
                expected="x",
            )  # fmt: skip
            writing.append(drafted, subject=CASE)
    assert len(ward.store.search("SER-")) == 50


def test_a_case_has_its_own_events_in_the_order_of_their_instants(ward: Ward) -> None:
    _everything(ward)
    ward.record(e.ConditioningStarted(case=OTHER_CASE), OTHER_CASE)
    events = ward.store.events_of_case(CASE)
    assert [each.at for each in events] == sorted(each.at for each in events)
    assert {each.type for each in ward.store.events_of_case(OTHER_CASE)} == {"ConditioningStarted"}
    assert ward.store.cases() == (CASE, OTHER_CASE)
    assert [each.type for each in ward.store.site_events()] == ["SiteFounded", "WorkstationAdmitted", "PersonAdded"]
    assert ward.store.events_of_case("case:none") == ()


def _tables(ward: Ward, *, schema: str = "main", numbered: bool) -> dict[str, list[tuple[object, ...]]]:
    """Return what the projections say: by row, or without the journal's and the search's row numbers."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for table in TABLES:
        columns = "*" if numbered else {"case_event": "kase, at, epoch, seq", "epoch": "epoch, device"}.get(table, "*")
        rows = ward.store.connection.execute(f"SELECT {columns} FROM {schema}.{table}").fetchall()  # noqa: S608
        found[table] = rows if numbered else sorted(rows)
    return found


def test_made_anew_from_the_journal_they_are_the_same_to_the_byte(ward: Ward) -> None:
    _everything(ward)
    ward.restart()
    before = _tables(ward, numbered=True)
    assert all(before.values())
    assert rebuild(ward.store, check=True) == ()
    assert rebuild(ward.store) == ()
    assert _tables(ward, numbered=True) == before


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("DELETE FROM code WHERE kind = 'unit'", "code"),
        ("INSERT INTO code VALUES ('din:X', 'unit', 'u', 'c')", "code"),
        ("UPDATE case_event SET n = n + 1 WHERE kase = 'site'", "case_event"),
        ("DELETE FROM known_case", "known_case"),
        ("UPDATE known_case SET settled_at = '2026-03-02T07:30:00.000000Z'", "known_case"),
        ("DELETE FROM listed WHERE kind = 'label'", "listed"),
        ("DELETE FROM epoch", "epoch"),
        ("UPDATE search SET words = 'x' WHERE rowid = (SELECT min(rowid) FROM search)", "search"),
        (
            "DELETE FROM search_data WHERE id > 10",
            "search",
        ),
    ],
)
def test_a_look_up_table_that_differs_from_the_journal_is_named_and_mended(
    ward: Ward, statement: str, table: str
) -> None:
    _everything(ward)
    before = _tables(ward, numbered=True)
    ward.store.connection.execute(statement)
    assert rebuild(ward.store, check=True) == (table,)
    assert rebuild(ward.store) == (table,)
    assert rebuild(ward.store, check=True) == ()
    assert _tables(ward, numbered=True) == before


def test_a_record_of_a_program_with_other_look_up_tables_gets_ours_when_it_is_opened(ward: Ward) -> None:
    _everything(ward)
    before = _tables(ward, numbered=False)
    ward.store.connection.execute("UPDATE store_fact SET value = '0' WHERE name = 'projections'")
    ward.store.connection.execute("DROP TABLE code")
    ward.restart()
    after = _tables(ward, numbered=False)
    assert after["code"] == before["code"]
    assert rebuild(ward.store, check=True) == ()
    ward.restart()


def test_the_order_in_which_events_arrive_changes_nothing(ward: Ward) -> None:
    _everything(ward)
    recorded: list[Recorded] = list(reversed(ward.store.log(1000)))
    wanted = _tables(ward, numbered=False)
    for seed in range(20):
        shuffled = recorded[:]
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - a test wants it repeatable
        ward.store.connection.execute("BEGIN")
        again = Projections(ward.store.connection, "temp")
        again.create()
        for n, each in enumerate(shuffled, start=1):
            again.follow(each, n, each.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
        ward.store.connection.execute("COMMIT")
        assert _tables(ward, schema="temp", numbered=False) == wanted


def test_an_erased_patient_is_gone_from_the_look_up_tables_once_they_are_made_anew(ward: Ward) -> None:
    _everything(ward)
    assert ward.store.search("zolk")
    ward.store.patient_keys.forget(KEY)
    assert rebuild(ward.store) == ("code", "search")
    assert ward.store.search("zolk") == ()
    assert ward.store.search("lindqvist") == ()
    assert ward.store.find("gsrn:9506000111115") == ()
    assert ward.store.find("din:A9999260000017") == (Found("unit", UNIT, CASE),)


def test_every_field_that_is_fed_exists(ward: Ward) -> None:
    for body, feeds in FEEDS.items():
        for feed in feeds:
            names = {feed.id, *([feed.codes] if feed.codes else []), *feed.words}
            assert names <= set(body.__struct_fields__), body


def test_what_is_unknown_and_belongs_to_no_case_is_shown_to_the_site(ward: Ward) -> None:
    held = ward.record(e.ConditioningStarted(case=CASE))
    from msgspec.structs import replace

    unknown = replace(held, body=None, subject="person:x")
    assert [row for table, row in rows_of(unknown, 7, "at") if table == "case_event"] == [
        (SITE_PLACE, "at", held.epoch, held.seq, 7)
    ]


def test_figures_count_what_is_there(ward: Ward, tmp_path: Path) -> None:
    _everything(ward)
    found = stats(ward.store)
    assert found.events == ward.store.count() == sum(found.by_type.values())
    assert (found.epochs, found.cases, found.by_type["UnitRegistered"]) == (1, 1, 1)
    assert found.first_at < found.last_at
    assert found.file_bytes > 0
    assert found.log_bytes > 0
    assert found.projection_rows["known_case"] == 1
    assert SITE not in found.projection_rows
    ward.store.checkpoint()
    assert stats(ward.store).log_bytes == 0


def _given(ward: Ward) -> None:
    """Record one bag from its order to the end of its infusion."""
    _everything(ward)
    for state in (e.LabelSent(case=CASE, job="job:1", printer="p", labels=("label:1",)), e.LabelJobClosed(
        case=CASE, job="job:1", printed=1, applied=1, voided=0, destroyed=0, returned=0
    )):  # fmt: skip
        ward.record(state)
    for kind in (e.ThawCompleted, e.AdministrationStarted, e.AdministrationCompleted):
        ward.record(kind(case=CASE, step="bedside", unit=UNIT), UNIT, actor=NURSE)


def test_a_case_needs_somebody_until_its_bag_is_given_and_again_when_something_happens(ward: Ward) -> None:
    ward.enrol()
    long_ago, now = ward.clock.moment().at - timedelta(days=9), ward.clock.moment().at
    assert ward.store.cases_needing(now + timedelta(days=99)) == (CASE,)
    _given(ward)
    given = ward.clock.moment().at
    assert ward.store.cases_needing(long_ago) == (CASE,)
    assert ward.store.cases_needing(given + timedelta(seconds=1)) == ()
    alarm = "alarm:" + "7" * 32
    ward.record(e.AlarmRaised(case=CASE, alarm=alarm, level="high", clock="c", scope="s"))
    assert ward.store.cases_needing(given + timedelta(days=99)) == (CASE,)
    ward.record(e.AlarmResolved(case=CASE, alarm=alarm))
    assert ward.store.cases_needing(given + timedelta(days=99)) == ()
    assert rebuild(ward.store, check=True) == ()


def test_a_case_that_was_kept_from_before_an_event_is_read_anew_before_it_counts_as_settled(ward: Ward) -> None:
    ward.enrol()
    stale = ward.store.read_case(CASE)
    ward.store.fold = lambda _case: stale
    _given(ward)
    assert ward.store.cases_needing(ward.clock.moment().at + timedelta(days=99)) == ()


def test_what_was_rolled_back_leaves_a_case_as_it_was(ward: Ward) -> None:
    _given(ward)
    later = ward.clock.moment().at + timedelta(days=99)
    with pytest.raises(ZeroDivisionError), ward.store.writing() as writing:  # noqa: PT012
        writing.append(e.ConditioningStarted(case=CASE), subject=CASE)
        raise ZeroDivisionError
    assert ward.store.cases_needing(later) == ()
    assert rebuild(ward.store, check=True) == ()


def test_deviations_and_labels_are_listed_newest_first(ward: Ward) -> None:
    _everything(ward)
    for number in (1, 2):
        told = e.DeviationReported(case=CASE, deviation=f"deviation:{number}", kind="late", what="", unit=UNIT)
        ward.record(told)
    assert ward.store.newest("deviation", 1) == [("deviation:2", CASE)]
    assert [id for id, _ in ward.store.newest("deviation", 9)] == ["deviation:2", "deviation:1"]
    assert ward.store.newest("label", 9) == [("label:1", CASE)]
    assert ward.store.find("deviation:1") == (Found("deviation", "deviation:1", CASE),)


def test_codes_are_listed_by_how_they_begin(ward: Ward) -> None:
    _everything(ward)
    assert ward.store.codes_from("din:A9999") == ("din:A9999260000017",)
    assert ward.store.codes_from("din:A9998") == ()
    assert ward.store.find("record-number:MRN-88172") == (Found("record_number", PATIENT, CASE),)


def test_what_came_after_an_event_is_read_from_there_on(ward: Ward) -> None:
    _everything(ward)
    everything = list(reversed(ward.store.log(1000)))
    assert list(ward.store.since(everything[5].id)) == everything[5:]
    assert list(ward.store.since("0" * 64)) == []
