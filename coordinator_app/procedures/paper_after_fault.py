"""The paper sheet when the program is broken: made ready while all is well, for afterwards nothing may be readable."""

from __future__ import annotations

from contextlib import suppress

from coordinator_app.domain.screens import ActionShown, PaperMade, PaperPage, PrintJob, Say
from coordinator_app.procedures.paper import sheet_of
from coordinator_app.procedures.workplace import Workplace, new_id
from coordinator_app.reports.paper_sheet import PaperSheet, paper_lines, paper_sheet
from coordinator_app.store.faults import StoreFault

BACK = ActionShown("back", primary=True, key="F12")


class SheetKept:
    """The sheet of the running case as it last stood."""

    def __init__(self, work: Workplace) -> None:
        """Begin with no case running."""
        self._work = work
        self._made_of: tuple[str, int] = ("", -1)
        self._sheet: PaperSheet | None = None

    def renew(self, case: str) -> None:
        """Make the sheet of a case ready if something was recorded since; an empty `case` means that none is running.

        Raises StoreFault where the record cannot be read; the sheet then stays as it was.
        """
        now = (case, self._work.store.count())
        if now != self._made_of:
            self._sheet = sheet_of(self._work, self._work.case(case)) if case else None
            self._made_of = now

    def made(self, case: str) -> PaperMade:
        """Return the sheet of a case as it stands now or, where the record cannot be read any more, as it last stood.

        Nothing is recorded: after a fault nothing can be.
        """
        # The page says "printed at": what is on an older sheet was true then, and is all there is.
        with suppress(StoreFault):
            self.renew(case)
        if self._sheet is None:
            return PaperMade(PaperPage(Say("paper.none"), (), None, (BACK,)))
        name = f"paper-sheet-{self._made_of[0].removeprefix('case:')[:8]}.pdf"
        printer = self._work.site.settings.get("paper_printer", "folder")
        job = PrintJob(new_id("job"), printer, "paper", 1, paper_sheet(self._sheet), name)
        return PaperMade(PaperPage(Say("paper.title"), paper_lines(self._sheet), name, (BACK,)), (job,))
