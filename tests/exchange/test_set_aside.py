"""What is recorded and cannot count yet: kept, shown, holding back the case it names, and let in by a signature."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from exchange_author import Author, verify
from msgspec import structs

sys.path.insert(0, str(Path(__file__).parents[1] / "procedures"))
from demonstration_by_hand import Demonstration, built, site
from site_by_hand import refused

from coordinator_app.domain import events as e
from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.domain.refusal import Refusal
from coordinator_app.exchange.judging import WAITS, Judging
from coordinator_app.exchange.ports import Identity, Taken
from coordinator_app.exchange.protocol import Line
from coordinator_app.procedures.exchange_record import ExchangeRecord
from coordinator_app.procedures.set_aside import kept_events
from coordinator_app.procedures.support import NotYetSupported, not_supported_by
from coordinator_app.store.arrivals import knows
from coordinator_app.store.marks import ADMITTED
from coordinator_app.store.verify import verify as verify_record

__all__ = ["built", "site"]


class Arriving:
    """The demonstration site, to which the record of another workstation comes."""

    def __init__(self, site: Demonstration) -> None:
        self.site = site
        self.author = Author("laboratory", site.clock.moment().at)
        self.work = site.bench.work
        body = e.WorkstationAdmitted(
            workstation=self.author.device, place="Laboratory 2", public_key=self.author.public.hex()
        )
        self.work.record(body, subject=self.author.device)
        self.work.commit()
        self.author.opens(types=tuple(EVENT_TYPES))
        self.record = ExchangeRecord(self.work.store)
        self.record.arrivals.before_commit = self.work.came
        self.case = site.id("c1")

    def come(self, lines: list[Line], *, kept: str = "") -> list[Taken]:
        """Take lines as the core does: judged, or kept apart because the hub keeps them so."""
        store = self.work.store
        who = Identity(store.workstation, store.site, b"", store.sign, verify, str, str, float, knows)
        if kept:
            taken = [Taken(line, self.author.epoch, seq, "kept", kept) for seq, line in enumerate(lines, start=1)]
        else:
            taken = Judging(self.record, who).judge(lines)
        marks = self.record.marks()
        self.record.take(taken, structs.replace(marks, n=marks.n + len(lines)), lines)
        assert self.record.arrivals.counted().adds_up
        return taken

    def note(self, **changed: object) -> Line:
        """Write an event about the case that this program knows."""
        return self.author.writes("FactRecorded", {"case": self.case, "fact": "checked", "holds": True},
                                  subject=self.case, **changed)  # fmt: skip

    def decides(self, judgement: str, by: str = "pharmacist_a") -> None:
        """Come to the refusal of a step and decide there about what stands apart."""
        self.site.signs_in(by)
        self.site.tries_to_begin("retrieve", self.case)
        self.site.presses("judge_kept")
        self.site.fills_in(judgement=judgement, reason="read line by line with the laboratory")
        self.site.signs(by)

    def blocked(self) -> bool:
        self.site.signs_in("cell_laboratory_a")
        self.site.tries_to_begin("retrieve", self.case)
        refusal = self.site.answer.reason is Refusal.EVENTS_KEPT_APART
        self.site.tries_press("go_on")
        self.site.tries_press("abort")
        return refusal


@pytest.fixture
def arriving(site: Demonstration) -> Arriving:
    return Arriving(site)


def test_the_reason_of_what_people_admitted_lets_it_wait_for_its_place() -> None:
    assert ADMITTED.startswith(WAITS)


def test_what_a_withdrawn_workstation_sent_holds_back_its_case_until_a_named_person_lets_it_in(
    arriving: Arriving,
) -> None:
    arriving.come(arriving.author.lines[arriving.author.epoch])
    line = arriving.note()
    arriving.come([line], kept="kept apart by the hub: revoked")
    site = arriving.site
    site.signs_in("cell_laboratory_a")
    with site.nothing_moves():
        refused(site.tries_to_begin("retrieve", arriving.case), Refusal.EVENTS_KEPT_APART)
    site.presses("go_on")
    site.tries_to_begin("retrieve", site.id("c2"))
    assert site.answer.reason is not Refusal.EVENTS_KEPT_APART, "no other case waits"
    site.tries_press("abort")
    [shown] = kept_events(arriving.work)
    assert (shown.case, shown.device, shown.type) == (arriving.case, arriving.author.device, "FactRecorded")
    arriving.decides("admitted")
    decided = site.events("KeptLinesJudged")[-1]
    assert isinstance(decided.body, e.KeptLinesJudged)
    assert (decided.body.lines, decided.body.admitted, decided.signed_by_person) == ((line.id,), True, True)
    assert "line by line" not in str(site.written(decided)), "what is written freely is sealed"
    arriving.come([])
    assert arriving.record.id_at(arriving.author.epoch, 1) == line.id
    assert site.case(arriving.case).facts["checked"]
    assert not arriving.blocked()
    site.confirms_nothing_wrong()


def test_what_is_left_aside_by_a_signature_stays_beside_the_journal_and_holds_back_nothing(arriving: Arriving) -> None:
    arriving.come(arriving.author.lines[arriving.author.epoch])
    arriving.come([arriving.note()], kept="kept apart by the hub: revoked")
    assert arriving.blocked()
    arriving.decides("left")
    arriving.come([])
    assert not arriving.blocked()
    assert arriving.record.arrivals.counted().kept == 1
    assert "checked" not in arriving.site.case(arriving.case).facts


def test_nobody_else_decides_about_what_stands_apart(arriving: Arriving) -> None:
    arriving.come(arriving.author.lines[arriving.author.epoch])
    arriving.come([arriving.note()], kept="kept apart by the hub: revoked")
    arriving.site.signs_in("cell_laboratory_a")
    arriving.site.tries_to_begin("retrieve", arriving.case)
    refused(arriving.site.tries_press("judge_kept"), Refusal.NOT_ALLOWED)
    assert not arriving.site.events("KeptLinesJudged")


def test_both_branches_of_a_fork_are_kept_and_the_run_that_follows_the_branch_comes_in_once_people_admit_it(
    arriving: Arriving,
) -> None:
    twin = arriving.author.copied()
    arriving.note()
    arriving.come(arriving.author.lines[arriving.author.epoch])
    epoch = twin.epoch
    branch = twin.writes("FactRecorded", {"case": arriving.case, "fact": "other", "holds": True}, subject=arriving.case)
    second = twin.writes()
    after = twin.opens()
    twin.writes("FactRecorded", {"case": arriving.case, "fact": "after", "holds": True}, subject=arriving.case)
    taken = arriving.come([branch, second, *twin.lines[after]])
    assert [each.state for each in taken] == ["kept"] * 4
    assert taken[0].why == "fork"
    assert arriving.blocked()
    arriving.decides("admitted")
    arriving.come([])
    assert arriving.record.id_at(epoch, 1) != branch.id
    assert arriving.record.arrivals.tables.kept_with_id(branch.id) is not None, "both branches are kept"
    here = arriving.record.stream(after)
    assert here is not None
    assert here.next == 2, "the run after the branch is in the journal"
    assert set(arriving.site.case(arriving.case).facts) >= {"checked", "after"}
    assert "other" not in arriving.site.case(arriving.case).facts
    assert not arriving.blocked()
    arriving.site.confirms_nothing_wrong()
    arriving.site.restarts()
    arriving.site.confirms_nothing_wrong()


@pytest.mark.parametrize("first", ["the decision", "the lines"])
def test_a_decision_of_another_workstation_counts_whichever_comes_first(arriving: Arriving, first: str) -> None:
    other = Author("quality", arriving.author.at)
    body = e.WorkstationAdmitted(workstation=other.device, place="Quality", public_key=other.public.hex())
    arriving.work.record(body, subject=other.device)
    arriving.work.commit()
    arriving.come(arriving.author.lines[arriving.author.epoch])
    line = arriving.note()
    other.opens()
    site = arriving.work.store.site
    other.writes("KeptLinesJudged", {"lines": [line.id], "admitted": True}, must=True, subject=site)
    if first == "the lines":
        arriving.come([line], kept="kept apart by the hub: revoked")
        arriving.come(other.lines[other.epoch])
    else:
        arriving.come(other.lines[other.epoch])
        arriving.come([line], kept="kept apart by the hub: revoked")
    arriving.come([])
    assert arriving.record.id_at(arriving.author.epoch, 1) == line.id
    assert not arriving.blocked()


def test_a_line_that_names_the_id_of_another_is_kept_under_its_own_bytes(arriving: Arriving) -> None:
    arriving.come(arriving.author.lines[arriving.author.epoch])
    real = arriving.note()
    forged = structs.replace(arriving.author.copied().writes(body={"slept_ms": 7}), id=real.id)
    arriving.come([forged])
    arriving.come([real])
    counted = arriving.record.arrivals.counted()
    assert (counted.received, counted.integrated, counted.kept) == (3, 2, 1)


# Types that this program does not know ----------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["case", "unit", "site"])
def test_an_unknown_type_that_must_be_understood_holds_back_its_subject_and_says_that_an_update_is_needed(
    arriving: Arriving, subject: str
) -> None:
    site = arriving.site
    about = {"case": arriving.case, "unit": site.unit(arriving.case, 1).unit, "site": arriving.work.store.site}[subject]
    arriving.author.writes("BagSingsInTheDark", {"loudness": 3}, must=True, subject=about)
    arriving.come(arriving.author.lines[arriving.author.epoch])
    site.signs_in("cell_laboratory_a")
    with site.nothing_moves():
        refused(site.tries_to_begin("retrieve", arriving.case), Refusal.NEEDS_UPDATE)
    assert {each.code for each in site.answer.frame.notices} >= {"notice.needs_update"}
    site.presses("go_on")
    site.tries_to_begin("retrieve", site.id("c2"))
    assert (site.answer.reason is Refusal.NEEDS_UPDATE) == (subject == "site")


def test_an_unknown_type_that_need_not_be_understood_is_only_stored(arriving: Arriving) -> None:
    arriving.author.writes("BagSingsInTheDark", {"case": arriving.case}, must=False, subject=arriving.case)
    arriving.come(arriving.author.lines[arriving.author.epoch])
    assert arriving.record.arrivals.counted().unknown == 1
    arriving.site.signs_in("cell_laboratory_a")
    arriving.site.begins("retrieve", arriving.case)
    assert "notice.needs_update" not in {each.code for each in arriving.site.answer.frame.notices}


def test_an_older_program_holds_back_what_it_does_not_know_and_an_updated_one_reads_the_same_record(
    arriving: Arriving, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = arriving.site
    monkeypatch.delitem(EVENT_TYPES, "HoldPlaced")
    arriving.author.writes("HoldPlaced", {"case": arriving.case, "reason": "wait"}, must=True, subject=arriving.case)
    arriving.come(arriving.author.lines[arriving.author.epoch])
    assert arriving.record.arrivals.counted().unknown == 1
    site.signs_in("cell_laboratory_a")
    refused(site.tries_to_begin("retrieve", arriving.case), Refusal.NEEDS_UPDATE)
    monkeypatch.undo()
    site.restarts()
    counted = ExchangeRecord(site.bench.work.store).arrivals.counted()
    assert (counted.unknown, counted.adds_up) == (0, True)
    assert not site.case(arriving.case).not_understood
    assert "notice.needs_update" not in {each.code for each in site.answer.frame.notices}


def test_a_unit_that_an_older_program_did_not_understand_is_found_by_its_code_after_the_update(
    arriving: Arriving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(EVENT_TYPES, "UnitRegistered")
    body = {"case": arriving.case, "unit": "unit:" + "9" * 32, "kind": "bag", "name": "product", "number": 9,
            "origin": "sponsor-file", "codes": ["item:NEW-9"]}  # fmt: skip
    arriving.author.writes("UnitRegistered", body, must=False, subject=body["unit"])
    arriving.come(arriving.author.lines[arriving.author.epoch])
    assert arriving.work.find(["item:NEW-9"]) == ()
    monkeypatch.undo()
    arriving.site.restarts()
    assert [hit.id for hit in arriving.site.bench.work.find(["item:NEW-9"])] == [body["unit"]]
    verified = verify_record(arriving.site.bench.work.store)
    assert verified.first_bad is None


# New types are written only when everybody knows them -----------------------------------------------------------


def test_a_new_type_that_must_be_understood_is_written_only_once_every_workstation_said_that_it_knows_it(
    arriving: Arriving,
) -> None:
    site, work = arriving.site, arriving.work
    arriving.come(arriving.author.lines[arriving.author.epoch])
    arriving.come([arriving.note()], kept="kept apart by the hub: revoked")
    older = Author("old program", arriving.author.at)
    body = e.WorkstationAdmitted(workstation=older.device, place="Old corner", public_key=older.public.hex())
    work.record(body, subject=older.device)
    work.commit()
    site.signs_in("pharmacist_a")
    site.tries_to_begin("retrieve", arriving.case)
    refused(site.tries_press("judge_kept"), Refusal.OTHERS_NEED_UPDATE)
    assert "Old corner" in str(site.answer.message)
    with pytest.raises(NotYetSupported):
        work.record(e.KeptLinesJudged(lines=(), admitted=True), subject=work.store.site)
    older.opens()
    older.writes()
    arriving.come(older.lines[older.epoch])
    assert not_supported_by(work.store, work.site.places, e.KeptLinesJudged) == ("Old corner",)
    older.opens(types=tuple(EVENT_TYPES))
    arriving.come(older.lines[older.epoch])
    assert not_supported_by(work.store, work.site.places, e.KeptLinesJudged) == ()
    assert not_supported_by(work.store, {"workstation:x": "New"}, e.HoldPlaced) == (), "the first programs knew it"


def test_what_names_no_case_is_decided_about_from_the_panel_of_the_exchange(arriving: Arriving) -> None:
    arriving.come(arriving.author.lines[arriving.author.epoch])
    line = arriving.author.writes()
    arriving.come([line], kept="kept apart by the hub: revoked")
    site = arriving.site
    site.signs_in("nurse_a")
    site.opens("exchange")
    assert "judge_kept" not in {each.id for each in site.answer.page.actions}  # type: ignore[union-attr]
    refused(site.tries_press("judge_kept"), Refusal.NOT_WHAT_WAS_ASKED)
    site.signs_in("coordinator_a")
    site.opens("exchange")
    assert "judge_kept" in {each.id for each in site.answer.page.actions}  # type: ignore[union-attr]
    site.presses("judge_kept")
    site.fills_in(judgement="admitted", reason="the clock of the laboratory, nothing else")
    site.signs()
    arriving.come([])
    assert arriving.record.id_at(arriving.author.epoch, 1) == line.id
    assert kept_events(arriving.work) == ()
    site.confirms_nothing_wrong()
