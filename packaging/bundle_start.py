"""Where the bundled program begins: the same command line as `coordinator`."""

from __future__ import annotations

import sys

from coordinator_app.cli import main

if __name__ == "__main__":
    sys.exit(main())
