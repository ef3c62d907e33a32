#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzzes the protocol layer: run.sh [SECONDS [TARGET…]]
# Builds with clang, libFuzzer and the address sanitizer in a folder of its own (FUZZ_BUILD, by
# default below the temporary folder), runs each target for SECONDS (60) over a copy of its corpus
# and stops at the first finding, whose input is left in FUZZ_BUILD/findings.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${FUZZ_BUILD:-${TMPDIR:-/tmp}/vigil-fuzz}
seconds=${1:-60}
[ $# -gt 0 ] && shift
targets=${*:-json packets scores messages msgpack sdp janus evidence-key}

command -v clang >/dev/null || { echo "run.sh: clang is missing (Debian: clang libclang-rt-14-dev)" >&2; exit 77; }

mkdir -p "$build/findings"
# clang calls a g_autoptr that only locks unused; gcc is the compiler that judges warnings.
[ -f "$build/lib/build.ninja" ] || CC=clang meson setup "$build/lib" "$root" --buildtype=debugoptimized \
  -Db_lundef=false -Dc_args="-fsanitize=address,fuzzer-no-link -Wno-error=unused-variable" -Dc_link_args=-fsanitize=address >"$build/setup.log"
libs="src/protocol/libvigil-protocol.a src/model/libvigil-model.a src/base/libvigil-base.a"
ninja -C "$build/lib" -j "${FUZZ_JOBS:-2}" $libs >"$build/ninja.log" || { tail -20 "$build/ninja.log"; exit 1; }

for target in $targets; do
  (cd "$build/lib" && clang -g -O1 -fsanitize=address,fuzzer -o "$build/fuzz-$target" \
    -I"$root/src/protocol" -I"$root/src/model" -I"$root/src/base" $(pkg-config --cflags json-glib-1.0 gio-2.0) \
    "$here/fuzz-$target.c" $libs $(pkg-config --libs json-glib-1.0 gio-2.0) -lm)
  mkdir -p "$build/corpus-$target"
  echo "== $target, $seconds s"
  # GLib's own caches are no leaks of ours; leak checks belong to the asan setup of the test suite.
  dict=
  [ -f "$here/$target.dict" ] && dict="-dict=$here/$target.dict"
  ASAN_OPTIONS=detect_leaks=0 nice -n 10 "$build/fuzz-$target" -max_total_time="$seconds" -max_len=4096 -timeout=5 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$build/findings/$target-" $dict \
    "$build/corpus-$target" "$here/corpus/$target" 2>"$build/$target.log" || { tail -40 "$build/$target.log"; exit 1; }
  grep -E 'stat::number_of_executed_units|stat::new_units_added|stat::peak_rss' "$build/$target.log"
done
