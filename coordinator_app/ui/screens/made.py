"""Which screen draws which page."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from PySide6.QtWidgets import QWidget

from coordinator_app.domain.screens import (
    CasePage,
    ExchangePage,
    FormPage,
    GuidedPage,
    ListPage,
    Page,
    PaperPage,
    ProfilePage,
    ScannersPage,
    SignInPage,
    TodayPage,
    VerdictPage,
    WallPage,
)
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.screens.sign_in import SignInScreen

BEHIND_SIGN_IN = (
    "today", "case", "guided", "form", "listing", "profile", "wall", "paper", "scanners", "exchange", "verdict",
)  # fmt: skip
"""Modules of the screens that nobody sees before signing in."""


def import_behind_sign_in() -> Iterator[None]:
    """Import the other screens, one with each step, while the sign-in screen waits for somebody."""
    for name in BEHIND_SIGN_IN:
        import_module(f"coordinator_app.ui.screens.{name}")
        yield


def made_screen(page: Page, around: Surroundings, parent: QWidget) -> PageView:
    """Return a new screen for a page; nothing of an earlier page is in it."""
    # All but the first are imported here at the latest: before the sign-in screen they would only keep people waiting.
    match page:
        case SignInPage():
            return SignInScreen(page, around, parent)
        case TodayPage():
            from coordinator_app.ui.screens.today import TodayScreen

            return TodayScreen(page, around, parent)
        case CasePage():
            from coordinator_app.ui.screens.case import CaseScreen

            return CaseScreen(page, around, parent)
        case GuidedPage():
            from coordinator_app.ui.screens.guided import GuidedScreen

            return GuidedScreen(page, around, parent)
        case FormPage():
            from coordinator_app.ui.screens.form import FormScreen

            return FormScreen(page, around, parent)
        case ListPage():
            from coordinator_app.ui.screens.listing import ListScreen

            return ListScreen(page, around, parent)
        case ProfilePage():
            from coordinator_app.ui.screens.profile import ProfileScreen

            return ProfileScreen(page, around, parent)
        case WallPage():
            from coordinator_app.ui.screens.wall import WallScreen

            return WallScreen(page, around, parent)
        case PaperPage():
            from coordinator_app.ui.screens.paper import PaperScreen

            return PaperScreen(page, around, parent)
        case ScannersPage():
            from coordinator_app.ui.screens.scanners import ScannersScreen

            return ScannersScreen(page, around, parent)
        case ExchangePage():
            from coordinator_app.ui.screens.exchange import ExchangeScreen

            return ExchangeScreen(page, around, parent)
        case VerdictPage():
            from coordinator_app.ui.screens.verdict import VerdictScreen

            return VerdictScreen(page, around, parent)
