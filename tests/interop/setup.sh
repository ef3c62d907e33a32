#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs the real peers of the interop tests, once, outside the source tree.
#
#   setup.sh             everything: socket.io, mediasoup and its worker, the
#                        browser library and its bundler
#   setup.sh --light     socket.io and its client only (seconds)
#   setup.sh --check     prints the folder if it is ready, else exits 1
#   setup.sh --print-dir prints the folder, ready or not
#   setup.sh --print-cache prints where the folders live
#   setup.sh --test      as a test: what cannot be had is a skip (exit 77), unless
#                        VIGIL_INTEROP_REQUIRED=1, as on the CI machine
#   setup.sh --no-apt    never touches the system's packages
#
# The last line on stdout is the folder that holds node_modules; progress goes
# to stderr. The folder's name is a hash of the lock file, so a changed lock
# file is a new folder and an unchanged one costs nothing.
#
# Environment: VIGIL_INTEROP_CACHE  where the folders live
#              VIGIL_INTEROP_JOBS   compiler jobs (default: the processors)
#              VIGIL_INTEROP_LIMIT  seconds for the whole of it (default 1500)
#
# Exit: 0 ready; 1 not ready (--check); 69 something is missing and this user
# cannot install it; 70 an install step failed; 75 another run held the lock
# for too long.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mode=full
action=install
apt=yes
test=no

for arg in "$@"; do
  case $arg in
    --light) mode=light ;;
    --check) action=check ;;
    --print-dir) action=print ;;
    --print-cache) action=cache ;;
    --no-apt) apt=no ;;
    --test) test=yes ;;
    -h|--help) sed -n '3,/^set -eu/p' "$0" | sed '$d; s/^# \{0,1\}//'; exit 0 ;;
    *) echo "setup.sh: unknown option $arg" >&2; exit 64 ;;
  esac
done

say () { printf 'interop setup: %s\n' "$*" >&2; }
give_up () { [ "$test" = no ] || [ "${VIGIL_INTEROP_REQUIRED:-}" = 1 ] || exit 77; exit "$1"; }
die () { code=$1; shift; say "$*"; give_up "$code"; }

# A sealed test has a HOME of its own; the cache belongs to the person.
person_home=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6 || true)
cache=${VIGIL_INTEROP_CACHE:-${XDG_CACHE_HOME:-${person_home:-$HOME}/.cache}/vigil-interop}
hash=$(cat "$here/package-lock.json" "$here/build-compat/"* | sha256sum | cut -c1-16)
dir=$cache/$mode-$hash

# The full install holds everything the light one does.
if [ "$mode" = light ] && [ -f "$cache/full-$hash/.ready" ]; then
  dir=$cache/full-$hash
fi

case $action in
  cache) echo "$cache"; exit 0 ;;
  print) echo "$dir"; exit 0 ;;
  check) [ -f "$dir/.ready" ] && echo "$dir" && exit 0; exit 1 ;;
esac

if [ "$mode" = light ]; then
  needs='node:nodejs npm:npm flock:util-linux'
else
  needs='node:nodejs npm:npm flock:util-linux make:make g++:g++ python3:python3
         chromium:chromium gst-launch-1.0:gstreamer1.0-tools'
fi

missing_packages () {
  for need in $needs; do
    command -v "${need%%:*}" >/dev/null 2>&1 || printf '%s ' "${need#*:}"
  done
  # One plugin set has no command to look for.
  if [ "$mode" = full ] && command -v gst-inspect-1.0 >/dev/null 2>&1; then
    gst-inspect-1.0 --exists vp8enc 2>/dev/null || printf 'gstreamer1.0-plugins-good '
  fi
}

install_packages () {
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  if [ "$apt" = no ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    die 69 "missing: $missing: install them (on Debian: apt-get install $missing)"
  fi
  say "installing with apt: $missing"
  export DEBIAN_FRONTEND=noninteractive
  # Another apt may be running: wait for it instead of failing.
  opts='-o DPkg::Lock::Timeout=300 -q'
  # shellcheck disable=SC2086
  timeout 600 apt-get $opts install -y --no-install-recommends $missing gstreamer1.0-plugins-good >&2 2>&1 \
    || { timeout 300 apt-get $opts update >&2 2>&1 \
         && timeout 600 apt-get $opts install -y --no-install-recommends $missing >&2 2>&1; } \
    || die 70 "apt could not install: $missing"
  missing=$(missing_packages)
  [ -z "$missing" ] || die 70 "still missing after apt: $missing"
}

if [ -f "$dir/.ready" ]; then
  # Ready modules on a machine that lost a system package are not ready.
  install_packages
  echo "$dir"
  exit 0
fi

limit=${VIGIL_INTEROP_LIMIT:-1500}
if [ "${VIGIL_INTEROP_INNER:-}" != 1 ]; then
  # One clock for the whole of it, so that nothing here can hang a test run.
  install_packages
  set +e
  VIGIL_INTEROP_INNER=1 timeout -k 10 "$limit" "$0" "$@"
  code=$?
  set -e
  [ "$code" != 124 ] || die 70 "not finished after $limit s"
  exit "$code"
fi

mkdir -p "$cache"
exec 9>"$cache/.lock-$mode"
if ! flock -n 9; then
  say "another run is installing; waiting for it"
  flock -w "$limit" 9 || die 75 "another run held the lock for more than $limit s"
fi
if [ -f "$dir/.ready" ]; then
  echo "$dir"
  exit 0
fi

work=$dir.partial
log=$cache/$mode-$hash.log
say "installing into $dir (log: $log)"
: >"$log"
mkdir -p "$work"
cp "$here/package.json" "$here/package-lock.json" "$work/"

# Scripts stay off: the one that matters is the worker's build, run below with
# what a compiler of today needs.
omit=
[ "$mode" = full ] || omit=--omit=dev
say "fetching packages with npm"
# shellcheck disable=SC2086
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error $omit </dev/null >>"$log" 2>&1 9>&-) \
  || { tail -n 20 "$log" >&2; die 70 "npm could not fetch the packages"; }

# What the worker is made of. Another lock file with the same mediasoup needs no other one.
worker_key=$(cat "$work/node_modules/mediasoup/package.json" "$here/build-compat/"* 2>/dev/null | sha256sum | cut -c1-16)
built=
if [ "$mode" = full ]; then
  for other in "$cache"/full-*/; do
    if [ -f "$other/.ready" ] && [ "$(cat "$other/.worker-key" 2>/dev/null)" = "$worker_key" ]; then
      built=${other%/}
    fi
  done
fi

if [ -n "$built" ]; then
  say "taking mediasoup's worker from $built"
  mkdir -p "$work/node_modules/mediasoup/worker/out/Release"
  cp "$built/node_modules/mediasoup/worker/out/Release/mediasoup-worker" "$work/node_modules/mediasoup/worker/out/Release/"
  rm -rf "$work/node_modules/mediasoup/worker/deps" "$work/node_modules/mediasoup/worker/test" \
    "$work/node_modules/mediasoup/worker/fuzzer" "$work/node_modules/mediasoup/rust"
elif [ "$mode" = full ]; then
  jobs=${VIGIL_INTEROP_JOBS:-$(nproc 2>/dev/null || echo 2)}
  worker=$work/node_modules/mediasoup/worker
  # Not whatever python3 comes first on the PATH: a virtual environment may
  # ignore sitecustomize.
  python=/usr/bin/python3
  [ -x $python ] || python=$(command -v python3)
  say "building mediasoup's worker with $jobs jobs (2 to 3 minutes on two free processors)"
  (
    exec 9>&-
    cd "$worker"
    CXXFLAGS="-include $here/build-compat/worker-compat.h ${CXXFLAGS:-}" \
    PYTHONPATH="$here/build-compat" PYTHONDONTWRITEBYTECODE=1 \
      nice make PYTHON="$python" CORES="$jobs" MEDIASOUP_BUILDTYPE=Release </dev/null >>"$log" 2>&1
  ) &
  build=$!
  trap 'kill $build 2>/dev/null || true' INT TERM
  began=$(date +%s)
  while kill -0 "$build" 2>/dev/null; do
    sleep 2
    now=$(($(date +%s) - began))
    if [ $((now % 30)) -lt 2 ]; then
      say "  $now s: $(grep -c '^  *C[XC]' "$log" || true) files compiled"
    fi
  done
  wait "$build" || { tail -n 20 "$log" >&2; die 70 "mediasoup's worker did not build"; }
  binary=$worker/out/Release/mediasoup-worker
  [ -x "$binary" ] || die 70 "the build left no $binary"
  # Half a gigabyte of objects is not needed to run it.
  find "$worker/out" -mindepth 1 -maxdepth 1 ! -name Release -exec rm -rf {} +
  find "$worker/out/Release" -mindepth 1 -maxdepth 1 ! -name mediasoup-worker -exec rm -rf {} +
  strip "$binary" 2>/dev/null || true
  rm -rf "$worker/deps" "$worker/test" "$worker/fuzzer" "$work/node_modules/mediasoup/rust"
fi

[ "$mode" != full ] || echo "$worker_key" >"$work/.worker-key"
rm -rf "$dir"
mv "$work" "$dir"
: >"$dir/.ready"
say "ready"
echo "$dir"
