#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Opens the rehearsal hall from a build folder. Without a display it does so under Xvfb for a bounded
# time and says where the screenshots are. usage: tools/run.sh BUILDDIR [vigil's arguments]
set -eu

build=$(CDPATH= cd -- "$1" && pwd)
shift
export GSETTINGS_SCHEMA_DIR="$build/data"
export VIGIL_HALL="$build/src/hall/vigil-hall"
vigil="$build/src/vigil"

if [ -n "${WAYLAND_DISPLAY:-}" ] || [ -n "${DISPLAY:-}" ]; then
  exec "$vigil" --rehearsal "$@"
fi

shots=$PWD/screenshots
mkdir -p "$shots"
echo "run: no display here; rehearsing under Xvfb at 1920x1080, at most ${VIGIL_RUN_SECONDS:-60} s"
exec timeout "$((${VIGIL_RUN_SECONDS:-60} + 20))" "$(dirname -- "$0")/../tests/ui/with-display.sh" \
  "$vigil" --rehearsal --size 1920x1080 --screenshots "$shots" --for "${VIGIL_RUN_SECONDS:-60}" "$@"
