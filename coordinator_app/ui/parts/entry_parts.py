"""What a person keys in piece by piece: a day, a month as a word, a year, letters, a number, a PIN. No Qt here.

A part takes single characters, from a key on the screen or on the keyboard alike, and refuses what cannot be right.
"""

from __future__ import annotations

from coordinator_app.ui.formats import MONTHS

Rows = tuple[tuple[str, ...], ...]

ERASE = "erase"
DIGIT_ROWS: Rows = (("1", "2", "3", "4", "5"), ("6", "7", "8", "9", "0"), (ERASE,))
MONTH_ROWS: Rows = tuple(MONTHS[start : start + 4] for start in (0, 4, 8))
LETTER_ROWS: Rows = (tuple("ABCDEFGHI"), tuple("JKLMNOPQR"), (*"STUVWXYZ", ERASE))
NUMBER_ROWS: Rows = (("1", "2", "3", "4", "5"), ("6", "7", "8", "9", "0"), (".", "-", ERASE))


class Part:
    """One box of an entry: takes up to `length` digits."""

    rows: Rows = DIGIT_ROWS
    length = 2

    def __init__(self) -> None:
        self.text = ""

    def press(self, key: str) -> None:
        """Take one key or one typed character; what does not fit changes nothing."""
        if not self.full and self._fits(key):
            self.text += key

    def erase(self) -> None:
        """Take the last character back."""
        self.text = self.text[:-1]

    @property
    def full(self) -> bool:
        """Say whether nothing more fits, so that the next box comes up."""
        return len(self.text) >= self.length

    def _fits(self, key: str) -> bool:
        return len(key) == 1 and key in "0123456789"


class DayPart(Part):
    """A day of the month as two digits; 4 to 9 can only be 04 to 09."""

    def press(self, key: str) -> None:
        """Take a digit when the day can still be one of 01 to 31."""
        if self.full or not self._fits(key):
            return
        if not self.text and key > "3":
            self.text = f"0{key}"
        elif not self.text or 1 <= int(self.text + key) <= 31:
            self.text += key


class MonthPart(Part):
    """A month as a word: by its key, by its first letters, or by its number from the keyboard."""

    rows = MONTH_ROWS
    length = 3

    def __init__(self) -> None:
        super().__init__()
        self._typed = ""

    @property
    def number(self) -> int:
        """Return 1 to 12, 0 while no month is chosen."""
        return MONTHS.index(self.text) + 1 if self.text in MONTHS else 0

    @property
    def full(self) -> bool:
        """Say whether a month is chosen."""
        return self.number > 0

    def press(self, key: str) -> None:
        """Take a whole word, a letter or a digit."""
        if key in MONTHS:
            self.text, self._typed = key, ""
            return
        if len(key) != 1 or self.full:
            return
        typed = self._typed + key.lower()
        if typed.isascii() and typed.isdigit():
            self._take_number(typed)
            return
        found = [month for month in MONTHS if month.lower().startswith(typed)]
        if found:
            self._typed = typed
            self.text = found[0] if len(found) == 1 else typed.capitalize()

    def _take_number(self, typed: str) -> None:
        # A single 1 may still become 10, 11 or 12; 01 and 2 to 9 are plain.
        if typed in ("0", "1"):
            self._typed = self.text = typed
        elif 1 <= int(typed) <= 12:
            self.text, self._typed = MONTHS[int(typed) - 1], ""

    def erase(self) -> None:
        """Take the month back as a whole."""
        self.text = self._typed = ""


class YearPart(Part):
    """A year of four digits that begins with 18, 19 or 20."""

    length = 4

    def press(self, key: str) -> None:
        """Take a digit when a patient's year can still come of it."""
        if self.full or not self._fits(key):
            return
        begun = self.text + key
        if begun[:2] in ("1", "2", "18", "19", "20"):
            self.text = begun


class LettersPart(Part):
    """The first letters of a name, in capitals; letters of any alphabet are taken from the keyboard."""

    rows = LETTER_ROWS

    def __init__(self, length: int = 3) -> None:
        super().__init__()
        self.length = length

    def press(self, key: str) -> None:
        """Take one letter."""
        capital = key.upper()
        if len(key) == 1 and key.isalpha() and len(self.text) + len(capital) <= self.length:
            self.text += capital


class NumberPart(Part):
    """A number with at most one point, typed as it is read; a comma counts as the point."""

    rows = NUMBER_ROWS
    length = 12

    def press(self, key: str) -> None:
        """Take a digit, one point, or a minus sign before everything."""
        key = "." if key == "," else key
        if self.full:
            return
        if (key == "-" and not self.text) or (key == "." and "." not in self.text) or self._fits(key):
            self.text += key


class SecretPart(Part):
    """A PIN: digits that are never shown."""

    length = 12
