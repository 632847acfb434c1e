"""What can be wrong with the record, each with one plain sentence that says what to do next."""

from __future__ import annotations


class StoreFault(Exception):
    """The record cannot be used as it is; the text is one plain sentence with the next step, without patient data."""

    @property
    def sentence(self) -> str:
        """The sentence for the person at the screen."""
        return str(self)


class EngineTooOld(StoreFault):
    """The database engine has a known fault that loses committed pages."""


class StoreMissing(StoreFault):
    """There is no record in the folder, or not all of it."""


class StoreExists(StoreFault):
    """A new record was to be founded where one stands already."""


class StoreInUse(StoreFault):
    """Another process holds the record open."""


class FolderUnusable(StoreFault):
    """The folder cannot be written, lies on another machine or on a disk that can be pulled out."""


class StoreNewer(StoreFault):
    """The record was written by a newer version of the program."""


class WrongKey(StoreFault):
    """The key does not open the record."""


class MissingKey(StoreFault):
    """A key is not where it should be."""


class KeyFileDamaged(StoreFault):
    """A key file cannot be read, or its passphrase is wrong."""


class RecoveryKeyWrong(StoreFault):
    """A recovery key is mistyped, or another record's."""


class StoreDamaged(StoreFault):
    """The record is not as it was written."""


class AttachmentMissing(StoreFault):
    """A photo or file that an event names is not here."""


class AttachmentDamaged(StoreFault):
    """A photo or file is not as it was kept."""


class AttachmentClosed(StoreFault):
    """The key that opens a photo or file is not here, or is another's."""


class BackupDamaged(StoreDamaged):
    """A backup is not as it was made, or not one."""


class BackupImpossible(StoreFault):
    """A backup cannot be written where it should go."""


class BackupStopped(StoreFault):
    """A backup was given up because the program is being left."""


class StorePoisoned(StoreFault):
    """Writing failed underneath; nothing more is recorded until the record has been opened again and verified."""
