"""Colours that can be read, shapes that can be told apart, and a typeface that is there."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontDatabase, QImage, QPainter
from PySide6.QtWidgets import QApplication

from coordinator_app.domain.screens import Tone
from coordinator_app.ui import theme
from coordinator_app.ui.theme import fonts, sizes
from coordinator_app.ui.theme.contrast import contrast
from coordinator_app.ui.theme.drawings import NAMES, paint_drawing
from coordinator_app.ui.theme.shapes import paint_shape
from coordinator_app.ui.theme.tokens import BUTTON, TARGET, VERDICT_ACCEPTED, VERDICT_HELD, VERDICT_REFUSED, Tokens

BOTH = pytest.mark.parametrize("tokens", [theme.LIGHT, theme.NIGHT], ids=["light", "night"])


@BOTH
def test_every_text_stands_out_from_what_it_stands_on(tokens: Tokens) -> None:
    for text in (tokens.ink, tokens.soft):
        for ground in (tokens.ground, tokens.card, tokens.sunken):
            assert contrast(text, ground) >= 4.5, (text, ground)
    assert contrast(tokens.nav_ink, tokens.nav) >= 4.5
    assert contrast(tokens.nav_ink, tokens.nav_current) >= 4.5
    assert contrast(tokens.on_action, tokens.action) >= 4.5


@BOTH
def test_every_state_is_readable_on_its_fill_and_as_ink(tokens: Tokens) -> None:
    for tone in Tone:
        colours = tokens.tone(tone)
        assert contrast(colours.on_fill, colours.fill) >= 4.5, tone
        assert contrast(colours.ink, colours.ground) >= 4.5, tone
        assert contrast(colours.ink, tokens.card) >= 4.5, tone


def test_amber_is_never_ink_on_a_light_ground() -> None:
    assert theme.LIGHT.due.ink != theme.LIGHT.due.fill


@BOTH
def test_edges_of_buttons_and_the_ring_of_the_focus_can_be_seen(tokens: Tokens) -> None:
    assert contrast(tokens.strong_line, tokens.card) >= 3
    assert max(contrast(tokens.focus_inner, tokens.ground), contrast(tokens.focus_outer, tokens.ground)) >= 3


def test_a_verdict_is_white_on_blue_or_on_dark_red_and_black_on_amber() -> None:
    for verdict in (VERDICT_ACCEPTED, VERDICT_REFUSED, VERDICT_HELD):
        assert contrast(verdict.on_fill, verdict.fill) >= 4.5


def _painted(side: int = 96) -> tuple[QImage, QPainter]:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    return image, QPainter(image)


def _dark_cells(image: QImage) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(0, image.width(), 4)
        for y in range(0, image.height(), 4)
        if QColor(image.pixel(x, y)).lightness() < 128
    }


def test_the_four_state_shapes_differ_by_shape_alone(qapp: QApplication) -> None:
    shapes = {}
    for tone in Tone:
        image, painter = _painted()
        paint_shape(painter, tone, QRectF(0, 0, 96, 96), QColor("black"), QColor("white"))
        painter.end()
        shapes[tone] = _dark_cells(image)
    for one, other in itertools.combinations(Tone, 2):
        assert len(shapes[one] ^ shapes[other]) > 40, (one, other)


def test_every_thing_to_scan_has_a_drawing_of_its_own(qapp: QApplication) -> None:
    drawn = {}
    for name in ("badge", "wristband", "bag", "cassette", "vial", "label", "shipment", "certificate", "order",
                 "location", "logger", "seal", "courier", "person", "second_person", "pad", "syringe"):  # fmt: skip
        assert name in NAMES
        image, painter = _painted()
        paint_drawing(painter, name, QRectF(0, 0, 96, 96), theme.LIGHT)
        painter.end()
        drawn[name] = frozenset(_dark_cells(image))
    assert len(set(drawn.values())) == len(drawn)


def test_the_beam_shows_only_when_a_scan_is_expected(qapp: QApplication) -> None:
    def reds(*, beam: bool) -> int:
        image, painter = _painted(192)
        paint_drawing(painter, "bag", QRectF(0, 0, 192, 192), theme.LIGHT, beam=beam)
        painter.end()
        cells = itertools.product(range(192), range(192))
        return sum(1 for x, y in cells if QColor(image.pixel(x, y)).red() - QColor(image.pixel(x, y)).blue() > 100)

    assert reds(beam=False) == 0
    assert reds(beam=True) > 50


def test_the_typeface_is_there_and_its_digits_keep_their_width(qapp: QApplication) -> None:
    family = fonts.load_typeface()
    assert family in fonts.WANTED
    assert family in QFontDatabase.families()
    assert fonts.digits_keep_their_width(family)


def test_the_fallback_typeface_would_do_as_well(qapp: QApplication) -> None:
    fonts.load_typeface()
    assert "DejaVu Sans" in QFontDatabase.families()
    assert fonts.digits_keep_their_width("DejaVu Sans")


def test_at_200_percent_close_text_doubles_and_large_text_still_grows() -> None:
    assert sizes.text(16, 2.0) == 32
    assert 64 < sizes.text(64, 2.0) < 128
    assert all(sizes.text(size, 2.0) > sizes.text(size, 1.0) for size in range(10, 120))
    assert round(sizes.text(sizes.design_size(31, 2.0), 2.0)) == 31


def test_targets_are_large_enough_for_gloves() -> None:
    assert TARGET >= 48
    assert BUTTON >= 64
