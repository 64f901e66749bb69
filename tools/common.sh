# Shared by tools/setup, tools/run, tools/test and tools/uninstall; sourced, not run.

touchstone_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
touchstone_jobs=$(nproc)

say() { printf '%s\n' "$*"; }

# A step's heading carries the seconds since the program started, so that a log shows where the
# time went.
step() { printf '\n[%4ds] %s\n' "$SECONDS" "$*"; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# with_progress LOG PATTERN COMMAND... runs the command with its output in LOG. Every ten seconds it
# prints the last line of LOG that matches PATTERN. When the command fails, the end of LOG is shown.
with_progress() {
  local log=$1 pattern=$2 status=0 waited=0 pid line
  shift 2
  mkdir -p "$(dirname "$log")"
  # The shell would have what runs in the background ignore ^C, and every test below it too.
  env --default-signal=INT --default-signal=QUIT "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.5
    waited=$((waited + 1))
    if ((waited % 20 == 0)); then
      line=$(grep -aE "$pattern" "$log" | tail -n 1 || true)
      printf '[%4ds]   %.90s\n' "$SECONDS" "$line"
    fi
  done
  wait "$pid" || status=$?
  if ((status != 0)); then
    printf '%s failed with status %d; the end of %s:\n' "$1" "$status" "$log" >&2
    grep -aE -A 12 'FAILED:|[Ee]rror' "$log" | head -n 80 >&2 || true
    tail -n 25 "$log" >&2
  fi
  return "$status"
}

# configure PRESET: CMake's own output matters only when it fails.
configure() {
  with_progress "$touchstone_root/build/$1/configure.log" '^--' \
    cmake -S "$touchstone_root" --preset "$1"
}

# build PRESET TARGET...
build() {
  local preset=$1 start=$SECONDS
  shift
  with_progress "$touchstone_root/build/$preset/build.log" '^\[[0-9]+/[0-9]+\]' \
    ninja -C "$touchstone_root/build/$preset" -j "$touchstone_jobs" "$@" || return
  say "        built $preset ($*) in $((SECONDS - start)) s"
}
