"""Refusals about people, the trial's profile, entries and machines."""

from __future__ import annotations

from PySide6.QtCore import QObject

from coordinator_app.domain.refusal import Refusal
from coordinator_app.ui.wording.reasons.reason_text import Said


class SiteReasons(QObject):
    """Words for sign-in, roles, training, profiles, forms, disk and printer."""

    def texts(self) -> dict[Refusal, Said]:
        """Return title, sentence and next step by reason."""
        return {**self._sign_in(), **self._authority(), **self._profiles(), **self._entries(), **self._machines()}

    def _sign_in(self) -> dict[Refusal, Said]:
        return {
            Refusal.NOT_SIGNED_IN: (
                self.tr("Nobody is signed in"),
                self.tr("This needs a person who is signed in."),
                self.tr("Scan your badge and type your PIN."),
            ),
            Refusal.BADGE_UNKNOWN: (
                self.tr("This badge is not known"),
                self.tr("This badge belongs to nobody who may sign in here."),
                self.tr("Scan your own badge."),
            ),
            Refusal.PIN_WRONG: (
                self.tr("The PIN does not fit"),
                self.tr("This PIN does not belong to this badge."),
                self.tr("Type your PIN again."),
            ),
            Refusal.PIN_LOCKED: (
                self.tr("The PIN is locked for a while"),
                self.tr("After five wrong PINs this badge waits, longer each time."),
                self.tr("Wait a few minutes, then scan your badge again."),
            ),
        }

    def _authority(self) -> dict[Refusal, Said]:
        return {
            Refusal.NOT_ALLOWED: (
                self.tr("Another role does this"),
                self.tr("Your role does not cover this[; it needs: {about}]."),
                self.tr("Ask a colleague with that role."),
            ),
            Refusal.NOT_TRAINED: (
                self.tr("A training is missing"),
                self.tr("No current training for this step is on record[: {about}]."),
                self.tr("Ask a colleague who is trained for it."),
            ),
            Refusal.NOT_DELEGATED: (
                self.tr("The delegation has ended"),
                self.tr("No current delegation for this trial is on record[: {about}]."),
                self.tr("Ask a colleague who is delegated for this trial."),
            ),
        }

    def _profiles(self) -> dict[Refusal, Said]:
        return {
            Refusal.PROFILE_NOT_APPROVED: (
                self.tr("The trial is not approved here"),
                self.tr("Two people have yet to approve the trial's profile[: {about}]."),
                self.tr("Ask the pharmacist or quality to approve it."),
            ),
            Refusal.PROFILE_IS_EXAMPLE: (
                self.tr("This trial is only an example"),
                self.tr("An example profile cannot be used for a real patient[: {about}]."),
                self.tr("Choose the trial's own profile."),
            ),
            Refusal.PROFILE_FAULTY: (
                self.tr("The profile cannot be used"),
                self.tr("The profile has a fault, and nothing of it counts."),
                self.tr("Have the file corrected, then bring it in again."),
            ),
        }

    def _entries(self) -> dict[Refusal, Said]:
        return {
            Refusal.ENTRIES_DIFFER: (
                self.tr("The two entries differ"),
                self.tr("What was typed twice is not the same."),
                self.tr("Type both again from the paper."),
            ),
            Refusal.LOGGER_FILE_FAULTY: (
                self.tr("This file is no temperature record"),
                self.tr("The file cannot be read as the readings of a logger."),
                self.tr("Export the logger's file again, or leave the file out and type what the logger shows."),
            ),
            Refusal.ENTRY_INCOMPLETE: (
                self.tr("An entry is missing"),
                self.tr("An entry is empty or cannot be right."),
                self.tr("Fill it in, then save again."),
            ),
        }

    def _machines(self) -> dict[Refusal, Said]:
        return {
            Refusal.DISK_NEARLY_FULL: (
                self.tr("The disk is nearly full"),
                self.tr("This workstation has too little room to begin something new."),
                self.tr("Go to another workstation and tell the IT desk."),
            ),
            Refusal.PRINTER_FAILED: (
                self.tr("The printer did not print"),
                self.tr("Nothing is known to have come out of the printer."),
                self.tr("Look at the printer, then press Print again."),
            ),
        }
