"""What the record does to keep itself: sources of backups, recovery key, passphrase, erasures carried out."""

from __future__ import annotations

from pathlib import Path

from coordinator_app.domain.ids import SITE_KEY
from coordinator_app.store.attachments import Attachments
from coordinator_app.store.backup import BackupSource
from coordinator_app.store.erasing import (
    ERASED,
    ERASING,
    FORGETTING,
    destroy_key,
    drop_attachments,
    end_erasing,
    erasing_now,
    take_out_of_tables,
)
from coordinator_app.store.faults import FolderUnusable, KeyFileDamaged, StoreFault
from coordinator_app.store.founding import Grounds
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.mirror import Mirror
from coordinator_app.store.mirror_move import MirrorMove
from coordinator_app.store.mirror_place import check_place, is_beside, mirror_of, place_for
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.reading import Reading
from coordinator_app.store.recovery_key import fingerprint_of, known_recovery, seal_for_recovery, use_recovery_key

_WORDS = (ERASING, FORGETTING)


class Keeping(Reading):
    """The part of a record that is about the record itself."""

    def __init__(self, grounds: Grounds) -> None:
        """Take what the record stands on."""
        super().__init__(grounds.connection, grounds.patient_keys)
        self._grounds = grounds
        self._mirror_at: Path | None = None
        self.mirror_move: MirrorMove | None = None
        """The move of the second copy that is under way."""
        self.mirror_fault = ""
        """Why the last move failed, in one sentence; empty when it did not."""

    def backup_source(self) -> BackupSource:
        """Return what a backup of this record is made of, for any thread."""
        grounds = self._grounds
        return BackupSource(grounds.folder, grounds.keys, grounds.workstation, grounds.site)

    @property
    def keys_where(self) -> str:
        """Where the secrets of this workstation are kept, in words."""
        return self._grounds.keys.port.where

    @property
    def has_key_file(self) -> bool:
        """Whether the secrets lie in a key file, which a passphrase can protect."""
        return isinstance(self._grounds.keys.port, FileKeys)

    def change_passphrase(self, now: str, following: str) -> None:
        """Protect the key file by another passphrase (an empty one: by none).

        Raises KeyFileDamaged where `now` is not the present one, StoreFault where the keys are in a key ring or the
        file cannot be written.
        """
        port = self._grounds.keys.port
        if not isinstance(port, FileKeys):
            raise StoreFault("The keys are in the key ring of this computer, which has no passphrase of ours.")
        if not port.is_opened_by(now):
            raise KeyFileDamaged("The present passphrase is not right; type it again, nothing was changed.")
        try:
            port.change_passphrase(following)
        except OSError as fault:
            raise FolderUnusable("The key file cannot be written; free space on the disk and try again.") from fault

    @property
    def mirror_folder(self) -> Path | None:
        """The folder of the second copy where it stands elsewhere than beside the record, else None."""
        if self._mirror_at is None:
            self._mirror_at = mirror_of(self._grounds.folder)
        return None if is_beside(self._grounds.folder, self._mirror_at) else self._mirror_at.parent

    def check_mirror_place(self, chosen: Path | None) -> None:
        """Raise FolderUnusable unless the second copy can stand on the disk of `chosen`, or with None beside."""
        check_place(self._grounds.folder, chosen)

    def begin_mirror_move(self, chosen: Path | None) -> MirrorMove:
        """Begin to move the second copy to the disk of `chosen`, or with None beside the record; raises StoreFault.

        An earlier move that is still under way is given up for it.
        """
        grounds = self._grounds
        target = place_for(grounds.folder, chosen)
        self.give_up_moving()
        self.mirror_fault = ""
        self.mirror_move = MirrorMove(self.connection, grounds.folder, grounds.keys, target, self._take_mirror)
        return self.mirror_move

    def go_on_moving(self, seconds: float) -> bool:
        """Go on moving for about so long; tells whether some is left. Raises StoreFault when the move has failed."""
        move = self.mirror_move
        if move is None:
            return False
        try:
            move.go_on(seconds)
        except StoreFault as fault:
            self.mirror_move, self.mirror_fault = None, fault.sentence
            raise
        if move.over:
            self.mirror_move = None
        return not move.over

    def give_up_moving(self) -> None:
        """Leave the second copy where it stands; safe to call when nothing is moved."""
        if self.mirror_move is not None:
            self.mirror_move.give_up()
            self.mirror_move = None

    def _take_mirror(self, new: Mirror) -> None:
        old, self._grounds.mirror = self._grounds.mirror, new
        self._mirror_at = None
        if old is not None:
            old.close()

    def recovery_fingerprint(self) -> str:
        """Return the fingerprint of the recovery key in use, or an empty text where none was printed."""
        public = known_recovery(self._grounds.keys.port, self._grounds.keys.store_id)
        return "" if public is None else fingerprint_of(public)

    def use_recovery_key(self, key: bytes) -> str:
        """Let a drawn key be the recovery key from now on; returns its fingerprint. Raises StoreFault."""
        keys = self._grounds.keys
        try:
            return use_recovery_key(self._grounds.folder, keys.port, keys.store_id, key, keys.secrets())
        except OSError as fault:
            raise FolderUnusable(
                "The file for the recovery key cannot be written; free space on the disk and try again."
            ) from fault

    def _finish_erasing(self) -> bool:
        """Destroy every key whose erasure is on record; says whether there was one. Raises StoreFault."""
        going = self._ask(lambda: [(key, word) for word in _WORDS for key in erasing_now(self._connection, word)])
        for key_id, word in going:
            try:
                attachments = Attachments(self._grounds.folder, self._keys)
                drop_attachments(self._connection, attachments, key_id)
                if word == FORGETTING:
                    self._keys.forget(key_id)
                else:
                    destroy_key(self._grounds.folder, self._grounds.keys, self._keys, key_id)
            except OSError as fault:
                raise FolderUnusable(
                    "The patient is recorded as erased, and the key file cannot be written yet; free space on the disk "
                    "and start the program again, which finishes it."
                ) from fault
            self._ask(lambda key_id=key_id: end_erasing(self._connection, key_id))  # type: ignore[misc]
        return bool(going)

    def _take_out_again(self) -> None:
        """Take out what an erasure that was cut off left in the tables; the caller holds the transaction."""
        for word in _WORDS:
            for key_id in erasing_now(self._connection, word):
                take_out_of_tables(self._connection, self._keys, key_id, word)

    def erased_keys(self) -> frozenset[str]:
        """Return the ids of all keys that were erased here or elsewhere, as far as this record knows."""
        return frozenset(self._ask(lambda: erasing_now(self._connection, ERASED)))

    def _settle_rotation(self) -> None:
        """End a change of the site key that was cut off: the key file says which of the two keys is in use."""
        keys = self._grounds.keys
        following = keys.next_site_key()
        if following is None or self._ask(lambda: erasing_now(self._connection)):
            return  # an erasure that is not finished goes on with the key that it drew
        if PatientKeys(self._grounds.folder, following).opens(SITE_KEY):
            keys.take_next_site_key()
            seal_for_recovery(self._grounds.folder, keys.port, keys.store_id, keys.secrets())
        keys.end_rotation()
