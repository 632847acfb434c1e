# Sets up what is missing and nothing else; sourced by run.sh and test.sh.
# shellcheck shell=bash disable=SC2034

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VENV="$ROOT/.venv"

# Found by removing one at a time on a bare Debian 12: Qt needs each of these, even without a display.
RUN_PACKAGES=(libgl1 libegl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
  libdbus-1-3 libfontconfig1 libglib2.0-0 libpulse0 libpipewire-0.3-0 fonts-dejavu-core)
TEST_PACKAGES=(xvfb xauth xdotool x11-xkb-utils dmtx-utils zbar-tools postgresql gcc libc6-dev)

# A bare machine names no locale at all; Qt then warns at every start, and names with accents come out broken.
[ -n "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ] || export LANG=C.UTF-8

say() { printf '%s\n' "$*"; }

stop() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Later Debian releases add t64 to the name of a library and keep the old name only as a promise.
is_installed() {
  local name
  for name in "$1" "${1}t64"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] && return 0
  done
  return 1
}

# Prints the first Python of 3.11 or later that can make a virtual environment.
find_python() {
  local name
  for name in python3 python3.11 python3.12 python3.13 python3.14; do
    if "$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  say "Installing system packages: $*"
  apt-get update -qq </dev/null ||
    stop "The package lists could not be fetched; check this machine's network and package sources, then try again."
  # What packages say while they settle in worries people and means nothing, unless one of them fails.
  local said
  said="$(apt-get install -y -qq --no-install-recommends "$@" </dev/null 2>&1)" || {
    printf '%s\n' "$said" >&2
    stop "Some system packages could not be installed; read the lines above, put that right, then try again."
  }
}

# Arguments: the packages wanted. Installs the missing ones as root, else names the one command that would.
need_packages() {
  local missing=() name
  if ! command -v dpkg-query >/dev/null; then
    say "This is not a Debian system: if the program does not start, install what these Debian packages hold: $*"
    return 0
  fi
  for name in "$@"; do
    is_installed "$name" || missing+=("$name")
  done
  find_python >/dev/null || missing+=(python3 python3-venv)
  [ "${#missing[@]}" -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    stop "System packages are missing; ask an administrator to run" \
      "'apt-get update && apt-get install -y --no-install-recommends ${missing[*]}', then run this again."
  fi
  install_packages "${missing[@]}"
}

# A stamp tells that this environment was made here, with this Python, for this list of dependencies.
stamp_of() {
  {
    printf '%s\n' "$ROOT" "$2" "$1"
    cat "$ROOT/pyproject.toml" "$ROOT/packaging/setup.sh"
  } | sha256sum | cut -d ' ' -f 1
}

environment_works() {
  "$VENV/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null &&
    "$VENV/bin/python" -m pip --version >/dev/null 2>&1 &&
    grep -qsF "$VENV" "$VENV/bin/activate"
}

need_own_folder() {
  [ -w "$ROOT" ] ||
    stop "The folder $ROOT cannot be written by you; copy it to a folder of your own and run this there."
}

# Argument: the extras to install with the program, such as "fonts,test".
need_environment() {
  local extras="$1" python release stamp
  python="$(find_python)" ||
    stop "Python 3.11 or later with its venv module was not found; install it, then run this again."
  release="$("$python" -c 'import sys; print(sys.version_info[:2])')"
  stamp="$(stamp_of "$extras" "$release")"
  [ -x "$VENV/bin/coordinator" ] && grep -qsx "$stamp" "$VENV/set-up-for" && return 0
  need_own_folder
  # A folder that was moved, or half made, or whose Python is gone, is made anew: patching it fails later and obscurely.
  environment_works || "$python" -m venv --clear "$VENV" ||
    stop "The Python environment could not be made in $VENV; delete that folder and run this again."
  say "Installing Python packages (the first time this takes a few minutes)"
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --editable "${ROOT}[$extras]" ||
    stop "The Python packages could not be installed; check this machine's network and pip set-up, then run this again."
  # What is set up for the tests is set up for the program too.
  printf '%s\n' "$stamp" "$(stamp_of "${extras%,test}" "$release")" >>"$VENV/set-up-for"
}

need_fonts() {
  "$VENV/bin/python" "$ROOT/packaging/fetch_fonts.py" || exit 1
}

# Arguments: the extras, then the system packages.
set_up() {
  local extras="$1"
  shift
  # Two windows started at once must not fill one environment at the same time; the script itself is the lock.
  exec 9<"$ROOT/packaging/setup.sh"
  ! command -v flock >/dev/null || flock 9
  need_packages "$@"
  need_environment "$extras"
  need_fonts
  exec 9<&-
}
