"""The messages between workstation and hub (`formats.md` §6): their fields, limits, cursors and error answers.

The modules beside this one hold them by what they are about; everything is imported from here.
"""

from __future__ import annotations

# ruff: noqa: F403
from coordinator_app.exchange.protocol.attachments import *
from coordinator_app.exchange.protocol.joining import *
from coordinator_app.exchange.protocol.limits import *
from coordinator_app.exchange.protocol.log import *
from coordinator_app.exchange.protocol.signed import *
from coordinator_app.exchange.protocol.site import *
from coordinator_app.exchange.protocol.stick import Cover as Cover
