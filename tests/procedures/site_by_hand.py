"""A site worked by hand: one bench with scripted clocks, and the words in which people say what they do at it.

Everything goes through `Bench.take`, the only way in; what is asserted is read from the answers, from the record of
the case and from the journal. A verb that ends in `s` must not be refused; `tries` may be.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from coordinator_app import __version__
from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.inputs import (
    Begun,
    Input,
    Locked,
    Opened,
    PinTyped,
    Pressed,
    PrintReported,
    Scanned,
    SignedOut,
    Stated,
    Submitted,
    Typed,
    WitnessCame,
)
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Answer, PrintJob, SignInPage, Verdict, VerdictPage
from coordinator_app.domain.seal import read_canonical
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import Moment, ScriptedClock
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify

BETWEEN_ACTS = timedelta(seconds=4)
"""How long a practised person takes from one act to the next."""
NEWEST = 100_000
"""More events than any site here records."""


class SaidNo(AssertionError):
    """The bench refused what a test needs it to accept."""


class Site:
    """One workstation of one site; its people are known by name, with badge and PIN."""

    def __init__(self, folder: Path, clock: ScriptedClock, people: dict[str, dict[str, str]]) -> None:
        """Open the record in the folder and sit down at the bench."""
        self.folder, self.clock, self.people = folder, clock, people
        self.signed_in = ""
        self.jobs: list[PrintJob] = []
        self.printer_works = True
        self._open()

    def _open(self) -> None:
        store = Store.open(self.folder, keys=FileKeys(self.folder, None), clock=self.clock, program=__version__)
        self.bench = Bench(Workplace(store, self.clock))
        self.answer: Answer = self.bench.first()

    def closes(self) -> None:
        """Quit the program; safe to call twice."""
        self.bench.close()
        self.bench.work.store.close()

    def restarts(self, *, reboot: bool = False) -> None:
        """Quit and start again at once, with or without starting the machine again."""
        self.closes()
        if reboot:
            self.clock.reboot()
        self.clock.advance(timedelta(seconds=8))
        self.signed_in = ""
        self._open()

    # What people do -----------------------------------------------------------------------------------------------

    def tries(self, received: Input, after: timedelta = BETWEEN_ACTS) -> Answer:
        """Do one thing, whatever comes of it."""
        self.clock.advance(after)
        self.answer = self.bench.take(received)
        for job in self.answer.jobs:
            self.jobs.append(job)
            self.answer = self.bench.take(
                PrintReported(job.job, self.printer_works, "" if self.printer_works else "jam")
            )
        return self.answer

    def does(self, received: Input, after: timedelta = BETWEEN_ACTS) -> Answer:
        """Do one thing that must not be refused."""
        answer = self.tries(received, after)
        if answer.verdict is Verdict.REFUSED:
            raise SaidNo(f"{received} was refused: {answer.reason} {answer.message} on {answer.page}")
        return answer

    def waits(self, **passed: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**passed))

    def signs_in(self, name: str) -> None:
        """Sign in by badge and PIN, after whoever was there has left."""
        if self.signed_in == name:
            return
        if self.signed_in:
            self.signs_out()
        self.shows_badge_and_pin(name)
        self.signed_in = name

    def signs_out(self) -> None:
        """Leave the screen to somebody else."""
        self.does(SignedOut())
        self.signed_in = ""

    def locks(self, why: str = "idle") -> None:
        """Let the screen lock."""
        self.does(Locked(why))
        self.signed_in = ""

    def shows_badge_and_pin(self, name: str) -> Answer:
        """Show a badge and type its PIN."""
        self.does(Scanned(self.people[name]["badge"].encode()))
        return self.does(PinTyped(self.people[name]["pin"]))

    def tries_badge_and_pin(self, name: str) -> Answer:
        """Show a badge and type its PIN, whatever comes of it."""
        self.tries(Scanned(self.people[name]["badge"].encode()))
        return self.tries(PinTyped(self.people[name]["pin"]))

    def second_person(self, name: str) -> Answer:
        """Let a second person come to the empty screen."""
        self.does(WitnessCame())
        return self.shows_badge_and_pin(name)

    def signs(self, name: str = "") -> Answer:
        """Type one's PIN to sign."""
        return self.does(PinTyped(self.people[name or self.signed_in]["pin"]))

    def scans(self, *codes: str) -> Answer:
        """Scan these codes one after the other."""
        for code in codes:
            self.does(Scanned(code.encode()))
        return self.answer

    def tries_scan(self, code: str, **after: float) -> Answer:
        """Scan one code, whatever comes of it."""
        return self.tries(Scanned(code.encode()), timedelta(**after) if after else BETWEEN_ACTS)

    def types_code(self, text: str) -> Answer:
        """Type a damaged code by hand."""
        self.does(Pressed("code_damaged"))
        return self.tries(Submitted({"code": text}))

    def presses(self, action: str) -> Answer:
        """Press a button."""
        return self.does(Pressed(action))

    def tries_press(self, action: str) -> Answer:
        """Press a button, whatever comes of it."""
        return self.tries(Pressed(action))

    def goes_on(self) -> None:
        """Leave a verdict page, if one is shown."""
        if isinstance(self.answer.page, VerdictPage):
            self.presses("go_on")

    def fills_in(self, **values: str) -> Answer:
        """Fill in what is asked for and save it."""
        return self.does(Submitted(values))

    def types_into(self, **values: str) -> Answer:
        """Type into fields without saving."""
        for field, text in values.items():
            self.does(Typed(text, field))
        return self.answer

    def types_identifiers(self, by: str = "apheresis_nurse_a", **values: str) -> Answer:
        """Type the trial's identifiers, and have a second person type them again, alone."""
        self.fills_in(**values)
        self.shows_badge_and_pin(by)
        return self.fills_in(**{name: value for name, value in values.items() if value})

    def tries_fill(self, **values: str) -> Answer:
        """Fill in what is asked for and save it, whatever comes of it."""
        return self.tries(Submitted(values))

    def begins(self, step: str, case: str) -> Answer:
        """Begin a step of a case."""
        return self.does(Begun(step, case))

    def tries_to_begin(self, step: str, case: str) -> Answer:
        """Begin a step of a case, whatever comes of it."""
        return self.tries(Begun(step, case))

    def opens(self, what: str) -> Answer:
        """Go to a tab or a case."""
        return self.does(Opened(what))

    def hears(self, family: str, born: str) -> Answer:
        """Enter what the patient said."""
        return self.does(Stated(family, born))

    def reads_wristband_and_hears(self, patient: dict[str, str]) -> Answer:
        """Scan a wristband and enter what its wearer says."""
        self.scans(patient["wristband"])
        return self.hears(patient["family"], patient["born"])

    def applies_labels(self, case: str) -> list[str]:
        """Scan back and apply every label that waits, copy by copy; returns what was printed on them."""
        applied = []
        while waiting := [each for each in self.case(case).labels.values() if each.state in {"fed", "verified"}]:
            label = min(waiting, key=lambda each: each.copy_number)
            if label.state == "verified" or label.template.startswith("travel"):
                applied.append(label.expected)
            self.scans(f"]d1{label.expected}")
        return applied

    def applies_first_label(self, case: str) -> None:
        """Scan back and apply the copy that the screen asks for first."""
        label = min(
            (each for each in self.case(case).labels.values() if each.state in {"sent", "fed"}),
            key=lambda each: each.copy_number,
        )
        self.scans(f"]d1{label.expected}", f"]d1{label.expected}")

    # What is on the record ----------------------------------------------------------------------------------------

    def case(self, case: str) -> CaseRecord:
        """Return a case as the record tells it."""
        return self.bench.work.case(case)

    def unit(self, case: str, number: int) -> UnitRecord:
        """Return the product unit with this number."""
        return next(unit for unit in self.case(case).product_units() if unit.number == number)

    def log(self) -> list[Recorded]:
        """Return every event of the journal, oldest first."""
        return list(reversed(self.bench.work.store.log(NEWEST)))

    def events(self, *types: str) -> list[Recorded]:
        """Return the events of these types, oldest first."""
        return [each for each in self.log() if each.type in types]

    def last_refusal(self) -> e.ScanRefused:
        """Return the newest refusal in a step that is on the record."""
        body = self.events("ScanRefused")[-1].body
        assert isinstance(body, e.ScanRefused)
        return body

    def written(self, recorded: Recorded) -> dict[str, Any]:
        """Return an event as it stands in the journal: what is sealed stays closed."""
        (found,) = self.bench.work.store.connection.execute(
            "SELECT bytes FROM journal WHERE id = ?", (bytes.fromhex(recorded.id),)
        ).fetchone()
        event: dict[str, Any] = read_canonical(found)
        return event

    def movements(self) -> int:
        """Return how many events moved a product."""
        return sum(isinstance(each.body, e.ProductMoved) for each in self.log())

    @contextmanager
    def nothing_moves(self) -> Iterator[None]:
        """Assert that nothing within moves a product or confirms an identity."""
        confirmed, moved = len(self.events("IdentityConfirmed")), self.movements()
        yield
        assert self.movements() == moved
        assert len(self.events("IdentityConfirmed")) == confirmed

    def confirms_nothing_wrong(self) -> None:
        """Verify the whole record with every signature; every movement must cite what it rests on."""
        verified = verify(self.bench.work.store, all_signatures=True)
        assert verified.first_bad is None
        assert verified.events == self.bench.work.store.count()


def refused(answer: Answer, reason: Refusal) -> None:
    """Assert that an answer is a refusal for exactly this reason."""
    assert (answer.verdict, answer.reason) == (Verdict.REFUSED, reason), (answer.reason, answer.message, answer.page)
    assert answer.message is not None


def held(answer: Answer, reason: Refusal) -> None:
    """Assert that the screen is amber for exactly this reason: nobody is refused, and nothing goes on by itself."""
    assert (answer.verdict, answer.reason) == (Verdict.WARNED, reason), (answer.reason, answer.message, answer.page)
    assert isinstance(answer.page, VerdictPage)
    assert answer.page.kind == "held"


def asks_for_somebody(answer: Answer, purpose: str) -> None:
    """Assert that the screen waits for a badge, with nobody's name on it."""
    page = answer.page
    assert isinstance(page, SignInPage), page
    assert (page.purpose, page.stage, page.name) == (purpose, "badge", None)


def is_on_record(site: Site, reason: Refusal, raw: str = "") -> None:
    """Assert that the newest refusal is this one, and that a code of a person lies sealed."""
    recorded = site.events("ScanRefused")[-1]
    body = recorded.body
    assert isinstance(body, e.ScanRefused)
    assert body.reason == reason.value
    assert recorded.actor
    if raw:
        assert bytes.fromhex(body.raw).decode() == raw
        open_part = json.dumps(site.written(recorded))
        assert "sealed" in site.written(recorded)
        assert raw.encode().hex() not in open_part
        assert raw[-12:] not in open_part


def same_clock(moment: Moment) -> ScriptedClock:
    """Return a new scripted clock that goes on from a moment."""
    return ScriptedClock(moment.at, moment.zone, moment.boot, moment.boot_ns, moment.clock)
