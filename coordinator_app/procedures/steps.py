"""Which procedure a profile's step is: the one table between the profile's words and the work."""

from __future__ import annotations

from collections.abc import Callable

from coordinator_app.domain.readiness import CHECK_ANEW
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.vocabulary import ObjectKind, ProcedureKind
from coordinator_app.procedures.administer import administer
from coordinator_app.procedures.collect import collect
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.keep import accept, destroy, give_back, release, retrieve, store
from coordinator_app.procedures.label_bag import label_bag
from coordinator_app.procedures.merge_records import check_after_merge
from coordinator_app.procedures.pack import hand_over, pack, scan_what_else, transport
from coordinator_app.procedures.prepare import prepare
from coordinator_app.procedures.receive import receive
from coordinator_app.procedures.review_logger import review_logger
from coordinator_app.procedures.sitting import Ended, Flow
from coordinator_app.procedures.thaw import thaw


def _enrolled(run: Run) -> Flow[None]:
    """A case exists because it was enrolled; there is nothing to do again."""
    run.refuse(Refusal.UNIT_ALREADY_USED)
    yield from ()
    raise Ended


PROCEDURES: dict[ProcedureKind, Callable[[Run], Flow[None]]] = {
    ProcedureKind.ENROL: _enrolled,
    ProcedureKind.COLLECT: collect,
    ProcedureKind.LABEL: label_bag,
    ProcedureKind.PACK: pack,
    ProcedureKind.HAND_OVER: hand_over,
    ProcedureKind.RECEIVE: receive,
    ProcedureKind.REVIEW_LOGGER: review_logger,
    ProcedureKind.ACCEPT: accept,
    ProcedureKind.STORE: store,
    ProcedureKind.RELEASE: release,
    ProcedureKind.RETRIEVE: retrieve,
    ProcedureKind.THAW: thaw,
    ProcedureKind.PREPARE: prepare,
    ProcedureKind.TRANSPORT: transport,
    ProcedureKind.ADMINISTER: administer,
    ProcedureKind.RETURN: give_back,
    ProcedureKind.DESTROY: destroy,
}


OF_THE_ACT: dict[ProcedureKind, tuple[ObjectKind, ...]] = {
    ProcedureKind.COLLECT: (ObjectKind.LABEL_ROLL,),
    ProcedureKind.PACK: (ObjectKind.SHIPMENT, ObjectKind.SEAL, ObjectKind.LOGGER),
    ProcedureKind.HAND_OVER: (ObjectKind.SHIPMENT, ObjectKind.SEAL, ObjectKind.COURIER),
    ProcedureKind.RECEIVE: (ObjectKind.SHIPMENT, ObjectKind.SEAL, ObjectKind.LOGGER, ObjectKind.COURIER),
    ProcedureKind.REVIEW_LOGGER: (ObjectKind.LOGGER,),
    ProcedureKind.STORE: (ObjectKind.LOCATION,),
    ProcedureKind.RETRIEVE: (ObjectKind.LOCATION,),
    ProcedureKind.TRANSPORT: (ObjectKind.LOCATION, ObjectKind.SEAL, ObjectKind.LOGGER),
}
"""The things a procedure asks for in its own place; any other thing a step needs is scanned before it begins."""


def flow_of(run: Run) -> Flow[None]:
    """Return the procedure of a run's step, ready to be begun."""
    if run.step.name == CHECK_ANEW:
        return check_after_merge(run)
    return _with_all_it_needs(run)


def _with_all_it_needs(run: Run) -> Flow[None]:
    yield from scan_what_else(run, *OF_THE_ACT.get(run.step.procedure, ()))
    yield from PROCEDURES[run.step.procedure](run)
