"""A licensed site lays its own tables beside the program; none is shipped, and a faulty one is named by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from coordinator_app.cli import main
from coordinator_app.commands import scan as scan_command
from coordinator_app.settings import Settings

PRODUCT = "]C0=<S1295100"


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(scan_command, "settings", lambda: Settings(tables=str(tmp_path)))
    return tmp_path


def test_a_product_code_is_shown_raw_where_the_site_has_laid_no_table(
    tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", PRODUCT]) == 0
    assert "·" not in capsys.readouterr().out


def test_a_product_code_is_described_by_the_sites_own_table(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tables / "products.csv").write_text("code,description\nS1295,Words of this site\n", encoding="utf-8")
    assert main(["scan", PRODUCT]) == 0
    assert "· Words of this site" in capsys.readouterr().out


def test_a_faulty_table_is_named_by_its_line(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tables / "products.csv").write_text("code,description\nS1295\n", encoding="utf-8")
    assert main(["scan", PRODUCT]) == 2
    assert "Line 2" in capsys.readouterr().err
