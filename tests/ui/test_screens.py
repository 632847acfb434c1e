"""Every page: nothing cut off, nothing without a name, nothing too small to hit, nothing rich by guess."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QScrollArea,
    QScrollBar,
    QTableView,
    QWidget,
)
from windows import Ward, words_in

from coordinator_app.domain.inputs import Opened
from coordinator_app.domain.screens import Answer, ClockShown, PatientBanner, RowShown, Say, Tone
from coordinator_app.ui import gallery, theme
from coordinator_app.ui import sample_pages as s
from coordinator_app.ui.parts.clock_views import Figures
from coordinator_app.ui.parts.text import Sentence
from coordinator_app.ui.theme.tokens import TARGET

EVERY = pytest.mark.parametrize("name", list(gallery.sample_answers()))


@pytest.fixture(params=[1.0, 2.0], ids=["100%", "200%"])
def scaled(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Ward]:
    theme.apply(qapp, scale=request.param)
    yield from _ward()
    theme.apply(qapp)


@pytest.fixture
def ward(qapp: QApplication) -> Iterator[Ward]:
    if theme.look().family == "":
        theme.apply(qapp)
    yield from _ward()


def _ward() -> Iterator[Ward]:
    ward = Ward()
    ward.window.resize(1280, 720)
    ward.window.show()
    yield ward
    ward.leave()


def _show(ward: Ward, answer: Answer) -> None:
    ward.window.person_acted()
    ward.window.show_answer(answer)
    for _ in range(3):
        QApplication.processEvents()


def _visible(ward: Ward) -> list[QWidget]:
    return [widget for widget in ward.window.findChildren(QWidget) if widget.isVisible()]


def _scrolls(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QAbstractScrollArea):
            return True
        above = above.parentWidget()
    return False


@EVERY
def test_at_1280_by_720_no_word_is_cut(scaled: Ward, name: str) -> None:
    _show(scaled, gallery.sample_answers()[name])
    window = scaled.window
    for widget in _visible(scaled):
        if isinstance(widget, QLabel) and widget.text():
            needed = widget.heightForWidth(widget.width()) if widget.wordWrap() else widget.sizeHint().height()
            assert widget.height() >= needed - 1, widget.text()
            if not widget.wordWrap():
                assert widget.width() >= widget.sizeHint().width() - 1, widget.text()
        elif isinstance(widget, Sentence):
            assert widget.height() >= widget.heightForWidth(widget.width()) - 2, widget.text()
        elif isinstance(widget, QAbstractButton) and widget.text():
            assert widget.width() >= QFontMetrics(widget.font()).horizontalAdvance(widget.text()), widget.text()
            assert widget.height() >= widget.sizeHint().height() - 1, widget.text()
        if isinstance(widget, QLabel | Sentence | QAbstractButton | Figures) and not _scrolls(widget):
            place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
            assert window.rect().contains(place), (widget, place)


@EVERY
def test_at_1280_by_720_nothing_scrolls_sideways(scaled: Ward, name: str) -> None:
    _show(scaled, gallery.sample_answers()[name])
    for area in scaled.window.findChildren(QScrollArea):
        bar = area.horizontalScrollBar()
        assert isinstance(bar, QScrollBar)
        if area.isVisible():
            assert bar.maximum() == 0, area.widget()


@pytest.mark.parametrize(
    "name", ["guided", "guided_refused", "guided_stated", "guided_choices", "sign_in_pin", "mismatch"]
)
def test_what_is_needed_at_the_bedside_needs_no_scrolling(ward: Ward, name: str) -> None:
    _show(ward, gallery.sample_answers()[name])
    for area in ward.window.findChildren(QScrollArea):
        if area.isVisible() and area.width() > 200:
            assert area.verticalScrollBar().maximum() == 0, name


@EVERY
def test_everything_that_takes_the_focus_has_a_name(ward: Ward, name: str) -> None:
    _show(ward, gallery.sample_answers()[name])
    for widget in _visible(ward):
        if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus and widget is not ward.window:
            heard = QAccessible.queryAccessibleInterface(widget)
            assert heard is not None
            assert heard.text(QAccessible.Text.Name), (type(widget).__name__, widget.objectName())


@EVERY
def test_everything_to_press_is_large_enough_for_gloves(ward: Ward, name: str) -> None:
    _show(ward, gallery.sample_answers()[name])
    for widget in _visible(ward):
        if isinstance(widget, QAbstractButton) and not isinstance(widget.parentWidget(), QTableView):
            assert widget.height() >= TARGET, widget.text()
            assert widget.width() >= TARGET, widget.text()


@EVERY
def test_no_label_guesses_at_markup(ward: Ward, name: str) -> None:
    _show(ward, gallery.sample_answers()[name])
    for label in ward.window.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText, label.text()


def test_a_name_with_markup_in_it_is_shown_as_it_is_written(ward: Ward) -> None:
    odd = replace(s.PATIENT, given="<b>Miriam</b> & Co")
    _show(ward, s.answer(replace(s.case(), banner=odd), s.frame("case")))
    assert "HARGREAVES, <b>Miriam</b> & Co (Ms)" in words_in(ward.window)


# The banner ----------------------------------------------------------------------------------------------------------


def test_pab_0016_the_banner_gives_name_birth_gender_number_in_this_order(ward: Ward) -> None:
    _show(ward, s.answer(s.case(), s.frame("case")))
    labels = [each for each in _visible(ward) if isinstance(each, QLabel)]
    shown = [label.text().replace("\u00a0", " ") for label in labels]
    wanted = ["HARGREAVES, Miriam (Ms)", "Born", "14-Jul-1961 (65y)", "Gender", "Female", "Record No.", "004 718 226"]
    places = [shown.index(text) for text in wanted]
    rows = [labels[place].mapTo(ward.window, QPoint(0, 0)).x() for place in places]
    assert rows == sorted(rows)


def test_pab_0042_no_label_of_the_banner_has_a_colon(ward: Ward) -> None:
    _show(ward, s.answer(s.case(), s.frame("case")))
    labels = [each.text() for each in ward.window.findChildren(QLabel) if each.property("role") == "label"]
    assert labels
    assert not [text for text in labels if text.endswith(":")]


def test_nid_0005_a_name_of_70_characters_is_shown_in_full(ward: Ward) -> None:
    long = replace(s.PATIENT, family="Featherstonehaugh-Cholmondeley-Maas", given="Maximiliana Theodora Alexandrina Eu")
    _show(ward, s.answer(replace(s.case(), banner=long), s.frame("case")))
    (name,) = [each for each in _visible(ward) if isinstance(each, QLabel) and each.text().startswith("FEATHERSTONE")]
    assert name.width() >= QFontMetrics(name.font()).horizontalAdvance(name.text())
    assert ward.window.rect().contains(QRect(name.mapTo(ward.window, QPoint(0, 0)), name.size()))


def test_while_a_check_is_open_no_name_or_birth_date_is_anywhere_in_the_window(ward: Ward) -> None:
    _show(ward, s.answer(s.case(), s.frame("case")))
    _show(ward, s.answer(s.guided(), s.frame("bedside")))
    told = "\n".join(words_in(ward.window)).upper()
    for secret in ("HARGREAVES", "MIRIAM", "1961", "718"):
        assert secret not in told


def test_the_banner_of_a_patient_needs_a_patients_record() -> None:
    assert isinstance(s.PATIENT, PatientBanner)
    assert not hasattr(s.NEUTRAL, "family")


# States --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "word"), [(s.KESTREL, "Overdue"), (s.HERON, "Due"), (s.WREN, "In time"), (s.PLOVER, "Not known")]
)
def test_a_state_is_told_by_its_word_too(ward: Ward, clock: ClockShown, word: str) -> None:
    _show(ward, s.answer(s.guided(clock=clock), s.frame("bedside")))
    assert word in words_in(ward.window)


def test_unknown_time_says_why_and_shows_no_figure(ward: Ward) -> None:
    _show(ward, s.answer(s.guided(clock=s.PLOVER), s.frame("bedside")))
    figures = ward.window.findChild(Figures)
    assert isinstance(figures, Figures)
    assert figures.text() == "?"
    assert any("Two people read the wall clock" in text for text in words_in(ward.window))


def test_beside_the_time_left_stand_the_instant_and_what_ends_it(ward: Ward) -> None:
    _show(ward, s.answer(s.guided(), s.frame("bedside")))
    told = "\n".join(words_in(ward.window)).replace("\u00a0", " ")
    assert "Infusion complete by 14:31 CET" in told
    assert "Ends with: end of the infusion" in told


def test_the_wall_shows_wall_names_and_whom_to_ring_and_no_identifiers(ward: Ward) -> None:
    _show(ward, s.answer(s.wall(), s.frame("clocks")))
    told = "\n".join(words_in(ward.window))
    assert "KESTREL · bag 1 · bed 7" in told
    assert "4400" in told
    assert "case:1" not in told
    assert ward.window.screen_shown is not None


def test_the_figures_on_a_wall_of_four_are_read_at_3_m(ward: Ward) -> None:
    _show(ward, s.answer(s.wall(), s.frame("clocks")))
    for figures in ward.window.findChildren(Figures):
        if figures.isVisible() and ":" in figures.text() and figures.height() > 60:
            assert figures.height() >= 104


def test_escape_leaves_the_wall(ward: Ward) -> None:
    _show(ward, s.answer(s.wall(), s.frame("clocks")))
    QTest.keyClick(ward.window, Qt.Key.Key_Escape)
    assert ward.done == [Opened("today")]


# Lists, verdicts, sign-in --------------------------------------------------------------------------------------------


def test_a_row_pressed_opens_its_own_person_whatever_the_row_before_was(ward: Ward) -> None:
    _show(ward, s.answer(s.people_list(), s.frame("people")))
    table = ward.window.findChild(QTableView)
    assert isinstance(table, QTableView)
    place = table.visualRect(table.model().index(3, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    shorter = replace(s.people_list(), rows=s.people_list().rows[5:])
    _show(ward, s.answer(shorter, s.frame("people")))
    table = ward.window.findChild(QTableView)
    assert isinstance(table, QTableView)
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 1))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert ward.done == [Opened("person:3"), Opened("person:5")]


def test_a_row_that_opens_nothing_does_nothing(ward: Ward) -> None:
    page = replace(s.people_list(), rows=(RowShown(("OTT, Eva", "Nurse"), Tone.DUE),))
    _show(ward, s.answer(page, s.frame("people")))
    table = ward.window.findChild(QTableView)
    assert isinstance(table, QTableView)
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(0, 1)).center()
    )
    assert ward.done == []


def test_an_empty_list_says_so(ward: Ward) -> None:
    _show(ward, s.answer(s.empty_list(), s.frame("deviations")))
    assert "No deviation is open. Report one from the case it concerns." in words_in(ward.window)


def test_a_mismatch_shows_both_readings_and_goes_on_counting(ward: Ward) -> None:
    _show(ward, s.answer(s.mismatch(), s.frame("bedside")))
    told = words_in(ward.window)
    assert "A9999 26 123456\nA9999 26 128453" in told
    ward.clocks.pass_seconds(2)
    ward.window.tick()
    assert any("(28:40)" in text for text in words_in(ward.window))


def test_accepted_names_both_people_with_their_times(ward: Ward) -> None:
    _show(ward, s.answer(s.accepted(), s.frame("bedside")))
    assert "OKAFOR, Ngozi 14:02:08 · PETERSEN, Jonas 14:03:41" in words_in(ward.window)


def test_nobody_signed_in_sees_the_clocks_and_no_navigation(ward: Ward) -> None:
    _show(ward, s.answer(s.sign_in(), s.frame("", None)))
    shown = {widget.objectName() for widget in _visible(ward)}
    assert not {name for name in shown if name.startswith("tab:")}
    assert "HERON · bag 1 · bed 4" in words_in(ward.window)


def test_a_second_person_in_a_check_is_not_told_that_no_clock_runs(ward: Ward) -> None:
    _show(ward, s.answer(s.sign_in("badge", "witness", clocks=()), s.frame("", None)))
    assert not [text for text in words_in(ward.window) if "No clock" in text]


def test_a_refusal_stands_on_the_page_in_its_own_words(ward: Ward) -> None:
    page = s.guided(note=Say("This is not the bag’s code."), note_is_refusal=True)
    _show(ward, s.answer(page, s.frame("bedside")))
    assert "This is not the bag’s code." in words_in(ward.window)
