#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what of data/violations.json a person reads, in a form that xgettext understands.
tools/potfiles.sh keeps the output in po/violations.h; tests/lint/files.py checks that it is of today.
usage: violation-strings.py VIOLATIONS.JSON"""
import json
import sys


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        types = json.load(file)["types"]
    print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
    print("/* Made from data/violations.json by tools/violation-strings.py, for translators. Not compiled. */")
    for entry in types:
        print(f'\n/* Translators: a violation of type {entry["type"]}: its short name, then a sentence that says what')
        print(" * was seen and accuses nobody. */")
        print(f'NC_("violation", {quoted(entry["title"])})')
        print(f'NC_("violation", {quoted(entry["sentence"])})')


main()
