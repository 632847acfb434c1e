"""The surroundings every test gets: no display, and no folder of the person who runs it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from hypothesis import HealthCheck, settings

# Generated cases are judged by what comes of them: a busy machine is slow at any of them, and that proves nothing.
settings.register_profile("site", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("site")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The key ring of whoever runs the tests is none of their business, and one that a test defines is for that test only.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
# Qt warns when it has no locale and no private run-time folder, and here a warning fails the test.
if not any(os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
    os.environ["LANG"] = "C.UTF-8"
if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="coordinator-tests-")
    atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
