"""Check characters: ISO 7064 MOD 37-2 for ISBT 128, the mod-10 digit and the character pair for GS1."""

from __future__ import annotations

ISO_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
"""Values 0 to 36 of ISO 7064 MOD 37-2, in order."""

_ISO_VALUES = {character: value for value, character in enumerate(ISO_ALPHABET[:36])}

GS1_CHARACTERS_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
"""GS1 character set 82 in the order of its values 0 to 81."""

GS1_CHARACTERS_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""GS1 character set 32 in the order of its values 0 to 31: the letters of a check character pair."""

_GS1_VALUES_82 = {character: value for value, character in enumerate(GS1_CHARACTERS_82)}

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
"""Weights of the GS1 character pair, from the right; 23 are enough for the longest key (25 characters)."""


def check_value(content: str) -> int:
    """Return the ISO 7064 MOD 37-2 value, 0 to 36, of capital letters and digits.

    Raises ValueError for any other character: lower-case content has no check character (ST-001 §7.5).
    """
    total = 0
    for character in content:
        value = _ISO_VALUES.get(character)
        if value is None:
            raise ValueError(f"{character!r} has no value in ISO 7064 MOD 37-2; use capital letters and digits only.")
        total = (total + value) * 2 % 37
    return (38 - total) % 37


def check_character(content: str) -> str:
    """Return the keyboard check character K that is printed in a box after the content.

    Raises ValueError when the content has other characters than capital letters and digits.
    """
    return ISO_ALPHABET[check_value(content)]


def check_number(content: str) -> str:
    """Return the MOD 37-2 value as two digits, 00 to 36: the end of a GRID or of a basic UDI-DI."""
    return f"{check_value(content):02d}"


def donation_flag(donation: str) -> str:
    """Return the type 3 flag of a donation identification number: 60 plus its check value, as two digits."""
    return str(60 + check_value(donation))


def check_digit(body: str) -> str:
    """Return the GS1 check digit of a key without it: weights 3, 1, 3, 1 … from the right, modulo 10."""
    total = 3 * sum(map(int, body[::-2])) + sum(map(int, body[-2::-2]))
    return str(-total % 10)


def check_digit_holds(key: str) -> bool:
    """Tell whether the last digit of a GS1 key is its check digit."""
    return check_digit(key[:-1]) == key[-1]


def check_pair(body: str) -> str:
    """Return the two GS1 check characters of an alphanumeric key without them (modulo 1021, set 32).

    Raises KeyError for a character outside set 82 and ValueError for a body of more than 23 characters.
    """
    if len(body) > len(_PRIMES):
        raise ValueError("A GS1 key with a check character pair has at most 25 characters.")
    total = sum(_GS1_VALUES_82[character] * prime for character, prime in zip(reversed(body), _PRIMES, strict=False))
    total %= 1021
    return GS1_CHARACTERS_32[total >> 5] + GS1_CHARACTERS_32[total & 31]


def check_pair_holds(key: str) -> bool:
    """Tell whether an alphanumeric GS1 key ends with its check character pair."""
    return len(key) > 2 and check_pair(key[:-2]) == key[-2:]
