"""Setting up scanners: what arrived, what it means, how a scanner types, and how it is set to serial."""

from __future__ import annotations

from PySide6.QtCore import QObject


class ScannerWords(QObject):
    """Words for the scanner set-up."""

    def texts(self) -> dict[str, str]:
        """Return every text by its code."""
        return {**self._answers(), **self._routes(), **self._modes()}

    def _answers(self) -> dict[str, str]:
        return {
            "notice.scanner_not_set_up": self.tr(
                "No scanner is set up at this workstation: identity cannot be checked. Press F10 on the sign-in screen "
                "or open Help, Scanners."
            ),
            "notice.scanner_card_due": self.tr(
                "{scanner}: the calibration card was last read at {at}. Scan it again at the start of the shift."
            ),
            "scanner.calibrated": self.tr("{scanner} is set up: it may be used for identity checks."),
            "scanner.calibrated.otherwise": self.tr(
                "{scanner} is set up, but types otherwise than before. If two scanners here send the same prefix, or "
                "none, only the one that read the card last is read right: give each its own prefix."
            ),
            "scanner.fault.prefix-unclear": self.tr(
                "A code could begin with the prefix of this scanner. Give it a sign that begins no code, such as ~1."
            ),
            "scanner.fault.prefix-missing": self.tr(
                "This workstation asks for a prefix and the scanner sends none. Switch the prefix on in the scanner."
            ),
            "scanner.fault.separator-lost": self.tr(
                "The separator inside the code did not arrive: two numbers would run into one."
            ),
            "scanner.fault.characters-lost": self.tr(
                "Characters of the calibration card did not arrive, or arrived wrong."
            ),
            "help.F10": self.tr("Scanner set-up, from the sign-in screen; from here with the button below"),
        }

    def _routes(self) -> dict[str, str]:
        return {
            "route.isbt128": self.tr("ISBT 128"),
            "route.gs1": self.tr("GS1"),
            "route.digital-link": self.tr("GS1 Digital Link"),
            "route.signed-label": self.tr("A label of this program"),
            "route.sec": self.tr("Single European Code"),
            "route.trial": self.tr("A number of a trial"),
            "route.gtin": self.tr("A trade item number"),
            "route.none": self.tr("Not recognised"),
        }

    def _modes(self) -> dict[str, str]:
        return {
            "scanner.mode.keyboard": self.tr("types like a keyboard"),
            "scanner.mode.exact": self.tr("arrives exactly as printed"),
            "scanner.mode.serial": self.tr("serial line"),
        }
