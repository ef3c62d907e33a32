#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzzes the protocol layer, and with "decode" and "still" as targets the decoders behind it: run.sh [SECONDS [TARGET…]]
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

# What candidates send, through the decoders themselves. Few files, so they are built here and not by meson.
media_files="media/vigil-decoder-chain media/vigil-element-chain media/vigil-vp8-chain media/vigil-vp8 media/vigil-key-gate
  media/vigil-picture media/vigil-media-metrics media/vigil-media-error media/slot/vigil-frame media/slot/vigil-frame-memory
  base/vigil-metrics"
still_files="ui/vigil-still-decode ui/vigil-evidence-decode media/slot/vigil-frame media/slot/vigil-frame-memory"

# fuzz_decoders NAME SOURCE CORPUS PACKAGES FILE…
fuzz_decoders () {
  name=$1 source=$2 corpus=$3 packages=$4
  shift 4
  sources=
  for file in "$@"; do sources="$sources $root/src/$file.c"; done
  echo "== $name, $seconds s"
  clang -g -O1 -fsanitize=address,fuzzer -o "$build/fuzz-$name" -DG_DISABLE_SINGLE_INCLUDES -DGST_USE_UNSTABLE_API \
    -DG_LOG_DOMAIN='"fuzz"' -I"$root/src/media" -I"$root/src/media/slot" -I"$root/src/base" -I"$root/src/ui" \
    $(pkg-config --cflags $packages) "$root/$source" $sources $(pkg-config --libs $packages) -lyuv -lm
  mkdir -p "$build/corpus-$name"
  ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 ORC_CODE=backup nice -n 10 "$build/fuzz-$name" \
    -max_total_time="$seconds" -max_len=6000 -timeout=25 -rss_limit_mb=2000 -malloc_limit_mb=600 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$name-" "$build/corpus-$name" "$root/$corpus" 2>"$build/$name.log" ||
    { tail -40 "$build/$name.log"; exit 1; }
  grep -aE 'stat::number_of_executed_units|stat::new_units_added|stat::peak_rss' "$build/$name.log"
}

rest=
for target in $targets; do
  case $target in
    decode) fuzz_decoders decode tests/media/fuzz-decode.c tests/media/corpus/decode \
              "gio-2.0 gstreamer-1.0 gstreamer-video-1.0 vpx" $media_files ;;
    still) fuzz_decoders still tests/ui/fuzz-still.c tests/ui/corpus/still "gtk4 gdk-pixbuf-2.0" $still_files ;;
    *) rest="$rest $target" ;;
  esac
done
targets=$rest
[ -n "$targets" ] || exit 0

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
