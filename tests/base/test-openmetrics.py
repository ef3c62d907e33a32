#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader of OpenMetrics that is not ours makes of our text. usage: test-openmetrics.py PROGRAM"""

import os
import subprocess
import sys

try:
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
except ImportError:
    print('1..0 # SKIP python3-prometheus-client is not installed')
    sys.exit(1 if os.environ.get('CI') == 'true' else 77)

text = subprocess.run([sys.argv[1], '--print'], check=True, capture_output=True, text=True).stdout
families = {family.name: family for family in text_string_to_metric_families(text)}
n = 0


def check(what, good):
    global n
    n += 1
    print(f'{"ok" if good else "not ok"} {n} {what}')


def sample(family, **labels):
    return {s.name: s.value for s in families[family].samples if s.labels == {k: str(v) for k, v in labels.items()}}


check('all families are read', set(families) == {
    'vigil_text_things', 'vigil_text_level', 'vigil_text_unnamed', 'vigil_text_latency_ms', 'vigil_text_empty_us', 'vigil_text_huge_us'})
check('a counter is one', families['vigil_text_things'].type == 'counter' and sample('vigil_text_things') == {'vigil_text_things_total': 42})
check('its help is what it was', families['vigil_text_things'].documentation == 'Things "so" called.\nOf C:\\.')
check('a gauge is one', families['vigil_text_level'].type == 'gauge' and sample('vigil_text_level') == {'vigil_text_level': -7})
latency = families['vigil_text_latency_ms']
check('a histogram is a summary with its unit', latency.type == 'summary' and latency.unit == 'ms')
quantiles = {s.labels['quantile']: s.value for s in latency.samples if 'quantile' in s.labels}
check(f'its quantiles are right within 3 %: {quantiles}', all(
    abs(quantiles[q] - float(q) * 250) <= 0.03 * 250 * float(q) for q in ('0.5', '0.95', '0.99')))
check('sum and count', sample('vigil_text_latency_ms') == {'vigil_text_latency_ms_sum': 125125, 'vigil_text_latency_ms_count': 1000})
check('an empty one has no quantiles', sample('vigil_text_empty_us') == {'vigil_text_empty_us_sum': 0, 'vigil_text_empty_us_count': 0}
      and len(families['vigil_text_empty_us'].samples) == 2)
print(f'1..{n}')
