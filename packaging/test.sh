#!/usr/bin/env bash
# Sets up what is missing and runs every check and test; ends with one line 'N passed, N failed'.
# Arguments are pytest's own and leave out the checks, such as tests/codes -k din.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

[ -w "$ROOT" ] || stop "The folder $ROOT cannot be written by you; copy it to a folder of your own and run this there."
set_up "fonts,test" "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
cd "$ROOT" && exec "$VENV/bin/python" packaging/run_checks.py "$@"
