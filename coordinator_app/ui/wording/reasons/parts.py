"""Refusals of the code reader: a part inside the code is not as its standard lays down."""

from __future__ import annotations

from PySide6.QtCore import QObject

from coordinator_app.domain.refusal import Refusal
from coordinator_app.ui.wording.reasons.reason_text import Said


class PartReasons(QObject):
    """Words for faults of the label itself: scanning again seldom helps, another label does."""

    def texts(self) -> dict[Refusal, Said]:
        """Return title, sentence and next step by reason."""
        return {**self._structures(), **self._gs1(), **self._signed()}

    def _structures(self) -> dict[Refusal, Said]:
        return {
            Refusal.STRUCTURE_UNKNOWN: (
                self.tr("This kind of code is not known"),
                self.tr("The code begins like none that the program knows."),
                self.tr("Scan another code on the same label."),
            ),
            Refusal.STRUCTURE_RETIRED: (
                self.tr("This kind of code is out of use"),
                self.tr("The standard no longer allows this kind of code."),
                self.tr("Ask the sender for a new label."),
            ),
            Refusal.STRUCTURE_FAULTY: (
                self.tr("The code is not built right"),
                self.tr("A part of the code is not as its standard lays down."),
                self.tr("Scan it again, or ask for a new label."),
            ),
            Refusal.COMPOUND_FAULTY: (
                self.tr("The combined code is not built right"),
                self.tr("The code announces other parts than it holds."),
                self.tr("Scan it again, or ask for a new label."),
            ),
            Refusal.DATE_IMPOSSIBLE: (
                self.tr("There is no such date"),
                self.tr("The code holds a date that does not exist."),
                self.tr("Scan it again, or ask for a new label."),
            ),
        }

    def _gs1(self) -> dict[Refusal, Said]:
        return {
            Refusal.GS1_FAULTY: (
                self.tr("The code is not built right"),
                self.tr("A part of this GS1 code is not as the standard lays down."),
                self.tr("Scan it again, or ask for a new label."),
            ),
            Refusal.GS1_REQUISITE_MISSING: (
                self.tr("A part of the code is missing"),
                self.tr("This GS1 code lacks a part that must go with another one."),
                self.tr("Ask the sender for a new label."),
            ),
            Refusal.GS1_EXCLUSION: (
                self.tr("Two parts exclude each other"),
                self.tr("This GS1 code holds two parts that may not stand together."),
                self.tr("Ask the sender for a new label."),
            ),
            Refusal.GS1_REPEATED: (
                self.tr("A part comes twice and differs"),
                self.tr("This GS1 code says the same thing twice, and not alike."),
                self.tr("Ask the sender for a new label."),
            ),
        }

    def _signed(self) -> dict[Refusal, Said]:
        return {
            Refusal.SIGNATURE_WRONG: (
                self.tr("This label is not genuine"),
                self.tr("The program cannot confirm who made this label: its signature does not fit."),
                self.tr("Put the product aside and ring the pharmacy[, {pharmacy}]."),
            ),
            Refusal.SIGNER_UNKNOWN: (
                self.tr("The maker of this label is not known"),
                self.tr("The program cannot confirm this label: it does not know the workstation that signed it."),
                self.tr("Connect to the network, then scan the label again."),
            ),
        }
