#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs every suite and ends with one plain line: N passed, N failed[, N skipped].
# usage: tools/test.sh BUILDDIR [meson test arguments]
set -u

build=$1
shift
started=$(date +%s)

# Where the set-up is ours a suite has no excuse for skipping.
if [ "${CI:-}" = true ]; then
  export VIGIL_INTEROP_REQUIRED=1
fi

# The peers of the interop suite take minutes to build the first time; that is set-up, not a test.
tests/interop/setup.sh || echo "test: the interop peers could not be set up; their suite will say so" >&2

# One more than there are processors: most suites wait for a server, a picture or a person.
meson test -C "$build" --no-rebuild --print-errorlogs --num-processes $(($(nproc) + 1)) "$@"
status=$?

# testlog.json has one object a line, so that counting needs no JSON parser.
log="$build/meson-logs/testlog.json"
count () { grep -c "\"result\": \"$1\"" "$log" 2>/dev/null || true; }
passed=$(($(count OK) + $(count EXPECTEDFAIL)))
skipped=$(count SKIP)
total=$(wc -l <"$log" 2>/dev/null || echo 0)
failed=$((total - passed - skipped))

grep '"result": "SKIP"' "$log" 2>/dev/null | sed 's/.*"name": "\([^"]*\)".*/test: skipped: \1/'
[ "$failed" -eq 0 ] || python3 tools/failures.py "$log"
echo "test: took $(($(date +%s) - started)) s"
if [ "$skipped" -gt 0 ]; then
  echo "$passed passed, $failed failed, $skipped skipped"
else
  echo "$passed passed, $failed failed"
fi

[ "$total" -gt 0 ] || exit 1
[ "$failed" -eq 0 ] || exit 1
if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
  echo "test: a suite was skipped in CI" >&2
  exit 1
fi
exit "$status"
