"""The real program on a site, or a bare window with the same modules; says on standard output when it can be used.

`python -m tests.benchmarks.opened SITE` goes through the command line as people start it; `bare MODULES.json` imports
what the program had imported by then from others and shows an empty window. Both print one JSON line when the window
has been painted with what it is to show, and a second one some seconds later, then leave.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

LATER_MS = 4000


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def resident_mib() -> float:
    """Return how much memory this process holds now; the greatest so far where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    import os

    return pages * os.sysconf("SC_PAGE_SIZE") / (1024 * 1024)


def others() -> list[str]:
    """Return the modules imported so far that are neither ours nor part of the language."""
    ours = ("coordinator_app", "tests", "__main__")
    names = [name for name in sys.modules if name.partition(".")[0] not in {*sys.stdlib_module_names, *ours}]
    # Some stand under a second name too; that one cannot be imported.
    specs = ((name, getattr(sys.modules[name], "__spec__", None)) for name in names)
    return sorted(name for name, spec in specs if spec is not None and spec.name == name)


def program(site: str) -> int:
    """Open the program on a practice site and tell when its sign-in screen has been painted."""
    from coordinator_app.cli import main
    from coordinator_app.commands import demonstration

    before = demonstration.machine_of

    def machine(*arguments: Any) -> Any:
        # By now the command has imported everything in its own order; earlier would measure another one.
        _tell_when_usable()
        return before(*arguments)

    demonstration.machine_of = machine
    return main(["demo", "--store", site, "--quit-after", "300"])


def _tell_when_usable() -> None:
    from coordinator_app import app
    from coordinator_app.domain.screens import Answer

    before = app.Program._answered
    told: list[bool] = []

    def answered(self: app.Program, answer: Answer) -> None:
        before(self, answer)
        if not told:
            told.append(True)
            self._window.repaint()
            _tell({"usable": type(answer.page).__name__, "mib": resident_mib(), "modules": others()})
            app.QTimer.singleShot(LATER_MS, lambda: (_tell({"mib": resident_mib()}), app.QCoreApplication.exit(0)))

    app.Program._answered = answered  # type: ignore[method-assign]


def bare(modules: str) -> int:
    """Import these modules and show a bare window."""
    import importlib

    for name in json.loads(Path(modules).read_text()):
        importlib.import_module(name)
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    application = QApplication(sys.argv[:1])
    window = QWidget()
    window.resize(1280, 720)
    window.show()
    window.repaint()
    _tell({"usable": "bare", "mib": resident_mib()})
    QTimer.singleShot(LATER_MS, lambda: (_tell({"mib": resident_mib()}), application.quit()))
    return application.exec()


if __name__ == "__main__":
    sys.exit(bare(sys.argv[2]) if sys.argv[1] == "bare" else program(sys.argv[1]))
