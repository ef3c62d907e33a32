#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the Debian packages of the named groups that are missing. Says what it installs, never asks.
# usage: tools/bootstrap.sh build [run] [test]
set -eu

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)

command -v dpkg-query >/dev/null 2>&1 || {
  echo "bootstrap: not a Debian system; install what tools/packages.txt names yourself" >&2
  exit 0
}

wanted=""
for group in "$@"; do
  wanted="$wanted $(awk -v g="$group" '$1 == g { print $2 }' "$root/tools/packages.txt")"
done

missing=""
for package in $wanted; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
    missing="$missing $package"
done

# Any Node.js of 18 or newer will do, wherever it came from.
case " $* " in
  *" test "*)
    if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
      missing="$missing nodejs npm"
    fi ;;
esac

[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    echo "bootstrap: these packages are missing:$missing" >&2
    echo "bootstrap: run as root: apt-get install -y --no-install-recommends$missing" >&2
    exit 1
  fi
fi

echo "bootstrap: installing:$missing"
started=$(date +%s)
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for try in 1 2 3; do
  if $as_root apt-get update -q >"$log" 2>&1 &&
     $as_root apt-get install -y -q --no-install-recommends $missing >>"$log" 2>&1; then
    echo "bootstrap: done in $(($(date +%s) - started)) s"
    exit 0
  fi
  echo "bootstrap: apt-get failed (try $try of 3)" >&2
  tail -n 5 "$log" >&2
  sleep $((try * 3))
done
exit 1
