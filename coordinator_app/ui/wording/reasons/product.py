"""Refusals about the product, its order and papers, its labels, and the time."""

from __future__ import annotations

from PySide6.QtCore import QObject

from coordinator_app.domain.refusal import Refusal
from coordinator_app.ui.wording.reasons.reason_text import Said


class ProductReasons(QObject):
    """Words for what stands against a step: history, papers, labels, clocks."""

    def texts(self) -> dict[Refusal, Said]:
        """Return title, sentence and next step by reason."""
        return {**self._history(), **self._papers(), **self._blocks(), **self._labels(), **self._clocks()}

    def _history(self) -> dict[Refusal, Said]:
        return {
            Refusal.UNIT_ALREADY_USED: (
                self.tr("This is already done"),
                self.tr("The record says that this step is done already[: {about}]."),
                self.tr("Open the case and look at its record."),
            ),
            Refusal.WRONG_ORDER_OF_UNITS: (
                self.tr("Another one comes first"),
                self.tr("The trial fixes the order, and this one has to wait[: {about}]."),
                self.tr("Take the one that comes first."),
            ),
            Refusal.EARLIER_STEP_MISSING: (
                self.tr("An earlier step is missing"),
                self.tr("This step must wait for an earlier one[: {about}]."),
                self.tr("Finish the earlier step first."),
            ),
            Refusal.GATE_CLOSED: (
                self.tr("Something must come first"),
                self.tr("This step cannot begin yet[: the trial asks for {about}][ ({source})]."),
                self.tr("Record what is missing, then begin again."),
            ),
            Refusal.COUNT_DIFFERS: (
                self.tr("The count does not match"),
                self.tr("Not as many came as were announced[: {counted}]."),
                self.tr("Keep everything together and ring the pharmacy[, {pharmacy}]."),
            ),
            Refusal.NOT_THE_HOLDER: (
                self.tr("Somebody else holds it"),
                self.tr("The record says that somebody else has this product now."),
                self.tr("Ask the holder to hand it over first."),
            ),
        }

    def _papers(self) -> dict[Refusal, Said]:
        return {
            Refusal.CERTIFICATE_MISSING: (
                self.tr("The release certificate is missing"),
                self.tr("No certificate of the sponsor releases this product yet[ ({source})]."),
                self.tr("Take in the sponsor's file with the certificate."),
            ),
            Refusal.ORDER_MISSING: (
                self.tr("The order is not complete"),
                self.tr("What this step rests on is missing[: {about}][ ({source})]."),
                self.tr("Take in the sponsor's file of this case."),
            ),
            Refusal.IDENTIFIER_TAKEN: (
                self.tr("This code is already in use"),
                self.tr("The code already belongs to somebody or something at this site."),
                self.tr("Take another one and scan that."),
            ),
        }

    def _blocks(self) -> dict[Refusal, Said]:
        return {
            Refusal.DISCREPANCY_OPEN: (
                self.tr("Two records contradict each other"),
                self.tr("The case has a contradiction that nobody has resolved[: {about}]."),
                self.tr("Ask the coordinator or quality to resolve it."),
            ),
            Refusal.ON_HOLD: (
                self.tr("The case is on hold"),
                self.tr("Nothing new begins in this case until the hold is lifted[: {about}]."),
                self.tr("Ring the physician[, {physician},] about the hold."),
            ),
            Refusal.QUARANTINED: (
                self.tr("This product is in quarantine"),
                self.tr("The program cannot confirm a product in quarantine[: {about}]."),
                self.tr("Ring the pharmacy[, {pharmacy}]."),
            ),
            Refusal.EXPIRED: (
                self.tr("The product has expired"),
                self.tr("The program cannot confirm a product after its expiry[: {about}]."),
                self.tr("Ring the physician[, {physician}], who decides with the pharmacist."),
            ),
        }

    def _labels(self) -> dict[Refusal, Said]:
        return {
            Refusal.LABELS_NOT_RECONCILED: (
                self.tr("A label is not accounted for"),
                self.tr("Not every printed label is on its product, destroyed or returned."),
                self.tr("Account for every label that was printed."),
            ),
            Refusal.LABEL_DIFFERS: (
                self.tr("This label reads differently"),
                self.tr("This is not the label just printed, or it does not read as it should."),
                self.tr("Scan the label just printed, or press Label spoiled."),
            ),
            Refusal.LABEL_DOES_NOT_FIT: (
                self.tr("The text does not fit the label"),
                self.tr("Part of the text is too long for this label, and nothing is ever cut off."),
                self.tr("Ask the coordinator for a larger label."),
            ),
        }

    def _clocks(self) -> dict[Refusal, Said]:
        return {
            Refusal.CLOCK_OVERDUE: (
                self.tr("The time for this step is over"),
                self.tr("The program cannot confirm this step in time.[ {about}]"),
                self.tr("Ring the physician[, {physician}], who decides with the pharmacist."),
            ),
            Refusal.TOO_EARLY: (
                self.tr("It is too early"),
                self.tr("The program cannot confirm this step yet.[ {about}]"),
                self.tr("Wait until the clock opens this step."),
            ),
            Refusal.CLOCK_UNCERTAIN: (
                self.tr("The time is not certain"),
                self.tr("The program cannot confirm how much time has passed.[ {about}]"),
                self.tr("Read an independent clock with a colleague, or ring the physician[, {physician}]."),
            ),
            Refusal.KNOWLEDGE_TOO_OLD: (
                self.tr("The news here is too old"),
                self.tr("This workstation has heard nothing from the others for too long."),
                self.tr("Connect to the network, or ring the pharmacy[, {pharmacy}]."),
            ),
            Refusal.CUSTODY_ELSEWHERE: (
                self.tr("Another place could accept this"),
                self.tr("This workstation does not have the token of the unit[: it is at {about}]."),
                self.tr("Connect to the network, or let a second person see the unit here and sign."),
            ),
            Refusal.NEEDS_UPDATE: (
                self.tr("This program needs an update"),
                self.tr("Something was recorded for this case that this program does not know[: {about}]."),
                self.tr("Ask the coordinator for the update, or go on at an updated workstation."),
            ),
            Refusal.EVENTS_KEPT_APART: (
                self.tr("Events of this case stand apart"),
                self.tr("Somebody has to decide about events that are kept apart[: {about}]."),
                self.tr("Ask the coordinator, pharmacist or physician to decide about them here."),
            ),
            Refusal.OTHERS_NEED_UPDATE: (
                self.tr("Other workstations need an update first"),
                self.tr("This decision could not be understood everywhere yet[: {about}]."),
                self.tr("Ask the coordinator to update those workstations and let them exchange."),
            ),
            Refusal.HISTORY_UNVERIFIED: (
                self.tr("The record is still being verified"),
                self.tr("The earlier record of this case is not yet fully verified."),
                self.tr("Wait for the verification to end, then begin again."),
            ),
        }
