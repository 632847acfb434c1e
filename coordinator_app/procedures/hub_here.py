"""The hub that runs beside the program on this workstation: how it stands, and what its office is asked to do."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain.inputs import HubReported
from coordinator_app.exchange.client import HubAddress


class OfficeTask(Struct, frozen=True):
    """One command of the hub's office: invite or approve, with what follows it."""

    task: str
    arguments: tuple[str, ...]


class HubHere(Struct, frozen=True):
    """How the hub beside the program stands: `serving` or `stopped`, where, the newest code that invites, the fault."""

    state: str
    url: str = ""
    authority: str = ""
    code: str = ""
    why: str = ""

    @property
    def serves(self) -> bool:
        """Whether it can be reached."""
        return self.state == "serving"

    @property
    def address(self) -> HubAddress:
        """How this workstation itself reaches it."""
        return HubAddress(self.url, self.authority)


class HubOffice:
    """The office of the hub that runs here: what it is asked to do, and what became of that."""

    def __init__(self) -> None:
        """No hub is known to run here."""
        self.hub: HubHere | None = None
        self._tasks: list[OfficeTask] = []
        self._joins = False

    @property
    def serves(self) -> bool:
        """Whether a hub runs here and can be reached."""
        return self.hub is not None and self.hub.serves

    def ask(self, task: OfficeTask) -> None:
        """Have something done; what comes of it is told by `heard`."""
        self._tasks.append(task)

    def join_own(self, site: str) -> None:
        """Let this record join the hub that runs here, as soon as it invites."""
        self._joins = True
        self.ask(invite(site))

    def tasks(self) -> list[OfficeTask]:
        """Return what is to be done now, each once."""
        tasks, self._tasks = self._tasks, []
        return tasks

    def heard(self, told: HubReported) -> str:
        """Take what became of the hub or of a task; returns the code with which this record joins it now, if any."""
        known = self.hub or HubHere("stopped")
        if told.state == "serving":
            self.hub = HubHere("serving", told.url, told.authority, known.code)
        elif told.state == "stopped":
            self.hub = HubHere("stopped", known.url, known.authority, known.code, told.why)
        else:
            self.hub = HubHere(known.state, known.url, known.authority, told.code or known.code, told.why)
        joins, self._joins = self._joins and told.state == "invite", self._joins and told.state != "invite"
        return told.code if joins else ""


def invite(site: str) -> OfficeTask:
    """Ask for a code with which a workstation may ask to be admitted."""
    return OfficeTask("invite", ("--site", site))


def approve(site: str, fingerprint: str) -> OfficeTask:
    """Admit the workstation with this fingerprint at the hub."""
    return OfficeTask("approve", (fingerprint, "--site", site))
