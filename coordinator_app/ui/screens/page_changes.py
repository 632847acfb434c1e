"""What differs between two answers, and what a page says by itself so that nothing says it twice."""

from __future__ import annotations

from coordinator_app.domain.screens import (
    Answer,
    FormPage,
    GuidedPage,
    Page,
    Say,
    ScannersPage,
    SignInPage,
    VerdictPage,
)
from coordinator_app.ui.screens.page_clocks import same_but_for_clocks


def unchanged(before: Answer | None, answer: Answer) -> bool:
    """Tell whether nothing but the clocks' readings is new: then what was typed may stay."""
    if before is None or before.frame.person != answer.frame.person:
        return False
    return before.frame.phones == answer.frame.phones and same_but_for_clocks(before.page, answer.page)


def told_by_page(page: Page) -> tuple[Say | None, ...]:
    """Return the sentences that stand on a page itself."""
    if isinstance(page, GuidedPage | FormPage):
        return (page.note,)
    if isinstance(page, SignInPage):
        return (page.refusal,)
    if isinstance(page, VerdictPage):
        return (page.title, page.sentence, page.next_step)
    if isinstance(page, ScannersPage):
        return (page.fault, page.tried.refusal if page.tried is not None else None)
    return ()
