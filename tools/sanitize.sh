#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds with a sanitizer in a folder of its own and runs the tests in it.
# usage: tools/sanitize.sh asan|tsan|valgrind [meson test arguments]
set -eu

kind=$1
shift
build=_build-$kind
case $kind in
  asan) flags="-Db_sanitize=address,undefined -Db_lundef=false" ;;
  tsan) flags="-Db_sanitize=thread -Db_lundef=false" ;;
  valgrind) flags="" ;;
  *) echo "usage: tools/sanitize.sh asan|tsan|valgrind [meson test arguments]" >&2; exit 2 ;;
esac

[ -f "$build/build.ninja" ] || meson setup "$build" $flags
ninja -C "$build"
exec meson test -C "$build" --setup="$kind" --print-errorlogs "$@"
