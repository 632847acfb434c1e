"""Where the bundled program begins: the same command line as `coordinator`."""

from __future__ import annotations

import multiprocessing
import sys

from coordinator_app.cli import main

if __name__ == "__main__":
    # A large record is verified in several processes; each of them is this program, started to do its part.
    multiprocessing.freeze_support()
    sys.exit(main())
