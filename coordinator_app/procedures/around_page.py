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
from coordinator_app.procedures.lookout import Lookout
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.scanner_setup import PLACE as SCANNERS
from coordinator_app.procedures.scanner_setup import ScannerSetup
from coordinator_app.procedures.set_aside import set_aside_notices
from coordinator_app.procedures.site_alarms import site_alarms
from coordinator_app.procedures.standing_blocks import old_news
from coordinator_app.procedures.workplace import Workplace


class AtTheBench(Struct, frozen=True):
    """Who sits at the workstation and where they are: the tab, how many procedures wait, for whom two have vouched."""

    present: Present | None
    tab: str
    parked: int
    vouched: GlassRecord | None


def around_page(work: Workplace, at: AtTheBench, lookout: Lookout, setup: ScannerSetup, backups: Backups) -> Frame:
    """Return the frame of the page that is shown now."""
    site, shown = work.site, at.present
    notices = () if at.vouched is None else (Say("notice.vouched", {"by": at.vouched.until.isoformat()}),)
    notices = (*notices, *finding_notices(work))
    if shown is not None and site.founded:
        notices = (*notices, *setup.notices(), *backups.notices(), *recovery_notices(work, shown))
    return Frame(
        place=site.places.get(work.store.workstation, ""), zone=site.zone,
        person=PersonShown(shown.family, shown.given, shown.role) if shown is not None else None,
        exchange=work.exchange_shown(), tab=SCANNERS if setup.is_open else at.tab, parked=at.parked,
        alarms=(*alarms.shown(work, lookout.running), *site_alarms(work)), phones=site.phones,
        demonstration=site.demonstration,
        notices=(
            *replay_notices(work), *history_notices(work), *old_news(work), *set_aside_notices(work), *notices,
            *lookout.pulse.notices(lookout.running),
        ),
        running=lookout.running, scanners=setup.shown(), camera=setup.uses_camera, verified=verified_percent(work),
    )  # fmt: skip
