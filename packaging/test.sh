#!/usr/bin/env bash
# Sets up what is missing and runs every check and test; ends with one line 'N passed, N failed'.
# Arguments are pytest's own and leave out the checks, such as tests/codes -k din.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

need_own_folder
set_up "fonts,test" "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
cd "$ROOT" && exec "$VENV/bin/python" packaging/run_checks.py "$@"
