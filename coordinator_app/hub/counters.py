"""What a hub process counts about itself, and how a Prometheus server reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from coordinator_app.exchange.protocol import Pushed, Refused


class Counters:
    """Counts since this process began."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.requests: Counter[tuple[str, int]] = Counter()
        self.refused: Counter[str] = Counter()
        self.accepted = 0
        self.kept = 0
        self.pulled = 0
        self.waiting = 0

    def pushed(self, answer: Struct) -> None:
        """Count what a push brought."""
        if isinstance(answer, Pushed | Refused):
            self.accepted += answer.accepted
        if isinstance(answer, Refused):
            self.kept += len(answer.kept)

    def text(self, sizes: Mapping[str, tuple[int, int]]) -> str:
        """Write everything in the text form of Prometheus; `sizes` is log and kept lines of each site."""
        lines: list[str] = []

        def metric(name: str, kind: str, told: str, values: Mapping[str, int]) -> None:
            lines.append(f"# HELP coordinator_hub_{name} {told}")
            lines.append(f"# TYPE coordinator_hub_{name} {kind}")
            lines.extend(f"coordinator_hub_{name}{labels} {value}" for labels, value in values.items())

        calls = {f'{{call="{call}",status="{status}"}}': n for (call, status), n in sorted(self.requests.items())}
        metric("requests_total", "counter", "Requests answered.", calls)
        refused = {f'{{code="{code}"}}': n for code, n in sorted(self.refused.items())}
        metric("refused_total", "counter", "Requests refused, by reason.", refused)
        metric("events_taken_total", "counter", "Lines of pushes that count as had.", {"": self.accepted})
        metric("events_kept_total", "counter", "Lines of pushes kept outside the log.", {"": self.kept})
        metric("events_read_total", "counter", "Lines handed out.", {"": self.pulled})
        metric("waiting", "gauge", "Workstations that wait for news now.", {"": self.waiting})
        logs = {f'{{site="{site}"}}': size for site, (size, _) in sorted(sizes.items())}
        metric("log_events", "gauge", "Lines in the log of a site.", logs)
        kept = {f'{{site="{site}"}}': n for site, (_, n) in sorted(sizes.items())}
        metric("kept_events", "gauge", "Lines outside the log of a site.", kept)
        return "\n".join(lines) + "\n"
