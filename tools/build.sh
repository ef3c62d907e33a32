#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Configures (once) and compiles. usage: tools/build.sh BUILDDIR
set -eu

build=$1
started=$(date +%s)
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if [ ! -f "$build/build.ninja" ]; then
  echo "build: configuring $build"
  meson setup "$build" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
fi
echo "build: compiling"
ninja -C "$build" >"$log" 2>&1 || { tail -n 60 "$log" >&2; exit 1; }
echo "build: done in $(($(date +%s) - started)) s"
