"""What a hub does with what workstations send, on both engines."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import msgspec
import pytest
from exchange_author import Author, verify
from hub_under_test import SITE, HubUnderTest

from coordinator_app.domain.log_head import head_after
from coordinator_app.domain.seal import canonical, event_id
from coordinator_app.exchange.protocol import (
    NO_HEAD,
    Announce,
    Changes,
    Keys,
    Line,
    Pushed,
    Receipt,
    Refused,
    Shown,
    Stream,
    checkpoint_part,
    receipt_part,
)


@pytest.fixture
def ward(hub: HubUnderTest) -> Author:
    author = Author("ward")
    hub.admits(author)
    author.opens()
    for _ in range(5):
        author.writes()
    return author


def test_what_a_workstation_sends_stands_in_the_hubs_order_with_a_receipt_the_hub_signed(
    hub: HubUnderTest, ward: Author
) -> None:
    answer = hub.takes(ward)
    assert isinstance(answer, Pushed)
    assert answer.accepted == 6
    assert answer.stream == Stream(6, ward.head)
    assert hub.order() == [line.id for line in ward.lines[ward.epoch]]
    assert (answer.size, answer.head) == (6, head_after(NO_HEAD, hub.order()))
    assert verify(hub.key, bytes.fromhex(answer.sig), checkpoint_part(SITE, "epoch0", 6, answer.head))
    [receipt] = answer.receipts
    assert (receipt.first, receipt.last, receipt.id, receipt.n) == (0, 5, ward.head, 6)
    assert verify(hub.key, bytes.fromhex(receipt.sig), receipt_part(SITE, receipt))


def test_sending_the_same_again_is_harmless_whole_or_overlapping(hub: HubUnderTest, ward: Author) -> None:
    hub.takes(ward)
    again = hub.takes(ward)
    assert isinstance(again, Pushed)
    assert (again.accepted, again.size) == (6, 6)
    ward.writes()
    more = hub.takes(ward, first=3)
    assert isinstance(more, Pushed)
    assert (more.accepted, more.size, more.stream.next) == (4, 7, 7)


def test_a_gap_is_answered_with_the_head_and_nothing_is_taken(hub: HubUnderTest, ward: Author) -> None:
    hub.takes(ward, ward.lines[ward.epoch][:2])
    answer = hub.takes(ward, first=4)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.stream) == ("gap", Stream(2, ward.lines[ward.epoch][1].id))
    assert len(hub.order()) == 2


def test_two_branches_of_a_copied_workstation_are_both_kept_and_found(hub: HubUnderTest, ward: Author) -> None:
    hub.takes(ward)
    twin = ward.copied()
    ward.writes(body={"slept_ms": 111})
    for n in range(4):
        twin.writes(body={"slept_ms": 900 + n})
    hub.takes(ward, first=6)
    answer = hub.takes(twin, first=6)
    assert isinstance(answer, Refused)
    assert answer.code == "fork"
    assert answer.kept == [line.id for line in twin.lines[twin.epoch][6:]]
    # What follows on that branch is kept with it and not mistaken for a gap.
    twin.writes()
    later = hub.takes(twin, first=10)
    assert isinstance(later, Refused)
    assert (later.code, len(later.kept)) == ("quarantined", 1)
    kept = hub.reading.kept(SITE, 0, 100)
    assert [each.id for each in kept.kept] == [line.id for line in twin.lines[twin.epoch][6:]]
    assert [line.written for line in kept.events] == [line.written for line in twin.lines[twin.epoch][6:]]
    heads = hub.reading.heads(SITE)
    assert [(f.kind, f.device, f.seq) for f in heads.findings] == [("fork", ward.device, 6)]
    assert heads.epochs[ward.epoch].known == Stream(7, ward.head)
    assert hub.order()[6:] == [ward.head]
    # Again and again: kept once.
    hub.takes(twin, first=6)
    assert hub.reading.heads(SITE).kept == 5


def test_a_poison_event_does_not_stop_what_was_before_it_nor_the_next_run(hub: HubUnderTest, ward: Author) -> None:
    bad = ward.writes(v=2)
    ward.writes()
    answer = hub.takes(ward)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.accepted) == ("quarantined", 6)
    assert bad.id in answer.kept
    assert answer.receipts[0].last == 5
    ward.writes()
    after = hub.takes(ward, first=8)
    assert isinstance(after, Refused)
    assert after.code == "quarantined"
    assert len(hub.order()) == 6
    ward.opens()
    taken = hub.takes(ward)
    assert isinstance(taken, Pushed)
    assert taken.size == 7
    assert hub.reading.heads(SITE).kept == 3


def test_a_branch_that_begins_where_something_unreadable_was_kept_apart_is_found(
    hub: HubUnderTest, ward: Author
) -> None:
    hub.takes(ward)
    twin = ward.copied()
    bad = ward.writes(v=2)
    hub.takes(ward, first=6)
    twin.writes(body={"slept_ms": 7})
    taken = hub.takes(twin, first=6)
    assert isinstance(taken, Pushed)
    heads = hub.reading.heads(SITE)
    assert [(f.kind, f.device, f.seq) for f in heads.findings] == [("fork", ward.device, 6)]
    assert [each.id for each in hub.reading.kept(SITE, 0, 10).kept] == [bad.id]


@pytest.mark.parametrize("fault", ["bytes", "place"])
def test_what_was_altered_on_its_way_is_no_branch_once_it_comes_whole(
    hub: HubUnderTest, ward: Author, fault: str
) -> None:
    lines = ward.lines[ward.epoch]
    third = lines[3]
    altered = canonical({**json.loads(third.written), "zone": "Europe/Oslo"})
    changed = Line(msgspec.Raw(altered), event_id(altered), third.sig) if fault == "bytes" else lines[4]
    answer = hub.takes(ward, [*lines[:3], changed])
    assert isinstance(answer, Refused)
    assert len(answer.kept) == 1
    taken = hub.takes(ward, first=3)
    assert isinstance(taken, Pushed)
    assert len(hub.order()) == len(lines)
    assert not hub.reading.heads(SITE).findings


@pytest.mark.parametrize("fault", ["id", "signature", "link", "person"])
def test_a_line_that_is_not_as_it_was_written_is_kept_apart(hub: HubUnderTest, ward: Author, fault: str) -> None:
    lines = list(ward.lines[ward.epoch])
    third = lines[3]
    changed = {
        "id": Line(third.event, "0" * 64, third.sig),
        "signature": Line(third.event, third.id, "0" * 128),
        "link": lines[4],
        "person": Line(third.event, third.id, third.sig, ""),
    }
    if fault == "person":
        ward.writes("RecordSigned", {})
        answer = hub.takes(ward)
        expected = 6
    else:
        answer = hub.takes(ward, [*lines[:3], changed[fault]])
        expected = 3
    assert isinstance(answer, Refused)
    assert (answer.code, answer.accepted, len(answer.kept)) == ("quarantined", expected, 1)
    assert len(hub.order()) == expected


def test_a_stranger_gets_nothing_in(hub: HubUnderTest, ward: Author) -> None:
    stranger = Author("stranger")
    stranger.opens()
    by = hub.admission.workstation(ward.device)[0]
    answer = hub.log.push(by, stranger.epoch, 0, stranger.lines[stranger.epoch], hub.now)
    assert isinstance(answer, Refused)
    assert answer.code == "unknown"
    assert hub.order() == []


def test_anybody_admitted_may_bring_what_another_wrote(hub: HubUnderTest, ward: Author) -> None:
    pharmacy = Author("pharmacy")
    by = hub.admits(pharmacy)
    answer = hub.log.push(by, ward.epoch, 0, ward.lines[ward.epoch], hub.now)
    assert isinstance(answer, Pushed)
    assert hub.reading.heads(SITE).epochs[ward.epoch].device == ward.device


def test_after_the_withdrawal_everything_is_kept_apart_and_nothing_is_lost(hub: HubUnderTest, ward: Author) -> None:
    hub.takes(ward, ward.lines[ward.epoch][:3])
    hub.admission.revoke(SITE, ward.device, hub.now)
    answer = hub.takes(ward, first=3)
    assert isinstance(answer, Refused)
    assert (answer.code, len(answer.kept)) == ("revoked", 3)
    assert len(hub.order()) == 3
    assert {each.why for each in hub.reading.kept(SITE, 0, 10).kept} == {"revoked"}


def test_what_a_withdrawn_workstation_sent_stays_apart_when_another_offers_it_to_a_hub_put_back(
    hub: HubUnderTest, ward: Author
) -> None:
    by = hub.admits(Author("pharmacy"))
    hub.takes(ward, ward.lines[ward.epoch][:3])
    hub.admission.revoke(SITE, ward.device, hub.now)
    assert {each.kind for each in hub.reading.heads(SITE).findings} >= {"revoked"}, "every workstation is told"
    answer = hub.log.push(by, ward.epoch, 3, ward.lines[ward.epoch][3:], hub.now, apart=True)
    assert isinstance(answer, Refused)
    assert (answer.code, len(answer.kept)) == ("quarantined", 3)
    assert len(hub.order()) == 3
    # What people let in stands in the journal of whoever offers it, and no longer apart.
    admitted = hub.log.push(by, ward.epoch, 3, ward.lines[ward.epoch][3:], hub.now)
    assert isinstance(admitted, Pushed)
    assert len(hub.order()) == 6


def test_a_workstation_put_back_from_a_copy_is_found_at_its_first_contact(hub: HubUnderTest, ward: Author) -> None:
    old = ward.copied()
    ward.writes()
    hub.takes(ward)
    old.opens()
    assert isinstance(hub.takes(old), Pushed)
    assert [(f.kind, f.epoch) for f in hub.reading.heads(SITE).findings] == [("restored", old.epoch)]


def test_two_runs_after_the_same_end_are_a_copied_workstation(hub: HubUnderTest, ward: Author) -> None:
    hub.takes(ward)
    twin = ward.copied()
    ward.opens()
    hub.takes(ward)
    twin.opens()
    hub.takes(twin)
    assert [(f.kind, f.epoch) for f in hub.reading.heads(SITE).findings] == [("cloned", twin.epoch)]


def test_a_usual_restart_is_nothing_to_tell(hub: HubUnderTest, ward: Author) -> None:
    hub.takes(ward)
    ward.opens()
    hub.takes(ward)
    assert hub.reading.heads(SITE).findings == []


def test_a_wall_clock_that_is_far_off_is_told(hub: HubUnderTest, ward: Author) -> None:
    hub.now -= timedelta(hours=2)
    assert isinstance(hub.takes(ward), Pushed)
    assert [(f.kind, f.device) for f in hub.reading.heads(SITE).findings] == [("clock", ward.device)]


def test_events_that_are_only_announced_are_named_as_missing(hub: HubUnderTest, ward: Author) -> None:
    hub.takes(ward, ward.lines[ward.epoch][:2])
    hub.reading.announce(SITE, Announce({ward.epoch: Stream(6, ward.head), "e" * 32: Stream(3, "1" * 64)}))
    heads = hub.reading.heads(SITE).epochs
    assert (heads[ward.epoch].known.next, heads[ward.epoch].announced.next) == (2, 6)
    assert (heads["e" * 32].known.next, heads["e" * 32].announced.next) == (0, 3)
    hub.takes(ward, first=2)
    assert hub.reading.heads(SITE).epochs[ward.epoch].announced == Stream(6, ward.head)


def test_an_epoch_that_was_only_announced_gets_its_owner_when_it_comes(hub: HubUnderTest, ward: Author) -> None:
    hub.reading.announce(SITE, Announce({ward.epoch: Stream(3, "1" * 64)}))
    assert isinstance(hub.takes(ward), Pushed)
    assert hub.reading.heads(SITE).epochs[ward.epoch].device == ward.device


def test_pages_follow_each_other_without_a_hole_and_their_heads_fit(hub: HubUnderTest, ward: Author) -> None:
    hub.takes(ward)
    found: list[str] = []
    epoch, n, head = "", 0, NO_HEAD
    while n < 6:
        page = hub.reading.changes(SITE, epoch, n, 4)
        assert isinstance(page, Changes)
        assert (page.after, page.before) == (n, head)
        found += [line.id for line in page.events]
        epoch, n = page.hub_epoch, n + len(page.events)
        assert page.cursor == f"{epoch}:{n}"
        head = head_after(head, [line.id for line in page.events])
    assert found == hub.order()
    assert head == page.head


def test_a_hub_that_was_put_back_notices_by_a_checkpoint_it_signed_and_begins_a_new_epoch(
    hub: HubUnderTest, ward: Author
) -> None:
    hub.takes(ward, ward.lines[ward.epoch][:2])
    head = head_after(NO_HEAD, ["5" * 64] * 9)
    sig = hub.signer._sign(checkpoint_part(SITE, "epoch0", 9, head)).hex()
    ahead = hub.reading.changes(SITE, "epoch0", 9, 10)
    assert isinstance(ahead, Refused)
    assert ahead.code == "ahead"
    assert hub.reading.shown(SITE, Shown("epoch0", 9, head, "0" * 128), hub.now).hub_epoch == "epoch0"
    assert hub.reading.shown(SITE, Shown("epoch0", 9, head, sig), hub.now).hub_epoch == "epoch1"
    assert hub.reading.shown(SITE, Shown("epoch0", 9, head, sig), hub.now).hub_epoch == "epoch1"
    page = hub.reading.changes(SITE, "epoch0", 9, 10)
    assert isinstance(page, Changes)
    assert (page.after, page.cursor) == (2, "epoch1:2")
    unknown = hub.reading.changes(SITE, "elsewhere", 9, 10)
    assert isinstance(unknown, Changes)
    assert unknown.after == 2


def test_a_checkpoint_that_fits_changes_nothing(hub: HubUnderTest, ward: Author) -> None:
    answer = hub.takes(ward)
    assert isinstance(answer, Pushed)
    shown = Shown(answer.hub_epoch, answer.size, answer.head, answer.sig)
    ward.writes()
    hub.takes(ward, first=6)
    assert hub.reading.shown(SITE, shown, hub.now).hub_epoch == "epoch0"


def test_a_code_that_is_over_or_wrong_admits_nobody(hub: HubUnderTest) -> None:
    author = Author("late")
    asked = {"name": author.device, "public_key": author.public.hex(), "fingerprint": author.fingerprint}
    from coordinator_app.exchange.protocol import Enrolment

    wrong = hub.admission.enrol(Enrolment("CODE-2", **asked), hub.now)
    late = hub.admission.enrol(Enrolment("CODE-1", **asked), hub.now + timedelta(days=4))
    assert [isinstance(each, Refused) and each.code for each in (wrong, late)] == ["unknown", "unknown"]
    assert hub.admission.workstation(author.device) == []


def test_a_second_workstation_cannot_take_the_name_of_one_that_is_known(hub: HubUnderTest, ward: Author) -> None:
    from coordinator_app.exchange.protocol import Enrolment

    other = Author("other")
    answer = hub.admission.enrol(Enrolment("CODE-1", ward.device, other.public.hex(), other.fingerprint), hub.now)
    assert isinstance(answer, Refused)
    assert hub.admission.workstation(ward.device)[0].public_key == ward.public.hex()


def test_keys_are_added_and_only_a_higher_generation_replaces_them(hub: HubUnderTest) -> None:
    hub.vault.put_keys(SITE, Keys(0, {"key:a": "01"}))
    assert not isinstance(hub.vault.put_keys(SITE, Keys(0, {"key:b": "02"})), Refused)
    assert isinstance(hub.vault.put_keys(SITE, Keys(0, {"key:a": "ff"})), Refused)
    assert hub.vault.keys(SITE).keys == {"key:a": "01", "key:b": "02"}
    hub.vault.put_keys(SITE, Keys(1, {"key:b": "12"}))
    assert hub.vault.keys(SITE).keys == {"key:b": "12"}
    assert isinstance(hub.vault.put_keys(SITE, Keys(0, {"key:a": "01"})), Refused)


def test_attachments_are_named_by_their_hash(hub: HubUnderTest) -> None:
    import hashlib

    name = hashlib.sha256(b"cipher").hexdigest()
    assert not hub.vault.put_attachment(SITE, "0" * 64, b"cipher")
    assert hub.vault.put_attachment(SITE, name, b"cipher")
    assert hub.vault.put_attachment(SITE, name, b"cipher")
    assert hub.vault.attachment(SITE, name) == b"cipher"
    assert hub.vault.attachment("site:other", name) is None


def test_sites_do_not_see_each_other(hub: HubUnderTest, ward: Author) -> None:
    other_site = "site:" + "c" * 32
    hub.admission.found_site(other_site, "epochX", hub.now)
    hub.admission.invite(other_site, "CODE-X", hub.now)
    hub.takes(ward)
    assert hub.reading.heads(other_site).epochs == {}
    assert hub.reading.standing(other_site).size == 0


def test_many_writers_at_once_leave_no_hole_and_no_reader_misses_one(hub: HubUnderTest) -> None:
    authors = [Author(f"writer {n}") for n in range(6)]
    for author in authors:
        hub.admits(author)
        author.opens()
        for _ in range(30):
            author.writes()
    read: list[str] = []
    done = threading.Event()

    def push(author: Author) -> None:
        for first in range(0, 31, 2):
            answer = hub.takes(author, author.lines[author.epoch][first : first + 2], first)
            assert isinstance(answer, Pushed)

    def follow() -> None:
        n = 0
        while True:
            finished = done.is_set()
            page = hub.reading.changes(SITE, "epoch0", n, 100)
            assert isinstance(page, Changes)
            read.extend(line.id for line in page.events)
            n += len(page.events)
            if finished and not page.events:
                return

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=push, args=(author,)) for author in authors]
    reader.start()
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    done.set()
    reader.join()
    expected = {line.id for author in authors for line in author.lines[author.epoch]}
    assert len(read) == len(set(read)) == 186
    assert set(read) == expected
    assert read == hub.order()


def test_a_nonce_counts_once(hub: HubUnderTest) -> None:
    assert hub.ledger.first_use("w", "n" * 16, "2026-03-02", "2026-03-01")
    assert not hub.ledger.first_use("w", "n" * 16, "2026-03-02", "2026-03-01")
    assert hub.ledger.first_use("v", "n" * 16, "2026-03-02", "2026-03-01")


def test_who_waits_learns_within_a_second_that_there_is_more(hub: HubUnderTest, ward: Author) -> None:
    found: list[int] = []
    waiting = threading.Thread(target=lambda: found.append(hub.ledger.wait_for_more(SITE, 0, 20.0)))
    waiting.start()
    hub.takes(ward)
    waiting.join(5.0)
    assert found == [6]
    assert hub.ledger.wait_for_more(SITE, 6, 0.05) == 6


def test_receipts_of_different_sites_and_places_are_signed_differently() -> None:
    one = Receipt("e" * 32, 0, 5, "1" * 64, 6, "at", "epoch0", "")
    other = Receipt("e" * 32, 0, 5, "1" * 64, 7, "at", "epoch0", "")
    assert len({receipt_part("a", one), receipt_part("b", one), receipt_part("a", other)}) == 3
