"""The table of README.md holds: every row of the evidence has a scenario, and every scenario named is played."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROWS = {"3.2 hard": 10, "3.2 soft": 6, "3.2 record": 5, **{f"6.{number}": 1 for number in range(1, 14)}, "6.6": 2}
"""How many rows the evidence has: the left column of §3.2 names ten stops, §6 thirteen scenarios, one of them two."""


def rows() -> list[tuple[str, str, str]]:
    """Return section, row and scenario of every line of the table."""
    lines = (HERE / "README.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines if line.startswith("|")]
    return [(each[0], each[1], each[2] if len(each) > 2 else "") for each in cells[2:]]


def scenarios() -> dict[str, str]:
    """Return every scenario with the file that holds it; a scenario written twice would hide the other."""
    found: dict[str, str] = {}
    for path in sorted(HERE.glob("*.feature")):
        for name in re.findall(r"^\s*Scenario(?: Outline)?: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert name.strip() not in found, f"{name} stands twice"
            found[name.strip()] = path.name
    return found


def played() -> set[str]:
    """Return the feature files that a test module plays."""
    return {
        name for path in HERE.glob("test_*.py")
        for name in re.findall(r'^scenarios\("([^"]+)"\)', path.read_text(encoding="utf-8"), re.MULTILINE)
    }  # fmt: skip


def test_the_table_has_every_row_of_the_evidence() -> None:
    assert Counter(section for section, _, _ in rows()) == Counter(ROWS)
    assert len({(section, row) for section, row, _ in rows()}) == sum(ROWS.values()), "no row stands twice"


@pytest.mark.parametrize(("section", "row", "scenario"), rows())
def test_a_row_has_a_scenario_that_is_played(section: str, row: str, scenario: str) -> None:
    assert scenario, f"§{section} {row} has no scenario"
    if "::" in scenario:
        file, name = scenario.split("::")
        assert f"def {name}(" in (HERE / file).read_text(encoding="utf-8")
        return
    assert scenario in scenarios(), f"no feature holds {scenario}"
    assert scenarios()[scenario] in played()


def test_every_feature_file_is_played() -> None:
    assert set(scenarios().values()) <= played()
