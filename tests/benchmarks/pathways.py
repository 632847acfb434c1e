"""Whole pathways walked at the bench of a practice site, as patterns for the years before: what happened, and when.

A pattern is the events of one case as the bench recorded them, cut into what is the same in every case and what is
another in each: ids, codes, names and instants. A site of ten years is made of such cases.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from coordinator_app.demo import cast
from coordinator_app.demo.site import build_demo
from coordinator_app.domain.event_body import Body
from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.inputs import Ticked
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.seal import instant
from coordinator_app.procedures.people import Present

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "procedures"))

from demonstration_by_hand import Demonstration
from site_by_hand import same_clock

_IDS = r"(?:case|patient|donor|bag|vial|syringe|fraction|dose|unit|check|label|job|alarm|deviation|shipment|exception):[0-9a-f]{32}"
_INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"


class Act(Struct, frozen=True):
    """One event of a pattern: how long after the beginning, what and by whom; every second part is another each time."""

    after: timedelta
    case: str
    kind: type[Body]
    parts: tuple[str, ...]
    subject: str
    actor: str
    role: str | None
    key: str
    evidence: tuple[tuple[Evidence, str, int], ...]
    refs: tuple[int, ...]
    signed: bool
    late_by: timedelta | None
    late_reason: str


class Pattern(Struct, frozen=True):
    """One case from its opening to its last event; `people` are staff ids of the practice site by their names."""

    name: str
    acts: tuple[Act, ...]
    began: datetime
    tokens: tuple[str, ...]


def patterns() -> tuple[tuple[Pattern, ...], dict[str, str]]:
    """Walk the practice site to its end and return its cases as patterns, and whose staff id is whose."""
    with tempfile.TemporaryDirectory(prefix="coordinator-pathways-") as folder:
        place = Path(folder) / "site"
        place.mkdir()
        site = Demonstration(place, same_clock(build_demo(place).moment()))
        site.waits(minutes=1)
        found = tuple(_walked(site))
        people = {str(each["id"]): name for name, each in site.people.items()}
        site.closes()
    return found, people


def _walked(site: Demonstration) -> Iterator[Pattern]:
    """Walk each case to its end and yield it as it stands then."""
    _fresh_returned(site)
    yield _pattern(site, site.id("c4"), "returned")
    site.c3_thawed_at_the_bedside()
    site.finishes_infusion("c3", "u3")
    _close(site, "c3")
    yield _pattern(site, site.id("c3"), "donor lymphocytes")
    _whole(site, "c5", "u5", wrong="p1")
    yield _pattern(site, site.id("c5"), "one bag")
    _whole(site, "c6", "u6", wrong="p2")
    yield _pattern(site, site.id("c6"), "one bag, renamed")
    _two_bags(site)
    yield _pattern(site, site.id("c1"), "two bags")


def _tick(site: Demonstration) -> None:
    site.tries(Ticked())


def _whole(site: Demonstration, case: str, unit: str, wrong: str) -> None:
    """Take one bag from the cold store to the end of the infusion, with what goes wrong on an ordinary day."""
    site.conditions(case)
    site.retrieves(case, unit)
    site.tries_scan(cast.UNKNOWN_CODE)
    site.thaws(case, unit)
    _tick(site)
    site.carries(case, unit)
    site.signs_in("nurse_a")
    site.begins("bedside", site.id(case))
    site.tries_scan(site.patient(wrong)["wristband"])
    site.goes_on()
    site.finishes_infusion(case, unit)
    _tick(site)
    _close(site, case)


def _two_bags(site: Demonstration) -> None:
    site.conditions("c1")
    site.finishes_c1_with_an_exception()
    _tick(site)
    _close(site, "c1")


def _fresh_returned(site: Demonstration) -> None:
    shipment = site.listing["shipments"]["s2"]
    site.receives(shipment, "c4", ("u4",), logger=False)
    site.returns("c4", "u4")
    _tick(site)
    _close(site, "c4")


def _close(site: Demonstration, case: str) -> None:
    """Let quality judge and close what the program proposed, so that the case comes to rest."""
    from coordinator_app.domain import events as e

    work, id = site.bench.work, site.id(case)
    quality = site.people["quality_a"]["id"]
    for each in list(work.case(id).deviations.values()):
        if each.waits_for_judgement:
            work.record(
                e.DeviationAssessed(case=id, deviation=each.deviation, judgement="confirmed", reason="reviewed"),
                subject=id, actor=quality, role="quality",
            )  # fmt: skip
        work.record(e.DeviationClosed(case=id, deviation=each.deviation, conclusion="no harm, reported"),
                    subject=id, actor=quality, role="quality")  # fmt: skip
    work.commit()


# From events to a pattern -----------------------------------------------------------------------------------------


def _pattern(site: Demonstration, case: str, name: str) -> Pattern:
    events = sorted(site.case(case).recorded, key=lambda each: (each.at, each.seq))
    texts = [msgspec.json.encode(each.body).decode() for each in events]
    tokens = sorted(_own_words(events), key=len, reverse=True)
    words = {word: word for word in tokens} | {word.encode().hex(): word for word in tokens}
    longest = sorted(words, key=len, reverse=True)
    cut = re.compile(f"({_IDS}|{_INSTANT}|{'|'.join(re.escape(word) for word in longest)})")
    places = {each.id: number for number, each in enumerate(events)}
    acts = tuple(
        _act(case, each, cut.split(text), events[0].at, places) for each, text in zip(events, texts, strict=True)
    )
    return Pattern(name, acts, events[0].at, tuple(tokens))


def _act(case: str, each: Recorded, parts: list[str], began: datetime, places: dict[str, int]) -> Act:
    key = "" if each.body is None else _sealed_by(each)
    return Act(
        after=each.at - began, case=case, kind=type(each.body), parts=tuple(parts), subject=each.subject, actor=each.actor or "",
        role=each.role, key=key, signed=each.signed_by_person, late_reason=each.late_reason,
        evidence=tuple((one, getattr(each.body, "raw", ""), each.boot_ns - one.at_ns) for one in each.evidence),
        refs=tuple(places[ref] for ref in each.refs if ref in places),
        late_by=None if each.happened_at is None else each.at - each.happened_at,
    )  # fmt: skip


def _sealed_by(each: Recorded) -> str:
    body = each.body
    assert body is not None
    if not any(getattr(body, name) for name in body.SEALED) and not any(one.mac for one in each.evidence):
        return ""
    return str(getattr(body, "patient", "")) or "recipient"


def _own_words(events: list[Recorded]) -> set[str]:
    """Return the codes, numbers and names that belong to this case alone."""
    found: set[str] = set()
    for each in events:
        for name in ("family", "given", "born", "record_number", "wall_name", "order", "serial", "certificate", "lot",
                     "seal", "logger", "shown", "value", "stated_family", "stated_born", "expected"):  # fmt: skip
            text = getattr(each.body, name, "")
            if isinstance(text, str) and len(text) >= 3:
                found.add(text)
        for name in ("codes", "container_codes", "unit_codes", "shipper_codes"):
            for code in getattr(each.body, name, ()) or ():
                found.add(str(code).partition(":")[2].rpartition("/")[2] or str(code))
    return {word for word in found if len(word) >= 3}


def moved(text: str, by: timedelta) -> str:
    """Return an instant as written, later by so much."""
    return instant(datetime.fromisoformat(text) + by)


__all__ = ["Act", "Pattern", "Present", "moved", "patterns"]
