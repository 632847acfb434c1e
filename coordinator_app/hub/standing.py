"""What the hub vouches for with its own key: where a site's log stands, and that it has these events."""

from __future__ import annotations

from collections.abc import Callable

from coordinator_app.exchange.protocol import Receipt, checkpoint_part, receipt_part
from coordinator_app.hub.ledger import SiteRow


class HubSigner:
    """Signs with the hub's key; the newest checkpoint of a site is not signed twice."""

    def __init__(self, sign: Callable[[bytes], bytes], public_key: bytes) -> None:
        """`sign` makes the signature over bytes; `public_key` is what workstations pin."""
        self._sign = self.sign = sign
        self.public_key = public_key
        self._newest: dict[str, tuple[str, int, str, str]] = {}

    def checkpoint(self, site: str, row: SiteRow) -> tuple[str, int, str, str]:
        """Return hub epoch, size, head and signature."""
        known = self._newest.get(site)
        if known is not None and known[:3] == (row.hub_epoch, row.size, row.head):
            return known
        sig = self._sign(checkpoint_part(site, row.hub_epoch, row.size, row.head)).hex()
        signed = (row.hub_epoch, row.size, row.head, sig)
        self._newest[site] = signed
        return signed

    def receipt(
        self, site: str, hub_epoch: str, epoch: str, first: int, last: int, id: str, n: int, at: str
    ) -> Receipt:
        """Return a signed receipt for the positions `first` to `last` of an epoch."""
        unsigned = Receipt(epoch, first, last, id, n, at, hub_epoch, "")
        sig = self._sign(receipt_part(site, unsigned)).hex()
        return Receipt(epoch, first, last, id, n, at, hub_epoch, sig)
