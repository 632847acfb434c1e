"""The banner over a procedure or a case: the patient by the NHS rules, or nothing that could give the patient away."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from coordinator_app.domain.screens import Banner, NeutralBanner, PatientBanner
from coordinator_app.ui import formats, theme
from coordinator_app.ui.parts.surfaces import StripedCard
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.parts.wrap_row import WrapRow
from coordinator_app.ui.wording import worded_word


class BannerView(StripedCard):
    """One banner, full width, always above the page and never covered (PAB-0009 to PAB-0015)."""

    def __init__(self, banner: Banner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tokens = theme.look().tokens
        self._row = WrapRow(self, gap=theme.px(20), line_gap=theme.px(4))
        self._row.setContentsMargins(theme.px(28), theme.px(10), theme.px(20), theme.px(10))
        if isinstance(banner, PatientBanner):
            self.set_colour(tokens.action)
            self._show_patient(banner)
        else:
            self.set_colour(tokens.soft)
            self._show_neutral(banner)

    def _show_patient(self, banner: PatientBanner) -> None:
        self._row.addWidget(words(formats.person_name(banner.family, banner.given, banner.title), "name", wrap=False))
        self._add(self.tr("Born"), formats.born_with_age(banner.born, banner.age_years))
        self._add(self.tr("Gender"), worded_word(banner.sex) if banner.sex else self.tr("Not Known"))
        number = formats.record_number(banner.record_number, banner.record_issuer)
        nhs = "NHS" in banner.record_issuer.upper().split()
        self._add(self.tr("NHS No.") if nhs else self.tr("Record No."), number)
        if banner.subject:
            self._add(self.tr("Subject"), banner.subject)
        if banner.communication:
            self._add(self.tr("Needs"), banner.communication)

    def _show_neutral(self, banner: NeutralBanner) -> None:
        name = f"{banner.wall_name} · {banner.unit}" if banner.unit else banner.wall_name
        self._row.addWidget(words(name, "name", wrap=False))
        self._add(self.tr("Trial"), banner.trial)
        told = words(self.tr("Name and date of birth stay hidden until the check has ended"), "soft", wrap=False)
        self._row.add_far(told)

    def _add(self, label: str, value: str) -> None:
        pair = QWidget()
        layout = QHBoxLayout(pair)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(9))
        layout.addWidget(words(label, "label", wrap=False))
        shown: QLabel = words(value, "value", wrap=False)
        # The label has no colon (PAB-0042), so what is heard gets one joint name.
        shown.setAccessibleName(f"{label} {value}")
        layout.addWidget(shown)
        self._row.addWidget(pair)
