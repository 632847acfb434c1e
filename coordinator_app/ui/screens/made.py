"""Which screen draws which page."""

from __future__ import annotations

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
from coordinator_app.ui.screens.case import CaseScreen
from coordinator_app.ui.screens.exchange import ExchangeScreen
from coordinator_app.ui.screens.form import FormScreen
from coordinator_app.ui.screens.guided import GuidedScreen
from coordinator_app.ui.screens.listing import ListScreen
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.screens.paper import PaperScreen
from coordinator_app.ui.screens.profile import ProfileScreen
from coordinator_app.ui.screens.scanners import ScannersScreen
from coordinator_app.ui.screens.sign_in import SignInScreen
from coordinator_app.ui.screens.today import TodayScreen
from coordinator_app.ui.screens.verdict import VerdictScreen
from coordinator_app.ui.screens.wall import WallScreen


def made_screen(page: Page, around: Surroundings, parent: QWidget) -> PageView:
    """Return a new screen for a page; nothing of an earlier page is in it."""
    match page:
        case SignInPage():
            return SignInScreen(page, around, parent)
        case TodayPage():
            return TodayScreen(page, around, parent)
        case CasePage():
            return CaseScreen(page, around, parent)
        case GuidedPage():
            return GuidedScreen(page, around, parent)
        case FormPage():
            return FormScreen(page, around, parent)
        case ListPage():
            return ListScreen(page, around, parent)
        case ProfilePage():
            return ProfileScreen(page, around, parent)
        case WallPage():
            return WallScreen(page, around, parent)
        case PaperPage():
            return PaperScreen(page, around, parent)
        case ScannersPage():
            return ScannersScreen(page, around, parent)
        case ExchangePage():
            return ExchangeScreen(page, around, parent)
        case VerdictPage():
            return VerdictScreen(page, around, parent)
