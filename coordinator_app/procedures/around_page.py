"""What stands around every page: place, person, tab, alarms, notices, clocks and scanners."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain.break_glass import GlassRecord
from coordinator_app.domain.screens import Frame, PersonShown, Say
from coordinator_app.procedures import alarms
from coordinator_app.procedures.backups import Backups
from coordinator_app.procedures.exchange_panel import replay_notices
from coordinator_app.procedures.keeping_page import finding_notices, recovery_notices
from coordinator_app.procedures.look_back import history_notices, verified_percent
from coordinator_app.procedures.lookout import Around, Lookout
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.scanner_setup import PLACE as SCANNERS
from coordinator_app.procedures.scanner_setup import ScannerSetup
from coordinator_app.procedures.set_aside import set_aside_notices
from coordinator_app.procedures.site_alarms import site_alarms
from coordinator_app.procedures.standing_blocks import old_news
from coordinator_app.procedures.workplace import Workplace, within_a_second


class AtTheBench(Struct, frozen=True):
    """Who sits at the workstation and where they are: the tab, how many procedures wait, for whom two have vouched."""

    present: Present | None
    tab: str
    parked: int
    vouched: GlassRecord | None


def around_page(work: Workplace, at: AtTheBench, lookout: Lookout, setup: ScannerSetup, backups: Backups) -> Frame:
    """Return the frame of the page that is shown now."""
    site, shown = work.site, at.present
    around = _around(work, at, lookout, setup, backups)
    return Frame(
        place=site.places.get(work.store.workstation, ""), zone=site.zone,
        person=PersonShown(shown.family, shown.given, shown.role) if shown is not None else None,
        exchange=work.exchange_shown(), tab=SCANNERS if setup.is_open else at.tab, parked=at.parked,
        alarms=around.alarms, phones=site.phones, demonstration=site.demonstration,
        notices=(*replay_notices(work), *history_notices(work), *around.notices),
        running=lookout.running, scanners=setup.shown(), camera=setup.uses_camera, verified=verified_percent(work),
    )  # fmt: skip


def _around(work: Workplace, at: AtTheBench, lookout: Lookout, setup: ScannerSetup, backups: Backups) -> Around:
    """Return alarms and notices; what was put together within the last second stands while nothing they rest on came.

    Every second's look puts them together anew, so that a scan does not wait for it.
    """
    now = work.moment()
    rests_on = (work.site_news, work.kept.alarm_news, work.kept.telling, lookout.running, at.present, at.vouched)
    known = lookout.around
    if known is None or known.rests_on != rests_on or not within_a_second(known.read_at, now):
        raised = (*alarms.shown(work, lookout.running), *site_alarms(work))
        notices = (*old_news(work), *set_aside_notices(work), *_notices(work, at, setup, backups))
        known = Around(now, rests_on, raised, (*notices, *lookout.pulse.notices(lookout.running)))
        lookout.around = known
    return known


def _notices(work: Workplace, at: AtTheBench, setup: ScannerSetup, backups: Backups) -> tuple[Say, ...]:
    vouched = () if at.vouched is None else (Say("notice.vouched", {"by": at.vouched.until.isoformat()}),)
    found = (*vouched, *finding_notices(work))
    if at.present is None or not work.site.founded:
        return found
    return (*found, *setup.notices(), *backups.notices(), *recovery_notices(work, at.present))
