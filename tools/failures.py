#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says in a few lines why each failed test failed: what a log that was cut short must still hold.

usage: failures.py TESTLOG.json (Meson's, one object a line)
"""
import json
import re
import sys

TELLING = re.compile(r'^not ok|^Bail out!|^ERROR:|\*\*\*? |ERROR|CRITICAL|runtime error|Sanitizer|Traceback|^\w*Error\b')
LAST_LINES = 3
MAX_LINES = 12
MAX_LENGTH = 300


def telling_lines(run):
    """The lines that say what went wrong, else the last ones there are."""
    lines = (run.get('stdout', '') + '\n' + run.get('stderr', '')).splitlines()
    lines = [line[:MAX_LENGTH] for line in lines if line.strip()]
    found = [line for line in lines if TELLING.search(line)]
    return (found or lines[-LAST_LINES:])[:MAX_LINES]


def main(path):
    with open(path, encoding='utf-8', errors='replace') as log:
        runs = [json.loads(line) for line in log if line.strip()]
    for run in runs:
        if run['result'] in ('OK', 'EXPECTEDFAIL', 'SKIP'):
            continue
        print(f"test: {run['name']}: {run['result']}, {run['duration']:.1f} s")
        for line in telling_lines(run):
            print(f'test:   {line}')


if __name__ == '__main__':
    main(sys.argv[1])
