#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes po/POTFILES.in anew: every file with words for a person; and po/violations.h, the words of the
# violation catalogue.
set -eu
cd "$(dirname -- "$0")/.."
tools/violation-strings.py data/violations.json >po/violations.h
{
  echo "# Every file with words for a person, in alphabetical order; tools/potfiles.sh writes this,"
  echo "# tests/lint/files.py checks it."
  {
    ls data/*.in data/*.gschema.xml po/*.h
    grep -lE '(^|[^A-Za-z0-9_])N?C?_ ?\("|ngettext ?\(' -r src --include='*.c'
    grep -l 'translatable="yes"' -r src --include='*.ui'
  } | LC_ALL=C sort -u
} >po/POTFILES.in
