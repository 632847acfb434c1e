"""Refusals of the code reader: the code as a whole was not read, or is not one for this place."""

from __future__ import annotations

from PySide6.QtCore import QObject

from coordinator_app.domain.refusal import Refusal
from coordinator_app.ui.wording.reasons.reason_text import Said


class CodeReasons(QObject):
    """Words for codes that are not known, not whole, or not typed right."""

    def texts(self) -> dict[Refusal, Said]:
        """Return title, sentence and next step by reason."""
        return {**self._not_known(), **self._not_whole(), **self._characters(), **self._typed(), **self._warnings()}

    def _not_known(self) -> dict[Refusal, Said]:
        return {
            Refusal.CODE_NOT_RECOGNISED: (
                self.tr("This code is not known here"),
                self.tr("The program cannot tell what this code stands for."),
                self.tr("Scan the code that the screen asks for."),
            ),
            Refusal.CODE_AMBIGUOUS: (
                self.tr("This code can mean two things"),
                self.tr("The code fits more than one thing, and the program never guesses."),
                self.tr("Scan another code on the same label."),
            ),
            Refusal.CODE_IS_CONFIGURATION: (
                self.tr("This code sets up a scanner"),
                self.tr("This is a set-up code for scanners and says nothing about product or patient."),
                self.tr("Scan the code on the label itself."),
            ),
            Refusal.CODE_TOO_LONG: (
                self.tr("This code is too long"),
                self.tr("The code is longer than any code used here."),
                self.tr("Scan one code at a time."),
            ),
        }

    def _not_whole(self) -> dict[Refusal, Said]:
        return {
            Refusal.CODE_EMPTY: (
                self.tr("Nothing was read"),
                self.tr("The scanner sent nothing."),
                self.tr("Scan the code again."),
            ),
            Refusal.CODE_CUT_OFF: (
                self.tr("The code ends too early"),
                self.tr("Only a part of the code was read."),
                self.tr("Scan it again over its whole length."),
            ),
            Refusal.CODES_RUN_TOGETHER: (
                self.tr("Two codes ran together"),
                self.tr("The scanner sent two codes as one."),
                self.tr("Scan one code, and cover the others with your hand."),
            ),
            Refusal.SEPARATOR_LOST: (
                self.tr("The scanner lost a separator"),
                self.tr("The scanner left out the mark between two parts of the code."),
                self.tr("Take another scanner, or scan the calibration card with this one."),
            ),
            Refusal.PART_MISSING: (
                self.tr("A part is missing"),
                self.tr("This does not bring all that the step needs[: {about}]."),
                self.tr("Add what is missing, or scan the larger code on the same label."),
            ),
        }

    def _characters(self) -> dict[Refusal, Said]:
        return {
            Refusal.CODE_HAS_FORBIDDEN_CHARACTER: (
                self.tr("The code was not read cleanly"),
                self.tr("There is a character in it that no code of this kind has."),
                self.tr("Scan it again."),
            ),
            Refusal.CODE_HAS_FOREIGN_CHARACTER: (
                self.tr("The scanner's keyboard does not fit"),
                self.tr("The scanner and this workstation are set to different keyboards."),
                self.tr("Scan the calibration card, or take another scanner."),
            ),
        }

    def _typed(self) -> dict[Refusal, Said]:
        return {
            Refusal.CHECK_CHARACTER_WRONG: (
                self.tr("The check character does not fit"),
                self.tr("One of the characters is not as on the label."),
                self.tr("Compare it with the label and type it again."),
            ),
            Refusal.CHECK_CHARACTER_MISSING: (
                self.tr("The check character is missing"),
                self.tr("A typed code counts only with its check character, the boxed one at the end."),
                self.tr("Type the code with the character in the box."),
            ),
        }

    def _warnings(self) -> dict[Refusal, Said]:
        return {
            Refusal.SYMBOLOGY_INFERRED: (
                self.tr("The scanner does not name the symbol"),
                self.tr("The scanner does not tell which kind of symbol it read."),
                self.tr("Go on, and have the scanner set up when there is time."),
            ),
            Refusal.SYMBOLOGY_RECTANGULAR: (
                self.tr("An unusual shape of symbol"),
                self.tr("The symbol is rectangular where a square one is usual."),
                self.tr("Go on."),
            ),
            Refusal.CENTURY_UNUSUAL: (
                self.tr("An unusual date"),
                self.tr("The date in the code lies far from today."),
                self.tr("Compare the date with the label."),
            ),
            Refusal.DIVISION_ELSEWHERE: (
                self.tr("The division is told elsewhere"),
                self.tr("This code does not say which part of a divided product it is."),
                self.tr("Scan the code with the full product number too."),
            ),
            Refusal.STRUCTURE_OPAQUE: (
                self.tr("A part could not be read"),
                self.tr("A part of the code is known by name and not by content."),
                self.tr("Go on."),
            ),
        }
