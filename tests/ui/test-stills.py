#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hall without live video as a screen reader hears it, and the choice of pictures by keyboard, by Ctrl+K and in the menu.
TAP on stdout. usage: test-stills.py VIGIL VIGIL-HALL   (under with-display.sh)"""

import os
import subprocess
import sys
import tempfile

from driver import Hall, TOKEN, Trial, extents, finish, name_of, step, wait

OPTIONS = ('--candidates=40', '--activity=0', '--churn=0', '--absent=0', '--captures=5')


def bar(program, starts):
    """A part of the bar at the bottom that begins so."""
    return [n for n in program.nodes('push button', starts=starts) if extents(n).width > 0]


def cells(program):
    """Those that are on screen for certain; the wall keeps a row past its edge."""
    return [c for c in program.cells() if extents(c).y < 550]


def stills(program):
    return [c for c in cells(program) if 'a still, not live video' in name_of(c)]


def rows(program):
    """What the palette lists."""
    lists = program.nodes('list', 'Actions and candidates') or program.nodes('list box', 'Actions and candidates')
    return [name_of(row) for found in lists[:1] for row in (found.get_child_at_index(i) for i in range(found.get_child_count()))
            if name_of(row).startswith('Pictures')]


def setting():
    return subprocess.run(['gsettings', 'get', 'org.vigil.Vigil', 'pictures'], check=True, timeout=20, capture_output=True, text=True).stdout.strip()


def wall(program, hall):
    # Rows past the edge are there to a screen reader too, and have no picture.
    wait('a wall of stills', lambda: len(stills(program)) >= 8 and cells(program)[:8] == stills(program)[:8], 40)
    assert not [c for c in cells(program) if 'No camera' in name_of(c) or 'Starting' in name_of(c) or 'Waiting' in name_of(c)]
    wait('the bar', lambda: bar(program, 'Stills '))
    assert not bar(program, 'SFU'), 'nobody asked for an SFU'
    assert not [n for n in program.nodes('alert') if extents(n).height > 1], 'a hall without an SFU is no trouble'
    step('a hall without live video is calm, says "still" of each tile and "Stills" in the bar')


def candidate(program, hall):
    program.click(cells(program)[0])
    program.key('Return')
    wait('the page says how old the still is', lambda: program.labels('Still, '))
    program.key('s')
    wait('a snapshot of a still is refused, with its time', lambda: program.labels('This is a still, captured at '))
    assert not program.fields('Note')
    program.key('l')
    wait('and there is nothing to listen to', lambda: program.labels('No microphone is sent'))
    program.key('Escape')
    wait('the wall again', lambda: len(stills(program)) >= 8)
    step('the candidate’s page shows the still and its age')


def scores(program, hall):
    program.key('alt+3')
    wait('scores only', lambda: bar(program, 'Scores only'))
    wait('no pictures', lambda: cells(program) and not stills(program))
    assert setting() == "'score'"
    step('Alt+3: nothing but scores, and the bar says so')


def back(program, hall):
    program.key('alt+2')
    wait('stills again', lambda: bar(program, 'Stills ') and len(stills(program)) >= 8)
    program.key('ctrl+k')
    program.type('Search actions, names and ids', 'pictures')
    wait('the palette lists all three and says which is chosen',
         lambda: sorted(rows(program)) == ['Pictures: live video, Alt+1', 'Pictures: none, scores only, Alt+3', 'Pictures: stills only, chosen, Alt+2'])
    program.key('Escape')
    program.key('alt+1')
    wait('the setting', lambda: setting() == "'live'")
    wait('stills: there is no more', lambda: bar(program, 'Stills '))
    step('Alt+2 and Alt+1 bring them back, Ctrl+K lists them')


def lost(program, hall):
    """The store of the captures answers 503."""
    hall.control('evidence', lost=True)
    wait('and the banner what it means here', lambda: program.labels('Stills and evidence may be missing or late. Scores are live.'))
    wait('the bar says that stills have trouble', lambda: [b for b in bar(program, 'Stills ') if 'degraded' in name_of(b).lower()], 40)
    hall.control('evidence', lost=False)
    wait('and that it is over', lambda: [b for b in bar(program, 'Stills ') if 'degraded' not in name_of(b).lower()], 90)
    step('captures that cannot be had are trouble of the hall, and pass')


def main():
    # Settings in a file of the test's own, so that what the program wrote can be read.
    os.environ['GSETTINGS_BACKEND'] = 'keyfile'
    with tempfile.TemporaryDirectory() as config, tempfile.NamedTemporaryFile('w', suffix='.token') as file:
        os.environ['XDG_CONFIG_HOME'] = config
        file.write(TOKEN)
        file.flush()
        hall = Hall(sys.argv[2], '--no-sfu', *OPTIONS)

        def go(program, hall):
            for act in (wall, candidate, scores, back, lost):
                act(program, hall)
        return finish(Trial(sys.argv[1], hall, '--hall', hall.url, '--token-file', file.name).run(go))


sys.exit(main())
