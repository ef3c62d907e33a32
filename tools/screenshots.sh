#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the pictures of the user guide: a rehearsal under Xvfb, every page once, light and dark.
# usage: tools/screenshots.sh BUILDDIR [FOLDER]          the folder is docs/images if not given
set -eu

build=$(CDPATH= cd -- "$1" && pwd)
folder=${2:-docs/images}
mkdir -p "$folder"
export GSETTINGS_SCHEMA_DIR="$build/data" VIGIL_HALL="$build/src/hall/vigil-hall" VIGIL_SCREEN=1280x800
timeout 150 "$(dirname -- "$0")/../tests/ui/with-display.sh" \
  "$build/src/vigil" --rehearsal=200 --size 1280x800 --screenshots "$folder" --for 100
# The same wall in a hall that has captures and no SFU.
stills=$(mktemp -d)
trap 'rm -rf "$stills"' EXIT
timeout 150 "$(dirname -- "$0")/../tests/ui/with-display.sh" \
  "$build/src/vigil" --rehearsal=200 --rehearsal-option=--no-sfu --rehearsal-option=--captures=30 \
  --size 1280x800 --screenshots "$stills" --for 100
cp "$stills/wall-light.png" "$folder/stills-light.png"
# The focus view and a second wall, as their tests find them.
with_display=$(CDPATH= cd -- "$(dirname -- "$0")/../tests/ui" && pwd)
for name in focus windows; do
  # Two windows side by side need more room than one.
  [ "$name" = windows ] && VIGIL_SCREEN=1720x1040
  SHOTS=$stills timeout 300 "$with_display/with-display.sh" /usr/bin/python3 "$with_display/test-$name.py" "$build/src/vigil" "$VIGIL_HALL"
done
cp "$stills/focus-four.png" "$folder/focus-light.png"
cp "$stills/snapshot-dialog.png" "$folder/snapshot-light.png"
cp "$stills/second-wall.png" "$folder/second-wall-light.png"
# The guide needs to be read, not zoomed: a palette is enough and a quarter of the size.
if command -v mogrify >/dev/null 2>&1; then
  mogrify -strip +dither -colors 255 -define png:compression-level=9 "$folder"/*.png
fi
ls -l "$folder"
