"""What may not stand in a scan at all: control characters, foreign letters, commands for a scanner, too much of it."""

from __future__ import annotations

import re
import unicodedata

from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal

LONGEST_CODE = 256
"""Bytes of the longest code accepted; the program's own signed label alone may be longer (`signed_label`)."""

_CONTROL = re.compile(rb"[\x00-\x1c\x1e\x1f\x7f]")
"""Every control character but the group separator, 0x1D."""

_CONFIGURATION = re.compile(
    r"""
      %%SpecCode[0-9A-F]{2}.*          # table of settings of many hand-held readers
    | [%@]?\#?(?:IFSNO|SNO)\$\d+       # interface settings
    | @?NLS[0-9A-Z]{6,}[;=.]?.*        # commands that begin with NLS
    | \{[A-Z]?G?\d{4,5}(?:/.*)?\}      # bracketed parameter numbers
    | \$[+$%][A-Z0-9,!%$+-]*           # service mode: enter, leave, write
    | \$[PC],?[A-Z0-9]{2,}.*           # service commands
    | \$\#?\d{4,}\#?\$                 # programming numbers between dollar signs
    | [A-Z]{6}[0-9A-F]{0,8}[.!]        # six-letter menu commands, ended by a stop or an exclamation mark
    | AT\+[A-Z]+(?:=.*)?               # modem commands of wireless cradles
    | \^\#?[A-Z]{2}\^.*                # commands between carets
    """,
    re.VERBOSE,
)
"""Shapes of setting codes. A reader normally keeps them for itself; one that arrives was not obeyed by this reader."""


def checked_text(raw: bytes, longest: int = LONGEST_CODE) -> str:
    """Return a scan as text when every byte may stand in a code; raises Unreadable otherwise."""
    if not raw:
        raise Unreadable(Refusal.CODE_EMPTY, "The scanner sent nothing; scan again.")
    if len(raw) > longest:
        raise Unreadable(
            Refusal.CODE_TOO_LONG,
            f"The code is {len(raw)} characters long, and no code here has more than {longest}; "
            "scan one code at a time.",
        )
    control = _CONTROL.search(raw)
    if control is not None:
        raise Unreadable(
            Refusal.CODE_HAS_FORBIDDEN_CHARACTER,
            f"The code holds the control character 0x{control[0][0]:02X}, which no label here carries; "
            "scan another code of the label or check the scanner's settings.",
        )
    if not raw.isascii():
        raise Unreadable(
            Refusal.CODE_HAS_FOREIGN_CHARACTER,
            f"The code holds {_foreign(raw)}, which can look like another; check the scanner's keyboard layout with "
            "the calibration card.",
        )
    return raw.decode("ascii")


def check_not_configuration(text: str) -> None:
    """Refuse a code that would set up a scanner; raises Unreadable."""
    if _CONFIGURATION.fullmatch(text):
        raise Unreadable(
            Refusal.CODE_IS_CONFIGURATION,
            "This code sets up a scanner and is no label; scan the label, and keep set-up sheets away from it.",
        )


def _foreign(raw: bytes) -> str:
    """Name the first foreign character by its number and kind, so that it can be read out without being shown."""
    try:
        character = next(letter for letter in raw.decode("utf-8") if ord(letter) > 0x7E)
    except UnicodeDecodeError:
        return f"the byte 0x{next(byte for byte in raw if byte > 0x7E):02X}"
    kind = "an invisible character" if unicodedata.category(character) in ("Cf", "Zl", "Zp") else "a character"
    return f"{kind} that is no plain letter or digit (U+{ord(character):04X})"
