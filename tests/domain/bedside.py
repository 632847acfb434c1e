"""One check at a bedside, told in what people do; times in seconds."""

from __future__ import annotations

from msgspec.structs import replace

from coordinator_app.domain import gate
from coordinator_app.domain.check_parts import Effect, Input, ObjectRead, Plan, UnitKnown
from coordinator_app.domain.events import IdentityConfirmed
from coordinator_app.domain.refusal import Refusal

SECOND = 10**9
WRISTBAND = frozenset({"gsrn:A", "patient-id:A"})
OLD_WRISTBAND, DONOR, STRANGER = frozenset({"gsrn:A0"}), frozenset({"gsrn:D"}), frozenset({"gsrn:S"})
BAG, OTHER_BAG = frozenset({"din:N", "unit:N/1", "coi:C"}), frozenset({"din:N", "unit:N/2", "coi:C"})
BAG_OF_A_STRANGER = frozenset({"din:S", "unit:S/1", "coi:S"})
CASSETTE, OTHER_CASSETTE, SHIPPER = frozenset({"grai:1"}), frozenset({"grai:2"}), frozenset({"sscc:1"})
ORDER, CERTIFICATE = frozenset({"order:O", "coi:C"}), frozenset({"gdti:G"})
BORN, NAME, FORMER = "1961-04-09", "Grübel", "Kowalska"


def plan(*objects: str, arms: int = 1, **changed: object) -> Plan:
    """Return the plan of a check on two bags of one case."""
    made = Plan(
        check="check-1", case="case-1", step="bedside", workstation="cart-2", arms=arms, objects=objects,
        stated=gate.WRISTBAND in objects, begun_ns=100 * SECOND,
        units=(UnitKnown("bag-1", BAG, CASSETTE), UnitKnown("bag-2", OTHER_BAG, OTHER_CASSETTE)),
        person_codes=WRISTBAND, void_codes=OLD_WRISTBAND | {"serial:V"}, other_codes=DONOR, order_codes=ORDER,
        certificate_codes=CERTIFICATE, case_codes=frozenset({"coi:C", "trial-subject:S-1"}), born=BORN,
        families=(NAME, FORMER),
    )  # fmt: skip
    return replace(made, **changed)


class Bedside:
    """Drives one check; `now` is in seconds since it began, and every act takes two unless told otherwise."""

    def __init__(self, made: Plan) -> None:
        self.plan = made
        self.state = gate.begin(made)
        self.now = 0.0
        self.effects: tuple[Effect, ...] = ()

    @property
    def at(self) -> int:
        return self.plan.begun_ns + round(self.now * SECOND)

    def does(self, made: Input) -> tuple[Effect, ...]:
        self.state, self.effects = gate.step(self.state, made)
        return self.effects

    def signs_in(self, person: str, after: float = 2) -> tuple[Effect, ...]:
        self.now += after
        return self.does(gate.ArmOpened(person, self.at))

    def reads(
        self, codes: frozenset[str], known_as: str = "", after: float = 2, **changed: object
    ) -> tuple[Effect, ...]:
        self.now += after
        made = ObjectRead(
            codes, self.at, "scanned", frozenset(known_as.split()), self.plan.check, self.plan.workstation
        )
        return self.does(replace(made, **changed))

    def reads_wristband(self, codes: frozenset[str] = WRISTBAND, **changed: object) -> tuple[Effect, ...]:
        return self.reads(codes, "wristband", **changed)  # type: ignore[arg-type]

    def reads_bag(self, codes: frozenset[str] = BAG, **changed: object) -> tuple[Effect, ...]:
        return self.reads(codes, "unit", **changed)  # type: ignore[arg-type]

    def states(self, family: str = NAME, born: str = BORN, after: float = 2) -> tuple[Effect, ...]:
        self.now += after
        return self.does(gate.PatientStated(family, born, self.at))

    def arm(self, person: str, bag: frozenset[str] = BAG, family: str = NAME, born: str = BORN) -> tuple[Effect, ...]:
        """Go through a whole arm: sign in, wristband, what the patient states, bag."""
        self.signs_in(person)
        self.reads_wristband()
        self.states(family, born)
        return self.reads_bag(bag)

    @property
    def refused(self) -> list[Refusal]:
        return [effect.reason for effect in self.effects if isinstance(effect, gate.Refused)]

    @property
    def confirmed(self) -> list[IdentityConfirmed]:
        return [effect.event for effect in self.effects if isinstance(effect, gate.Confirmed)]
