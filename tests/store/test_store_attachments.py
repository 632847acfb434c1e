"""Photos and files are encrypted, durable before their event, and tell when they are missing or changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from record_ward import KEY, Ward

from coordinator_app.domain.ids import SITE_KEY
from coordinator_app.store import attachments
from coordinator_app.store.attachments import ATTACHMENT_FOLDER
from coordinator_app.store.faults import AttachmentClosed, AttachmentDamaged, AttachmentMissing, FolderUnusable

PHOTO = b"\xff\xd8\xff\xe0 the wristband of Quetzalcoatlus " + bytes(range(256)) * 40


def test_a_photo_comes_back_as_it_was_kept_after_a_restart(ward: Ward) -> None:
    ward.enrol()
    kept = ward.store.attachments.keep(PHOTO, KEY)
    logger = ward.store.attachments.keep(b"", SITE_KEY)
    ward.restart()
    assert ward.store.attachments.read(kept, KEY) == PHOTO
    assert ward.store.attachments.read(logger, SITE_KEY) == b""
    assert ward.store.attachments.names() == tuple(sorted((kept, logger)))


def test_the_file_shows_nothing_and_is_named_by_its_ciphertext(ward: Ward) -> None:
    ward.enrol()
    kept, again = (ward.store.attachments.keep(PHOTO, KEY) for _ in range(2))
    assert kept != again, "two photos of one thing could be told to be the same"
    path = ward.folder / ATTACHMENT_FOLDER / kept
    assert b"Quetzal" not in path.read_bytes()
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", [0, 11, 12, 500, -17, -1])
def test_one_changed_bit_anywhere_is_told(ward: Ward, place: int) -> None:
    ward.enrol()
    kept = ward.store.attachments.keep(PHOTO, KEY)
    path = ward.folder / ATTACHMENT_FOLDER / kept
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(AttachmentDamaged, match=r"not as it was kept; put it back from the backup\.$"):
        ward.store.attachments.read(kept, KEY)


def test_a_missing_photo_is_told_with_what_to_do(ward: Ward) -> None:
    ward.enrol()
    kept = ward.store.attachments.keep(PHOTO, KEY)
    (ward.folder / ATTACHMENT_FOLDER / kept).unlink()
    with pytest.raises(AttachmentMissing, match=r"has not come to this workstation yet; it comes by itself"):
        ward.store.attachments.read(kept, KEY)
    with pytest.raises(AttachmentMissing, match="names no photo"):
        ward.store.attachments.read("../store.json", KEY)
    assert ward.store.attachments.names() == ()


def test_a_photo_of_one_patient_does_not_open_as_anothers(ward: Ward) -> None:
    ward.enrol()
    kept = ward.store.attachments.keep(PHOTO, KEY)
    with pytest.raises(AttachmentClosed, match="another patient"):
        ward.store.attachments.read(kept, SITE_KEY)
    ward.store.patient_keys.forget(KEY)
    with pytest.raises(AttachmentClosed, match="erased"):
        ward.store.attachments.read(kept, KEY)


def test_nothing_is_kept_without_a_key_or_beyond_the_largest_size(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="key"):
        ward.store.attachments.keep(PHOTO, KEY)
    monkeypatch.setattr(attachments, "LARGEST", 10)
    with pytest.raises(ValueError, match="at most"):
        ward.store.attachments.keep(b"x" * 11, SITE_KEY)
    assert not (ward.folder / ATTACHMENT_FOLDER).exists()


def test_the_file_and_its_name_are_durable_before_keep_returns(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real = os.fsync
    folders: set[str] = set()

    def fsync(handle: int) -> None:
        target = os.readlink(f"/proc/self/fd/{handle}")
        order.append("folder" if os.path.isdir(target) else "file")
        folders.add(target)
        real(handle)

    if not Path("/proc/self/fd").exists():
        pytest.skip("the system does not tell which file an fsync is for")
    monkeypatch.setattr(os, "fsync", fsync)
    ward.store.attachments.keep(PHOTO, SITE_KEY)
    assert order == ["folder", "file", "folder"]
    assert {str(ward.folder.resolve()), str((ward.folder / ATTACHMENT_FOLDER).resolve())} <= folders


def test_a_disk_that_refuses_is_told_and_leaves_nothing_that_counts(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    ward.store.attachments.keep(PHOTO, SITE_KEY)
    before = ward.store.attachments.names()
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(FolderUnusable, match="free space"):
        ward.store.attachments.keep(PHOTO, SITE_KEY)
    assert ward.store.attachments.names() == before
    assert not list((ward.folder / ATTACHMENT_FOLDER).glob("*.new"))
