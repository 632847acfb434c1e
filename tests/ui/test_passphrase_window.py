"""A protected key file is opened by its passphrase in a window: wrong ones are told, and leaving opens nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from coordinator_app.commands import desktop
from coordinator_app.store.faults import StoreFault
from coordinator_app.store.keys import FileKeys
from coordinator_app.ui.passphrase_window import NewPassphraseWindow, PassphraseWindow

RIGHT = "correct horse battery"


@pytest.fixture
def protected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a key file under a passphrase, and nobody at a terminal."""
    FileKeys(tmp_path, RIGHT).put("store", bytes(32))
    monkeypatch.delenv("COORDINATOR_PASSPHRASE", raising=False)
    return tmp_path


def _window() -> PassphraseWindow:
    return next(each for each in QApplication.topLevelWidgets() if isinstance(each, PassphraseWindow))


def _types(texts: list[str], said: list[str]) -> None:
    """Type one passphrase after the other, and keep what the window says of each."""
    window = _window()
    line = window.findChild(QLineEdit, "passphrase")
    why = window.findChild(QLabel, "why")
    assert line is not None
    assert why is not None
    assert line.echoMode() is QLineEdit.EchoMode.Password
    for text in texts:
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)
        said.append(why.text())
        assert line.text() == "", "no passphrase stays on the screen"


def test_the_right_passphrase_opens_the_keys_and_a_wrong_one_is_told(protected: Path, qapp: QApplication) -> None:
    said: list[str] = []
    QTimer.singleShot(0, qapp, lambda: _types(["guess", RIGHT], said))
    keys = desktop._keys_at_a_screen(protected)
    assert keys is not None
    assert keys.get("store") == bytes(32)
    assert said == ["The passphrase does not open the key file; type it again, or use the recovery key.", ""]


def test_the_program_runs_on_after_the_window_was_closed(protected: Path, qapp: QApplication) -> None:
    """The last window that closes would end the program that is about to open its own."""
    QTimer.singleShot(0, qapp, lambda: _types([RIGHT], []))
    assert desktop._keys_at_a_screen(protected) is not None
    ran_on: list[bool] = []

    def end() -> None:
        ran_on.append(True)
        qapp.exit(3)

    QTimer.singleShot(200, qapp, end)
    assert qapp.exec() == 3
    assert ran_on


def test_leaving_the_window_opens_nothing(protected: Path, qapp: QApplication) -> None:
    def leave() -> None:
        button = _window().findChild(QPushButton, "leave")
        assert button is not None
        button.click()

    QTimer.singleShot(0, qapp, leave)
    assert desktop._keys_at_a_screen(protected) is None
    loop = QEventLoop()
    QTimer.singleShot(1, loop, loop.quit)
    assert loop.exec() == 0, "whoever waits in this process afterwards is not told that the program ended"


def test_keys_without_a_passphrase_ask_nobody(tmp_path: Path, qapp: QApplication) -> None:
    FileKeys(tmp_path, "").put("store", bytes(32))
    assert desktop._keys_at_a_screen(tmp_path) is not None


def _chooses(pairs: list[tuple[str, str]], said: list[str]) -> None:
    """Type a new passphrase and the same again, each ended by Enter, and keep what the window says."""
    window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, NewPassphraseWindow))
    first, again = (window.findChild(QLineEdit, name) for name in ("passphrase", "again"))
    why = window.findChild(QLabel, "why")
    assert first is not None
    assert again is not None
    assert why is not None
    for one, two in pairs:
        for line, text in ((first, one), (again, two)):
            assert line.hasFocus() or not window.isActiveWindow()
            QTest.keyClicks(line, text)
            QTest.keyClick(line, Qt.Key.Key_Return)
        said.append(why.text())
        assert (first.text(), again.text()) == ("", ""), "no passphrase stays on the screen"


def test_a_computer_without_a_key_ring_begins_no_record_without_a_passphrase(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COORDINATOR_PASSPHRASE", raising=False)
    said: list[str] = []
    tried = [("short", "short"), (RIGHT, RIGHT + "y"), (RIGHT, RIGHT)]
    QTimer.singleShot(0, qapp, lambda: _chooses(tried, said))
    keys = desktop._keys_at_a_screen(tmp_path / "record")
    assert keys is not None
    assert said == [
        "This is shorter than 12 characters; type a longer one.", "The two differ; type both again.", "",
    ]  # fmt: skip
    assert "protected by a passphrase" in keys.where
    (tmp_path / "record").mkdir()
    keys.put("store", bytes(32))
    assert FileKeys(tmp_path / "record", RIGHT).get("store") == bytes(32)
    with pytest.raises(StoreFault, match="passphrase"):
        FileKeys(tmp_path / "record", "another one altogether")


def test_who_leaves_without_a_passphrase_begins_no_record(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COORDINATOR_PASSPHRASE", raising=False)

    def leave() -> None:
        window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, NewPassphraseWindow))
        QTest.keyClick(window, Qt.Key.Key_Escape)

    QTimer.singleShot(0, qapp, leave)
    assert desktop._keys_at_a_screen(tmp_path / "record") is None
    assert not (tmp_path / "record").exists()


def test_a_site_for_practice_is_begun_without_a_passphrase_where_it_is_said_so(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COORDINATOR_PASSPHRASE", "")
    keys = desktop._keys_at_a_screen(tmp_path / "record")
    assert keys is not None
    assert "without a passphrase" in keys.where


def test_how_it_looks(qtbot: QtBot, tmp_path: Path, qapp: QApplication) -> None:
    from coordinator_app.ui import theme

    theme.apply(qapp)
    window = PassphraseWindow(lambda _typed: "The passphrase does not open the key file; type it again.")
    qtbot.addWidget(window)
    window.show()
    line = window.findChild(QLineEdit, "passphrase")
    assert line is not None
    QTest.keyClicks(line, "guess")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qapp.processEvents()
    assert window.grab().save(str(tmp_path / "passphrase.png"))
    assert window.isVisible(), "a wrong passphrase does not close it"
    first = NewPassphraseWindow(12, lambda _typed: "")
    qtbot.addWidget(first)
    first.show()
    line = first.findChild(QLineEdit, "passphrase")
    assert line is not None
    QTest.keyClicks(line, "short")
    QTest.keyClick(line, Qt.Key.Key_Return)
    QTest.keyClicks(first.findChild(QLineEdit, "again"), "short")
    QTest.keyClick(first.findChild(QLineEdit, "again"), Qt.Key.Key_Return)
    qapp.processEvents()
    assert first.grab().save(str(tmp_path / "new_passphrase.png"))
    assert first.isVisible()
