"""The record itself: backups, keys, what was found about it, and an erased patient."""

from __future__ import annotations

from PySide6.QtCore import QObject


class KeepingWords(QObject):
    """Words for the page about the record and for everything that begins there."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {**self._page(), **self._forms(), **self._erasing()}

    def _page(self) -> dict[str, str]:
        return {
            "list.keeping": self.tr("Keeping the record"),
            "list.keeping.intro": self.tr(
                "Backups, the recovery key in the safe, and what was found when the record was opened."
            ),
            "list.keeping.empty": self.tr("There is nothing to show."),
            "column.part": self.tr("What"),
            "keeping.backup": self.tr("Newest backup"),
            "keeping.backup_none": self.tr("None yet"),
            "keeping.backup_made": self.tr("{events} events, {hours} hours old, restored and verified on trial"),
            "keeping.backup_failed": self.tr("Last attempt at a backup"),
            "keeping.recovery_key": self.tr("Recovery key"),
            "keeping.recovery": self.tr("In the safe, number {fingerprint}"),
            "keeping.recovery_none": self.tr("None yet: without one, a lost computer means a lost record"),
            "keeping.keys": self.tr("Keys of this workstation"),
            "keeping.why": self.tr("[{why}]"),
            **self._progress(),
            "finding.rollback": self.tr("The record is older than it was"),
            "finding.repaired": self.tr("The record was repaired"),
            "notice.recovery_key_none": self.tr(
                "No recovery key is in the safe yet: without one, a lost computer means a lost record. Record, Keeping."
            ),
            "notice.finding_rollback": self.tr(
                "The record is older than it was, found {at}: check every case against its paper sheets. "
                "Two people settle it: Record, Keeping."
            ),
            "notice.finding_repaired": self.tr(
                "The record was repaired when it was opened, {at}. An administrator settles it: Record, Keeping."
            ),
            "meaning.settle_finding": self.tr("What was found about the record was looked into and is settled"),
        }

    def _progress(self) -> dict[str, str]:
        return {
            "keeping.history": self.tr("Verification of the whole record"),
            "keeping.history_none": self.tr("Not yet come to its end"),
            "keeping.history_verified": self.tr("All {events} events up to {at} are as they were written"),
            "keeping.history_bad": self.tr("Stopped at event {event}: {why}"),
            "progress.verifying": self.tr("{percent} %: {done} of {total} events, {rate} a second, {minutes} min left"),
            "progress.verifying.soon": self.tr(
                "{percent} %: {done} of {total} events, {rate} a second, less than a minute left"
            ),
            "progress.verifying.begun": self.tr("{percent} %: {done} of {total} events"),
            "keeping.mirror": self.tr("Second copy"),
            "keeping.mirror_beside": self.tr("Beside the record, on the same disk"),
            "keeping.mirror_at": self.tr("On another disk: {place}"),
            "progress.mirror": self.tr(
                "Moving, {percent} %: {done} of {total} steps, {rate} a second, {minutes} min left"
            ),
            "progress.mirror.soon": self.tr(
                "Moving, {percent} %: {done} of {total} steps, {rate} a second, less than a minute left"
            ),
            "progress.mirror.begun": self.tr("Moving, {percent} %: {done} of {total} steps"),
        }

    def _forms(self) -> dict[str, str]:
        return {
            "form.settle_finding": self.tr("Settle what was found about the record"),
            "form.settle_finding.intro": self.tr("What was compared, with what, and what came of it."),
            "list.recovery_key": self.tr("The recovery key"),
            "list.recovery_key.intro": self.tr(
                "Put it on paper now, for the safe: with it the record can be opened when this computer is lost. "
                "It is shown once and kept nowhere."
            ),
            "list.recovery_key.empty": self.tr("There is nothing to show."),
            "column.number": self.tr("Line"),
            "column.line": self.tr("Characters"),
            "form.recovery_read_back": self.tr("Read two lines back"),
            "form.recovery_read_back.intro": self.tr(
                "Type these lines from the sheet, so that it is sure to be readable. The sheet goes into the safe."
            ),
            "field.recovery_line": self.tr("Line {number}"),
            "recovery.not_the_line": self.tr("That is not line {number}; look at the sheet and type it again."),
            "recovery.no_printer": self.tr(
                "Papers go to a folder here, and this key must not lie on a disk; save the sheet on a stick, "
                "or write the lines down."
            ),
            "recovery.printed": self.tr("The sheet is printed; fetch it before you go on."),
            "recovery.saved": self.tr("Saved as {file}; print it elsewhere, then delete it from the stick."),
            "form.recovery_save": self.tr("Save the sheet on a stick"),
            "form.recovery_save.intro": self.tr(
                "Print it at a computer you trust and delete the file then: whoever has it can read every name."
            ),
            "field.stick_folder": self.tr("Folder on the stick"),
            "meaning.recovery_key": self.tr("The sheet with the recovery key goes into the safe"),
            "form.move_mirror": self.tr("Move the second copy"),
            "form.move_mirror.intro": self.tr(
                "Everything is written twice before it counts as recorded. On another disk the second copy outlives "
                "the first. That disk must be built into this computer and stay connected: "
                "without it nothing is recorded."
            ),
            "field.mirror_folder": self.tr("Folder on the other disk"),
            "field.mirror_folder.hint": self.tr("Empty: beside the record."),
            "meaning.move_mirror": self.tr("The second copy of the record is to stand there"),
            "form.change_passphrase": self.tr("Change the passphrase of the key file"),
            "form.change_passphrase.intro": self.tr(
                "It is asked for at every start of the program. Nobody can find it out for you."
            ),
            "field.passphrase_now": self.tr("Present passphrase (empty if there is none)"),
            "field.passphrase_next": self.tr("New passphrase, 12 characters or more"),
            "field.passphrase_again": self.tr("The new one once more"),
            "passphrase.short": self.tr("The new passphrase has fewer than 12 characters; take a longer one."),
            "passphrase.differs": self.tr("The two new passphrases differ; type both again."),
            "passphrase.wrong": self.tr("The present passphrase is not right; nothing was changed."),
        }

    def _erasing(self) -> dict[str, str]:
        return {
            "change.erase_patient": self.tr("Erase the patient"),
            "form.erase_patient": self.tr("Erase the patient"),
            "form.erase_patient.intro": self.tr(
                "Name, birth date, numbers and photos can never be read again. What was done with the product stays. "
                "Two people sign."
            ),
            "field.wall_again": self.tr("The name on the wall, once more"),
            "erase.retention_over": self.tr("The time for keeping it is over"),
            "erase.request_granted": self.tr("The person asked for it and it was granted"),
            "erase.entered_by_mistake": self.tr("It was entered by mistake"),
            "erase.under_way": self.tr("Something of this case is under way and needs the name; end it first."),
            "erase.nobody": self.tr("There is nobody left to erase in this case."),
            "erase.other_name": self.tr("That is not the name of this case on the wall; look again whom you mean."),
            "meaning.erase_patient": self.tr("The patient is erased for good"),
        }
