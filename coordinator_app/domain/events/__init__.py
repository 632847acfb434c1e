"""Every event, written out: name, version, fields.

Names are past tense. A field never changes its meaning: a new meaning is a new `VERSION` and an upgrade function.
Amounts with a fraction are text (`formats.md` §1.1). `case`, `unit`, `person` and the like are opaque ids. What people
write freely is sealed under the patient's key, for nobody can promise that it names nobody.

The modules beside this one hold them by what they are about; everything is imported from here, and an event added to
one of them is known at once.
"""

from __future__ import annotations

# ruff: noqa: F403
from coordinator_app.domain.event_body import Body
from coordinator_app.domain.events.case import *
from coordinator_app.domain.events.check import *
from coordinator_app.domain.events.exchange import *
from coordinator_app.domain.events.journal import *
from coordinator_app.domain.events.keeping import *
from coordinator_app.domain.events.label import *
from coordinator_app.domain.events.product import *
from coordinator_app.domain.events.site import *
from coordinator_app.domain.events.watch import *


def _types(base: type[Body]) -> dict[str, type[Body]]:
    found: dict[str, type[Body]] = {}
    for each in base.__subclasses__():
        found[each.__name__] = each
        found.update(_types(each))
    return found


EVENT_TYPES: dict[str, type[Body]] = {name: each for name, each in _types(Body).items() if name != "ProductMoved"}
"""Every event type this program knows, by name."""
