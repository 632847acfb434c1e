"""Refusals of the identity check: who, what, by whom, and how fresh the evidence is."""

from __future__ import annotations

from PySide6.QtCore import QObject

from coordinator_app.domain.refusal import Refusal
from coordinator_app.ui.wording.reasons.reason_text import Said


class IdentityReasons(QObject):
    """Words for mismatches and for evidence that does not count. None names what was expected."""

    def texts(self) -> dict[Refusal, Said]:
        """Return title, sentence and next step by reason."""
        return {**self._mismatches(), **self._people(), **self._freshness(), **self._evidence()}

    def _mismatches(self) -> dict[Refusal, Said]:
        return {
            Refusal.WRONG_PATIENT: (
                self.tr("This is not the right patient"),
                self.tr("The program cannot confirm this patient[ for {wall}], and nothing has been started."),
                self.tr("Find out with a colleague who this patient is, then begin the check again."),
            ),
            Refusal.WRONG_UNIT: (
                self.tr("This is not the right {kind}"),
                self.tr("The program cannot confirm this {kind}[ for {wall}], and nothing has been started."),
                self.tr("Put this {kind} in quarantine and ring the pharmacy[, {pharmacy}]."),
            ),
            Refusal.WRONG_ORDER: (
                self.tr("This belongs to another case"),
                self.tr("The program cannot confirm that what was scanned belongs to this case[, {wall}]."),
                self.tr("Fetch what belongs to this case and begin again."),
            ),
            Refusal.DONOR_RECIPIENT_CONFUSED: (
                self.tr("Donor and patient are two people"),
                self.tr("The program cannot confirm this person: the wristband is that of the other one."),
                self.tr("Go to the person this step is for and begin the check again."),
            ),
        }

    def _people(self) -> dict[Refusal, Said]:
        return {
            Refusal.ARMS_DISAGREE: (
                self.tr("The two checks do not agree"),
                self.tr("The program cannot confirm this: the two people did not find the same."),
                self.tr("Look together at patient, product and papers, then begin the check again."),
            ),
            Refusal.SAME_PERSON_TWICE: (
                self.tr("A second person is needed"),
                self.tr("The same person was there twice, and this counts only with two."),
                self.tr("Ask a colleague to scan their own badge."),
            ),
            Refusal.WITNESS_NEEDED: (
                self.tr("A second person is needed"),
                self.tr("This step counts only with a second person."),
                self.tr("Ask a colleague to scan their own badge."),
            ),
            Refusal.STATED_DIFFERS: (
                self.tr("Ask once more"),
                self.tr("The program cannot confirm the answer yet."),
                self.tr("Ask for name and date of birth once more and type what you hear."),
            ),
            Refusal.TYPED_WITHOUT_SECOND_PERSON: (
                self.tr("A typed code needs two people"),
                self.tr("A code typed by hand counts only when a second person types it too."),
                self.tr("Ask a colleague to type the same code."),
            ),
        }

    def _freshness(self) -> dict[Refusal, Said]:
        return {
            Refusal.STALE_SCAN: (
                self.tr("The scan is too old"),
                self.tr("Too much time has passed since the first scan."),
                self.tr("Scan again from the first code on."),
            ),
            Refusal.CHECK_EXPIRED: (
                self.tr("The check is too old"),
                self.tr("The time in which this check counts is over."),
                self.tr("Begin the check again."),
            ),
            Refusal.NOT_OF_THE_CHECK: (
                self.tr("Others did this check"),
                self.tr("Only somebody who did the identity check may begin."),
                self.tr("Ask one of those who checked, or do the check again."),
            ),
            Refusal.SCAN_FROM_ANOTHER_PROCEDURE: (
                self.tr("This belongs to another step"),
                self.tr("A check is open here, and this is not part of it."),
                self.tr("Finish or abort this check first."),
            ),
            Refusal.BUSY_WITH_LAST_SCAN: (
                self.tr("One moment"),
                self.tr("The last scan is still being recorded."),
                self.tr("Wait for the sound, then scan again."),
            ),
            Refusal.NOT_WHAT_WAS_ASKED: (
                self.tr("Something else is asked for"),
                self.tr("This is not what the screen asks for now."),
                self.tr("Follow the instruction on the screen."),
            ),
        }

    def _evidence(self) -> dict[Refusal, Said]:
        return {
            Refusal.PROXY_SUSPECTED: (
                self.tr("Scan patient and product themselves"),
                self.tr("Two codes came faster than a hand moves, or one code was read in two places."),
                self.tr("Scan the wristband on the patient, then the code on the product itself."),
            ),
            Refusal.WRISTBAND_VOID: (
                self.tr("This wristband no longer counts"),
                self.tr("This wristband was replaced or taken off."),
                self.tr("Scan the wristband that the patient wears now."),
            ),
            Refusal.LABEL_VOID: (
                self.tr("This label no longer counts"),
                self.tr("A newer label has taken its place."),
                self.tr("Scan the newest label on the product."),
            ),
            Refusal.SCANNER_NOT_CALIBRATED: (
                self.tr("This scanner is not set up"),
                self.tr("Until a scanner has read the calibration card, its scans cannot prove identity."),
                self.tr("Take another scanner, or scan the calibration card with this one."),
            ),
            Refusal.NOT_IDENTITY_EVIDENCE: (
                self.tr("This code does not say who or which one"),
                self.tr("The code names a kind of product and not one single item."),
                self.tr("Scan the code with the serial number or the patient's number."),
            ),
            Refusal.IDENTITY_CHECK_NEEDED: (
                self.tr("An identity check comes first"),
                self.tr("This step rests on an identity check, and none is recorded."),
                self.tr("Begin the identity check."),
            ),
        }
