#!/usr/bin/env bash
# Sets up what is missing and opens the demonstration site; with no display, walks the tour and says where results are.
# Arguments are passed on to `coordinator demo`, such as --fresh.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

# A display that is named but does not answer would end Qt with an abort, so it is tried first.
display_answers() {
  [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 1
  # In a shell of its own, which keeps bash's word about the abort to itself.
  (
    "$VENV/bin/python" -c 'from PySide6.QtGui import QGuiApplication; QGuiApplication([])'
    exit $?
  ) >/dev/null 2>&1
}

walk_the_tour() {
  local results="$ROOT/tour-results"
  [ -w "$ROOT" ] || results="$HOME/coordinator-tour-results"
  say "No display was found, so the program walks through its tour by itself; that takes about a minute."
  say "To open the program itself, run 'bash packaging/run.sh' where there is a display."
  QT_QPA_PLATFORM=offscreen "$VENV/bin/coordinator" tour --out "$results" ||
    stop "The tour did not reach its end; what it has so far is in $results"
  say "Pictures (PNG) and documents (PDF): $results"
}

set_up "fonts" "${RUN_PACKAGES[@]}"
if display_answers; then
  exec "$VENV/bin/coordinator" demo "$@"
fi
walk_the_tour
