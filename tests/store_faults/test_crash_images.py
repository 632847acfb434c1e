"""After a power cut at any call, whatever of the unsynced was kept, nothing that was recorded is missing."""

from __future__ import annotations

import gc
import random
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.store import chain, founding, ground, mirror, patient_keys, recover, sealing, store_keys
from coordinator_app.store import store as room

from .as_it_was import as_it_was
from .crash_images import Task, main, run, work
from .crash_tally import Outcome, added_up
from .disk_model import Disk, Entry
from .image_folder import ImageFolder
from .known_answers import RememberingCipher, RememberingPublicKey, remembered_answers
from .planted_crashes import is_found
from .weaker_store import WEAKER
from .workloads import watch_the_store


def _entry(kind: str, inode: int = 0, offset: int = 0, one: str = "", two: bytes = b"") -> Entry:
    return Entry(kind, inode, offset, one, two)


def test_what_was_synced_is_kept_and_the_rest_may_be_lost_or_torn() -> None:
    disk = Disk()
    disk.follow(_entry("C", 1, one="a"))
    disk.follow(_entry("W", 1, 0, two=b"x" * 600))
    disk.follow(_entry("S", 1))
    assert disk.lost().files == {}, "the name is not durable before its folder is synced"
    disk.follow(_entry("D"))
    disk.follow(_entry("W", 1, 600, two=b"y" * 2000))
    assert disk.lost().files == {"a": b"x" * 600}
    assert disk.kept().files == {"a": b"x" * 600 + b"y" * 2000}
    chance = random.Random(1)  # noqa: S311 - a test wants it repeatable
    seen = {disk.some(chance).files["a"] for _ in range(200)}
    torn = {content for content in seen if b"\0" in content or 600 < len(content) < 2600}
    assert len(torn) > 5
    assert all(content.startswith(b"x" * 600) for content in seen)


def test_names_come_and_go_with_their_folder() -> None:
    disk = Disk({"new": b"new", "old": b"old", "gone": b"gone"})
    disk.follow(_entry("R", one="new", two=b"old"))
    disk.follow(_entry("U", one="gone"))
    assert disk.lost().files == {"new": b"new", "old": b"old", "gone": b"gone"}
    assert disk.kept().files == {"old": b"new"}
    chance = random.Random(1)  # noqa: S311 - a test wants it repeatable
    assert {frozenset(disk.some(chance).files) for _ in range(60)} >= {
        frozenset({"old"}), frozenset({"old", "gone"}), frozenset({"new", "old"}),
    }  # fmt: skip
    disk.follow(_entry("D"))
    assert disk.lost().files == {"old": b"new"}


def test_a_sync_that_failed_makes_nothing_durable_and_neither_does_the_next() -> None:
    disk = Disk({"a": b""})
    disk.follow(_entry("W", -1, 0, two=b"lost"))
    disk.follow(_entry("F", -1))
    disk.follow(_entry("W", -1, 4, two=b"kept"))
    disk.follow(_entry("S", -1))
    assert disk.lost().files == {"a": b"\0\0\0\0kept"}
    assert disk.kept().files == {"a": b"lostkept"}


def test_a_folder_holds_the_files_of_the_newest_image_whatever_was_done_to_the_one_before(tmp_path: Path) -> None:
    folder = ImageFolder(tmp_path / "image")
    folder.put({"record/a": b"long before", "record/deep/b": b"b", "lock": b""})
    (tmp_path / "image/record/a").write_bytes(b"the program wrote much more than that")
    (tmp_path / "image/record/new").write_bytes(b"new")
    (tmp_path / "image/record/aside").mkdir()
    folder.put({"record/a": b"short", "record/c": b"c"})
    found = {str(each.relative_to(tmp_path / "image")) for each in (tmp_path / "image").rglob("*")}
    assert found == {"record", "record/a", "record/c"}
    assert (tmp_path / "image/record/a").read_bytes() == b"short"
    assert {each.stat().st_mode & 0o077 for each in (tmp_path / "image").rglob("*")} == {0}


def test_what_is_remembered_of_a_good_signature_never_vouches_for_another() -> None:
    signing = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    sig, public = signing.sign(b"event"), signing.public_key().public_bytes_raw()
    for _ in range(2):
        RememberingPublicKey.from_public_bytes(public).verify(sig, b"event")
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32).public_key().public_bytes_raw()
    for key, signature, part in ((other, sig, b"event"), (public, sig[::-1], b"event"), (public, sig, b"Event")):
        for _ in range(2):
            with pytest.raises(InvalidSignature):
                RememberingPublicKey.from_public_bytes(key).verify(signature, part)
    sealed = RememberingCipher(b"k" * 32).encrypt(b"n" * 12, b"plain", None)
    for _ in range(2):
        assert RememberingCipher(b"k" * 32).decrypt(b"n" * 12, sealed, None) == b"plain"
    for key, nonce, content in ((b"o", b"n", sealed), (b"k", b"m", sealed), (b"k", b"n", sealed[::-1])):
        with pytest.raises(InvalidTag):
            RememberingCipher(key * 32).decrypt(nonce * 12, content, None)


def test_runs_add_up_also_broken_off_ones_and_no_workload_counts_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    program = {"commit": "abc1234", "python": "3"}
    first, second = Outcome("ward", 1, images=60, seconds=0.5), Outcome("keys", 1, images=40)
    first.counts["recording|everything unsynced lost"] = 60
    second.wrong["events are lost"] = 2
    one.write_text(first.line(program) + "\n")
    two.write_text(first.line(program) + "\n" + second.line(program) + "\n" + second.line(program)[:70])
    tally = added_up([one, two])
    assert (tally.images, tally.by_name, len(tally.workloads)) == (100, {"ward": 60, "keys": 40}, 2)
    assert tally.wrong == {"events are lost": 2}
    assert "| recording | 60 | 0 | 0 |" in tally.table()
    assert {"founding", "write torn", "mirror alone"} <= set(tally.never_met())
    assert main(["--add-up", str(one), "--images", "60"]) == 1, "most classes were never met"
    assert main(["--add-up", str(one), "--images", "61"]) == 1
    assert "1 images are missing to 61" in capsys.readouterr().out


@pytest.mark.alone
@pytest.mark.timeout(600)
def test_no_power_cut_loses_what_was_recorded() -> None:
    tally = run(2100, seed=20260302, workers=2, per_trace=300, quiet=True)
    assert tally.wrong == {}, tally.first
    assert tally.never_met() == []
    assert tally.acknowledged > 100


@pytest.mark.alone
@pytest.mark.parametrize("name", sorted(WEAKER))
def test_the_same_images_find_what_is_planted(name: str) -> None:
    assert is_found(name, seed=5, images=250)


def test_an_image_of_a_sound_store_is_sound(tmp_path: Path) -> None:
    outcome = work(Task("keys", 3, 60))
    assert (outcome.wrong, outcome.first_wrong) == ({}, "")
    assert outcome.images > 100


def test_whoever_looked_at_images_goes_on_with_the_program_s_own_parts() -> None:
    known = (chain, founding, ground, mirror, patient_keys, recover, room, sealing, store_keys)
    before = {module: dict(vars(module)) for module in known}
    collecting, writing = gc.isenabled(), vars(room.Store)["writing"]
    with as_it_was():
        with remembered_answers():
            assert chain.Ed25519PublicKey is RememberingPublicKey  # type: ignore[attr-defined]
        work(Task("keys", 3, 5))
        assert room.EVENT_TYPES is not EVENT_TYPES, "what is planted for a process is planted here too"  # type: ignore[attr-defined]
        watch_the_store()
        assert vars(room.Store)["writing"] is not writing
    assert gc.isenabled() == collecting
    assert vars(room.Store)["writing"] is writing
    for module, names in before.items():
        assert {name: vars(module)[name] for name in names} == names
