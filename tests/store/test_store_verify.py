"""A record that somebody changed, cut, moved or restamped is found out, and the first bad event is named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlcipher3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from record_ward import CASE, KEY, NURSE, OTHER_CASE, SITE, UNIT, WORKSTATION, Ward

from coordinator_app.domain import events as e
from coordinator_app.domain.seal import canonical, event_id, read_canonical, signed_part
from coordinator_app.resource_files import resource_path
from coordinator_app.store.chain import MOVES
from coordinator_app.store.export import export
from coordinator_app.store.faults import StoreDamaged
from coordinator_app.store.journal_check import Verified
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.store import Store
from coordinator_app.store.verify import check_pages, verify

VERIFIER = resource_path("verify_export.py")


@pytest.fixture
def walked(ward: Ward) -> Ward:
    """A ward whose record has a site, a patient, a checked thaw, a signature, a second run and a bag handed over."""
    ward.found_site()
    ward.enrol()
    moved = ward.thaw()
    ward.record(
        e.RecordSigned(case=CASE, meaning="performed"), actor=NURSE, refs=(moved.id,), person_sign=ward.nurse_key.sign
    )
    ward.restart()
    for number in range(5):
        ward.record(e.FactRecorded(case=CASE, fact=f"fact-{number}"))
    return ward


def _alone(ward: Ward, *options: str) -> tuple[int, str]:
    """Let the stand-alone verifier judge the export of a record, whatever state that is in."""
    path = ward.folder.parent / "export.jsonl"
    with Store.open_for_reading(ward.folder, keys=FileKeys(ward.folder)) as store:
        path.write_bytes(b"".join(export(store)))
    answer = subprocess.run(
        [sys.executable, str(VERIFIER), str(path), *options], capture_output=True, text=True, check=False
    )
    return answer.returncode, answer.stdout + answer.stderr


def _bytes(file: sqlcipher3.Connection, n: int) -> dict[str, object]:
    return read_canonical(file.execute("SELECT bytes FROM journal WHERE n = ?", (n,)).fetchone()[0])


def _restamp(file: sqlcipher3.Connection, first: int, key: Ed25519PrivateKey | None, **changed: object) -> None:
    """Change one event and everything after it in its run, so that ids and links fit again; sign if there is a key."""
    epoch = file.execute("SELECT epoch FROM journal WHERE n = ?", (first,)).fetchone()[0]
    rows = file.execute("SELECT n, sig FROM journal WHERE epoch = ? AND n >= ? ORDER BY seq", (epoch, first)).fetchall()
    previous = ""
    for n, sig in rows:
        event = _bytes(file, n)
        event = {**event, **(changed if n == first else {"prev": previous})}
        written = canonical(event)
        previous = event_id(written)
        new_sig = key.sign(signed_part(previous)) if key else sig
        file.execute(
            "UPDATE journal SET id = ?, bytes = ?, sig = ? WHERE n = ?", (bytes.fromhex(previous), written, new_sig, n)
        )


def test_an_honest_record_verifies_with_all_signatures_and_outside_the_program(walked: Ward) -> None:
    walked.store.close()
    seen: list[tuple[int, int]] = []
    found = verify(walked.folder, all_signatures=True, progress=lambda done, total: seen.append((done, total)))
    assert found.first_bad is None
    assert (found.events, found.epochs, len(found.heads)) == (16, 2, 2)
    assert seen == [(16, 16)]
    assert _alone(walked) == (0, "GOOD  16 events in 2 runs of 1 workstations, as written\n")
    assert _alone(walked, "--heads")[0] == 0
    walked.store = walked.open()


def test_progress_is_told_while_a_long_record_is_verified(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coordinator_app.store.journal_check._TELL_EVERY", 2)
    ward.enrol()
    seen: list[int] = []
    assert verify(ward.store, progress=lambda done, total: seen.append(done)).first_bad is None
    assert seen == [2, 4, 4]


Tampering = Callable[[sqlcipher3.Connection], None]


def _flip(file: sqlcipher3.Connection) -> None:
    written = file.execute("SELECT bytes FROM journal WHERE n = 5").fetchone()[0]
    file.execute("UPDATE journal SET bytes = ? WHERE n = 5", (written.replace(b'"must":true', b'"must":false'),))


def _white_space(file: sqlcipher3.Connection) -> None:
    written = file.execute("SELECT bytes FROM journal WHERE n = 5").fetchone()[0]
    loose = written.replace(b'","', b'", "', 1)
    file.execute("UPDATE journal SET bytes = ?, id = ? WHERE n = 5", (loose, bytes.fromhex(event_id(loose))))


def _gone(file: sqlcipher3.Connection) -> None:
    file.execute("DELETE FROM journal WHERE n = 5")


def _gone_and_closed_up(file: sqlcipher3.Connection) -> None:
    file.execute("DELETE FROM journal WHERE n = 5")
    file.execute("UPDATE journal SET n = -n WHERE n > 5")
    file.execute("UPDATE journal SET n = -n - 1 WHERE n < 0")


def _moved(file: sqlcipher3.Connection) -> None:
    file.execute("UPDATE journal SET seq = 99 WHERE n = 5")


def _swapped(file: sqlcipher3.Connection) -> None:
    file.execute("UPDATE journal SET n = 99 WHERE n = 5")
    file.execute("UPDATE journal SET n = 5 WHERE n = 6")
    file.execute("UPDATE journal SET n = 6 WHERE n = 99")


def _restamped_body(file: sqlcipher3.Connection) -> None:
    body = dict(_bytes(file, 5)["body"])  # type: ignore[call-overload]
    _restamp(file, 5, None, body={**body, "given_late": "x"})


def _other_run(file: sqlcipher3.Connection) -> None:
    file.execute("UPDATE journal SET epoch = x'00000000000000000000000000000000' WHERE n = 5")


@pytest.mark.parametrize(
    ("tampering", "bad_row"),
    [
        (_flip, 5), (_white_space, 5), (_gone, 6), (_gone_and_closed_up, 5), (_moved, 5), (_swapped, 5),
        (_restamped_body, 5), (_other_run, 5),
    ],
)  # fmt: skip
def test_the_first_event_that_was_changed_is_named(walked: Ward, tampering: Tampering, bad_row: int) -> None:
    walked.store.close()
    with walked.behind_our_back() as file:
        tampering(file)
        id = file.execute("SELECT id FROM journal WHERE n = ?", (bad_row,)).fetchone()[0].hex()
    for every in (False, True):
        found = verify(walked.folder, all_signatures=every)
        assert found.first_bad is not None
        assert found.first_bad.id == id
        assert found.first_bad.why
    with pytest.raises(StoreDamaged, match="was changed after it was written"):
        walked.open()
    if tampering is not _swapped:  # the order of rows between runs is no part of the export
        assert _alone(walked)[0] == 1


def test_a_signature_moved_to_another_event_is_found(walked: Ward) -> None:
    walked.store.close()
    with walked.behind_our_back() as file:
        sigs = dict(file.execute("SELECT n, sig FROM journal WHERE n IN (4, 5)").fetchall())
        file.execute("UPDATE journal SET sig = ? WHERE n = 4", (sigs[5],))
        file.execute("UPDATE journal SET sig = ? WHERE n = 5", (sigs[4],))
        id = file.execute("SELECT id FROM journal WHERE n = 4").fetchone()[0].hex()
    found = verify(walked.folder, all_signatures=True).first_bad
    assert found is not None
    assert (found.id, found.why) == (id, "the signature of its workstation is wrong")
    assert _alone(walked)[0] == 1
    assert _alone(walked, "--heads")[0] == 0  # the head vouches for what the events say, not for each signature


def test_a_persons_signature_moved_or_taken_away_is_found(walked: Ward) -> None:
    walked.store.close()
    with walked.behind_our_back() as file:
        n, id = file.execute("SELECT n, id FROM journal WHERE psig IS NOT NULL").fetchone()
        file.execute("UPDATE journal SET psig = sig WHERE n = ?", (n,))
    found = verify(walked.folder, all_signatures=True).first_bad
    assert found is not None
    assert (found.id, found.why) == (id.hex(), "the signature of the person is wrong")
    with walked.behind_our_back() as file:
        file.execute("UPDATE journal SET psig = NULL WHERE n = ?", (n,))
    assert "signature is missing" in str(verify(walked.folder).first_bad)
    assert "missing" in _alone(walked)[1]


def test_a_signature_by_somebody_nobody_brought_is_found(walked: Ward) -> None:
    stranger = Ed25519PrivateKey.generate()
    walked.record(e.RecordSigned(case=CASE, meaning="x"), actor="person:nobody", person_sign=stranger.sign)
    found = verify(walked.store, all_signatures=True).first_bad
    assert found is not None
    assert "whose key nobody brought" in found.why
    assert _alone_open(walked)[0] == 1


def _alone_open(ward: Ward) -> tuple[int, str]:
    ward.store.close()
    answer = _alone(ward)
    ward.store = ward.open()
    return answer


def test_a_run_cut_short_is_found_because_the_next_run_names_its_end(walked: Ward) -> None:
    walked.store.close()
    with walked.behind_our_back() as file:
        epochs = [row[0] for row in file.execute("SELECT DISTINCT epoch FROM journal ORDER BY n")]
        last = file.execute("SELECT max(n) FROM journal WHERE epoch = ?", (epochs[0],)).fetchone()[0]
        file.execute("DELETE FROM journal WHERE n = ?", (last,))
        file.execute("UPDATE journal SET n = -n WHERE n > ?", (last,))
        file.execute("UPDATE journal SET n = -n - 1 WHERE n < 0")
    found = verify(walked.folder).first_bad
    assert found is not None
    assert found.why == "the run before it, or the end of that run, is missing"
    assert "is missing" in _alone(walked)[1]


def _numbered_anew(walked: Ward, order: Callable[[list[int], list[int]], list[int]]) -> str:
    """Give the rows of the two runs other places in the journal and return what the verifier says of the first bad one."""
    walked.store.close()
    with walked.behind_our_back() as file:
        epochs = [row[0] for row in file.execute("SELECT epoch FROM journal GROUP BY epoch ORDER BY min(n)")]
        one, other = (
            [row[0] for row in file.execute("SELECT n FROM journal WHERE epoch = ? ORDER BY n", (epoch,))]
            for epoch in epochs
        )
        file.execute("UPDATE journal SET n = -n")
        for place, n in enumerate(order(one, other), start=1):
            file.execute("UPDATE journal SET n = ? WHERE n = ?", (place, -n))
    found = verify(walked.folder).first_bad
    return "" if found is None else found.why


def test_two_runs_that_changed_places_are_found(walked: Ward) -> None:
    assert _numbered_anew(walked, lambda one, other: other + one) == "the run before it stands behind it"


def test_an_event_before_the_beginning_of_its_run_is_found(walked: Ward) -> None:
    why = _numbered_anew(walked, lambda one, other: [*one[:3], other[2], *one[3:], *other[:2], *other[3:]])
    assert why == "the beginning of its run does not stand before it"


def test_an_index_that_lacks_an_event_is_found(walked: Ward) -> None:
    walked.store.close()
    path = walked.folder / "journal.db"
    with walked.behind_our_back() as file:
        asked = "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_journal_2'"
        place = (file.execute(asked).fetchone()[0] - 1) * 4096
    older = path.read_bytes()[place : place + 4096]
    walked.store = walked.open()
    walked.store.close()
    content = bytearray(path.read_bytes())
    content[place : place + 4096] = older
    path.write_bytes(content)
    with (
        Store.open_for_reading(walked.folder, keys=FileKeys(walked.folder)) as store,
        pytest.raises(StoreDamaged, match="do not agree with each other"),
    ):
        check_pages(store)


def test_a_row_on_a_page_that_cannot_be_read_is_named(walked: Ward) -> None:
    for number in range(60):
        walked.record(e.FactRecorded(case=CASE, fact=f"fact-{number}" * 30))
    walked.store.close()
    path = walked.folder / "journal.db"
    whole = path.read_bytes()
    named = set()
    for page in range(1, len(whole) // 4096):
        content = bytearray(whole)
        content[page * 4096 + 500] ^= 1
        path.write_bytes(content)
        try:
            found = verify(walked.folder).first_bad
        except StoreDamaged:
            continue
        named |= {found.why} if found is not None else set()
    assert len(named) >= 3
    assert all("cannot be read from the disk" in why for why in named)


def test_an_opening_that_names_another_run_is_found(walked: Ward) -> None:
    key = Ed25519PrivateKey.from_private_bytes(walked.keys.get(_signing_key(walked)) or b"")
    walked.store.close()
    with walked.behind_our_back() as file:
        n = file.execute("SELECT max(n) FROM journal WHERE seq = 0").fetchone()[0]
        body = dict(_bytes(file, n)["body"])  # type: ignore[call-overload]
        parent = dict(body["parent"])
        _restamp(file, n, key, body={**body, "parent": {**parent, "id": "1" * 64}})
    assert "not the one it names" in str(verify(walked.folder).first_bad)
    for wrong in ({"epoch": "zz"}, {"seq": "one"}, {}):
        with walked.behind_our_back() as file:
            _restamp(file, n, key, body={**body, "parent": {"id": "1" * 64, **wrong}})
        assert "cannot be read" in str(verify(walked.folder).first_bad)


def _signing_key(ward: Ward) -> str:
    from coordinator_app.store.store_keys import read_marker

    return f"{read_marker(ward.folder)}.workstation"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"type": "FactRecorded"}, "does not begin with the opening"),
        ({"v": 2}, "Invalid enum value 2"),
        ({"must": 1}, "Expected `bool`"),
        ({"at": "2026-03-02 07:30"}, "does not match regex|matching regex"),
        ({"clock": "good"}, "Invalid enum value"),
        ({"colour": "red"}, "unknown field"),
        ({"body": []}, "Expected `object`"),
        ({"sealed": "00" * 30}, "name no key"),
        ({"prev": "1" * 64}, "does not name the event before it"),
        ({"device": "workstation:stranger"}, "does not begin with the opening"),
    ],
)
def test_an_event_of_a_wrong_shape_is_named_even_when_it_is_signed(
    walked: Ward, changed: dict[str, object], why: str
) -> None:
    import re

    key = Ed25519PrivateKey.from_private_bytes(walked.keys.get(_signing_key(walked)) or b"")
    walked.store.close()
    with walked.behind_our_back() as file:
        _restamp(file, 1, key, **changed)
    found = verify(walked.folder).first_bad
    assert found is not None
    assert found.seq == 0
    assert re.search(why, found.why)
    assert _alone(walked)[0] == 1


def test_a_run_that_changes_its_workstation_is_found(walked: Ward) -> None:
    key = Ed25519PrivateKey.from_private_bytes(walked.keys.get(_signing_key(walked)) or b"")
    walked.store.close()
    with walked.behind_our_back() as file:
        _restamp(file, 3, key, device="workstation:stranger")
    assert "belongs to another workstation" in str(verify(walked.folder).first_bad)
    assert "belongs to another workstation" in _alone(walked)[1]


def test_a_workstation_that_was_never_admitted_is_found(walked: Ward) -> None:
    _add_foreign_run(walked, "workstation:stranger", Ed25519PrivateKey.generate())
    for every in (False, True):
        found = verify(walked.store, all_signatures=every).first_bad
        assert found is not None
        assert found.why == "its workstation was never admitted"


def _add_foreign_run(ward: Ward, device: str, key: Ed25519PrivateKey, *, parent: bool = False) -> str:
    """Put a run of another workstation into the journal, as the exchange will."""
    from coordinator_app.store.journal import Act, Journal

    journal = Journal(ward.store.connection, device, key)
    journal.start("ab" * 16, None)
    act = Act(device, None, None, None, (), (), None, "", None)
    body = e.EpochOpened(workstation=device, site=SITE, program="0.1.0")
    with ward.store.writing():
        for each in (body, e.SleepNoticed(slept_ms=5)):
            journal.insert(journal.seal(each, act, ward.clock.moment(), ward.store.patient_keys))
    return journal.head.id


def test_a_run_of_another_workstation_counts_once_it_is_admitted_even_later(walked: Ward) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    _add_foreign_run(walked, "workstation:two", key)
    walked.record(e.WorkstationAdmitted(workstation="workstation:two", place="Ward 5", public_key=public), SITE)
    for every in (False, True):
        assert verify(walked.store, all_signatures=every).first_bad is None
    walked.restart()
    assert _alone_open(walked)[0] == 0


def test_a_workstation_with_two_keys_is_found(walked: Ward) -> None:
    walked.record(e.WorkstationAdmitted(workstation=WORKSTATION, place="Ward 4B", public_key="11" * 32), SITE)
    found = verify(walked.store).first_bad
    assert found is not None
    assert found.why == "it gives the workstation another key than it has"


def test_a_public_key_that_is_none_is_found(walked: Ward) -> None:
    walked.record(e.WorkstationAdmitted(workstation="workstation:x", place="Ward 4B", public_key="zz"), SITE)
    found = verify(walked.store).first_bad
    assert found is not None
    assert found.why == "the public key it brings is not one"


@pytest.mark.parametrize(
    ("case", "step", "unit"),
    [(CASE, "bedside", UNIT), (CASE, "thaw", "unit:" + "8" * 32), (OTHER_CASE, "thaw", UNIT)],
)
def test_a_moved_product_needs_the_check_of_its_own_case_unit_and_step(
    walked: Ward, case: str, step: str, unit: str
) -> None:
    cited = next(each for each in walked.store.events_of_case(CASE) if each.type == "IdentityConfirmed")
    moved = walked.record(e.ThawStarted(case=case, step=step, unit=unit), unit, refs=(cited.id,))
    found = verify(walked.store).first_bad
    assert found is not None
    assert (found.id, found.why.split(",")[0]) == (
        moved.id,
        "it moves a product and cites no identity check of that case",
    )
    assert _alone_open_fails(walked) == 1


def _alone_open_fails(ward: Ward) -> int:
    ward.store.close()
    return _alone(ward)[0]


def test_a_moved_product_may_rest_on_an_exception_instead(walked: Ward) -> None:
    allowed = e.ExceptionAuthorised(
        case=CASE, exception="exception:1", step="bedside", unit=UNIT, reasons=("CODE_DAMAGED",), reason="r", sponsor="s",
        physician="person:a", pharmacist="person:b",
    )  # fmt: skip
    authorised = walked.record(allowed, key=KEY)
    walked.record(e.AdministrationStarted(case=CASE, step="bedside", unit=UNIT), UNIT, refs=("0" * 64, authorised.id))
    assert verify(walked.store).first_bad is None
    assert _alone_open(walked)[0] == 0


def test_what_a_moved_product_cites_may_stand_before_the_tail(walked: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    cited = next(each for each in walked.store.events_of_case(CASE) if each.type == "IdentityConfirmed")
    walked.record(e.ThawCompleted(case=CASE, step="thaw", unit=UNIT), UNIT, refs=(cited.id,))
    monkeypatch.setattr("coordinator_app.store.journal_check.TAIL", 2)
    walked.restart()
    monkeypatch.setattr("coordinator_app.store.journal_check.TAIL", 4)
    walked.store.close()
    with walked.behind_our_back() as file:
        file.execute("UPDATE journal SET bytes = x'7b7d' WHERE id = ?", (bytes.fromhex(cited.id),))
    with pytest.raises(StoreDamaged, match="cites no identity check"):
        walked.open()


def test_a_change_just_before_the_newest_events_is_found_at_the_next_opening(
    walked: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked.store.close()
    monkeypatch.setattr("coordinator_app.store.journal_check.TAIL", 3)
    with walked.behind_our_back() as file:
        count = file.execute("SELECT max(n) FROM journal").fetchone()[0]
        file.execute("DELETE FROM journal WHERE n = ?", (count - 3,))
    with pytest.raises(StoreDamaged, match="of its run is missing"):
        walked.open()


def test_a_change_among_the_newest_events_that_fits_again_is_found_by_its_signature(walked: Ward) -> None:
    walked.store.close()
    with walked.behind_our_back() as file:
        count = file.execute("SELECT max(n) FROM journal").fetchone()[0]
        _restamp(file, count - 2, None, clock="anchored")
        id = file.execute("SELECT id FROM journal WHERE n = ?", (count - 2,)).fetchone()[0].hex()
    with pytest.raises(StoreDamaged, match=f"at event {id[:16]}"):
        walked.open()


def test_the_verifier_knows_every_event_that_moves_a_product() -> None:
    text = VERIFIER.read_text(encoding="utf-8")
    for name in MOVES:
        assert f" {name}" in text.replace('"""', " ").replace("\n", " ")


def test_the_verifier_is_short_and_knows_nothing_of_the_program() -> None:
    text = VERIFIER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    assert "coordinator_app" not in text


def test_the_verifier_says_when_it_is_used_wrongly_or_the_file_is_no_export(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    for content in (
        "",
        "{}\n",
        "no\n",
        '{"format":"coordinator-journal","v":1,"site":"s","devices":{},"people":{}}\n{}\n',
    ):
        path.write_text(content, encoding="utf-8")
        answer = subprocess.run([sys.executable, str(VERIFIER), str(path)], capture_output=True, text=True, check=False)
        assert (answer.returncode, "cannot be read" in answer.stderr) == (2, True)
    assert subprocess.run([sys.executable, str(VERIFIER)], capture_output=True, check=False).returncode == 2


def test_a_verified_record_names_the_head_of_every_run(walked: Ward) -> None:
    found: Verified = verify(walked.store)
    newest = walked.store.log(1)[0]
    assert found.heads[walked.store.epoch] == (newest.seq, newest.id)
