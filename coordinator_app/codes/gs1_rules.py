"""Which GS1 application identifiers may stand together: requisites and exclusions, from the GS1 syntax dictionary."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_ITEM = "01,02,03,8006,8026"
_TRADE_ITEM = "01,02,8006,8026"
_MEASURED = "30,31nn,32nn,35nn,36nn"
_PERSON = "8017,8018"

_REQUIRED: dict[str, str] = {
    "02": "37",
    **dict.fromkeys(("10", "11", "13", "15", "16"), _ITEM),
    "12": "8020",
    "17": "01,02,03,255,8006,8026",
    **dict.fromkeys(("20", "240", "241", "242", "422", "7001"), _TRADE_ITEM),
    "21": "01,03,8006",
    **dict.fromkeys(("22", "235", "243", "337n", "8001", "8014", "8200"), "01"),
    "250": "01,8006;21",
    "251": "01,8006",
    "254": "414",
    **dict.fromkeys(("30", "310n", "311n", "312n", "313n", "314n", "315n", "316n"), "01,02"),
    **dict.fromkeys((f"32{n}n" for n in range(10)), "01,02"),
    **dict.fromkeys((f"33{n}n" for n in range(7)), "00,01"),
    **dict.fromkeys((f"34{n}n" for n in range(10)), "00,01"),
    **dict.fromkeys(("350n", "351n", "352n", "356n", "357n"), "01,02"),
    **dict.fromkeys(("353n", "354n", "355n", "362n", "363n", "367n", "368n", "369n"), "00,01"),
    **dict.fromkeys(("360n", "361n", "364n", "365n", "366n"), "01,02"),
    "37": "00;02,8026",
    "390n": "255,8020",
    "391n": "8020",
    "392n": f"01;{_MEASURED}",
    "393n": _MEASURED,
    "394n": "255",
    "395n": _MEASURED,
    **dict.fromkeys(("403", "7041"), "00"),
    "415": "8020",
    **dict.fromkeys(("423", "424", "425", "426", "8005", "8008"), "01,02"),
    "427": "01,02;422",
    **dict.fromkeys((str(ai) for ai in range(4300, 4334)), "00"),
    "4303": "4302",
    "4313": "4312",
    **dict.fromkeys(("7002", "7005", "7006", "7007", "7008", "7009", "7010", "7011"), "01,02"),
    "7003": "01,02,03",
    "7004": "01;10",
    "7020": "01,8006;416",
    "7021": "01,8006",
    "7022": "7021",
    "703n": "01,02",
    "71n": "01",
    "723n": "01,8004",
    "7240": "01,8006",
    **dict.fromkeys(("7241", "7242", "7253", "7254", "7255", "7256", "8019"), _PERSON),
    **dict.fromkeys(("7250", "7251", "7252", "7257", "7259"), "8018"),
    "7258": "8018+7259",
    "8007": "415",
    "8009": "00,01",
    "8011": "8010",
    "8012": "01,8006",
    "8020": "415",
    "8026": "37",
    "8030": "00,01+21,253,255,8003,8004,8006+21,8010+8011,8017,8018",
    "8111": "255",
}
"""What each identifier needs beside it: `;` joins needs, `,` alternatives, `+` identifiers needed together."""

_EXCLUDED: dict[str, str] = {
    "01": "02,03,255,37,8006",
    "02": "03,8026",
    "03": "37",
    "21": "235",
    "255": "01,02,415,8006,8020,8026",
    **{f"{group}n": f"{group}n" for group in range(310, 370)},
    "390n": "390n,391n,394n,8111",
    "391n": "391n",
    "392n": "392n,393n",
    "393n": "393n",
    "394n": "394n,8111",
    "395n": "392n,393n,395n,8005",
    "420": "421",
    "421": "4307",
    "426": "422,423,424,425",
    "4330": "4331",
    "4332": "4333",
    "7250": "7251",
    "7256": "7253,7254,7255,7259",
    "7259": "7253,7254,7255",
    "8006": "37,8026",
    "8017": "8018",
}
"""What may never stand beside an identifier; the rule holds in both directions."""


def missing_requisite(ais: Iterable[str]) -> tuple[str, str] | None:
    """Return the first identifier that lacks a companion and the companions that would do, or None."""
    return _missing(tuple(dict.fromkeys(ais)))


# Labels of a site are of a few kinds: which identifiers stand together is asked of the rules once for each.
@lru_cache(maxsize=1024)
def _missing(present: tuple[str, ...]) -> tuple[str, str] | None:
    for ai in present:
        for alternatives in _needs(ai):
            if not any(all(_any_matches(part, present) for part in group) for group in alternatives):
                return ai, " or ".join(" with ".join(f"({part})" for part in group) for group in alternatives)
    return None


def forbidden_pair(ais: Iterable[str]) -> tuple[str, str] | None:
    """Return the first two identifiers that may not stand together, or None."""
    return _forbidden(tuple(dict.fromkeys(ais)))


@lru_cache(maxsize=1024)
def _forbidden(present: tuple[str, ...]) -> tuple[str, str] | None:
    for place, one in enumerate(present):
        for other in present[place + 1 :]:
            if _excludes(one, other) or _excludes(other, one):
                return one, other
    return None


@lru_cache(maxsize=1024)
def _needs(ai: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    rule = _rule(_REQUIRED, ai)
    if not rule:
        return ()
    return tuple(
        tuple(tuple(group.split("+")) for group in alternatives.split(",")) for alternatives in rule.split(";")
    )


@lru_cache(maxsize=4096)
def _excludes(one: str, other: str) -> bool:
    return any(_matches(part, other) for part in _rule(_EXCLUDED, one).split(","))


def _rule(table: dict[str, str], ai: str) -> str:
    return table.get(ai) or table.get(ai[:-1] + "n", "")


def _any_matches(pattern: str, ais: tuple[str, ...]) -> bool:
    return any(_matches(pattern, ai) for ai in ais)


def _matches(pattern: str, ai: str) -> bool:
    """Tell whether an identifier is the one named; `n` stands for any digit."""
    return len(pattern) == len(ai) and all(mark in ("n", digit) for mark, digit in zip(pattern, ai, strict=True))
