#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The everyday path through the real program: connect, move, open, escape, bypass, revoke, search, filter.
TAP on stdout.
usage: test-program.py VIGIL VIGIL-HALL   (under with-display.sh)"""

import subprocess
import sys
import time

from driver import Atspi, Hall, TOKEN, Trial, extents, finish, name_of, step, wait

def play(program, hall):
    wait('the first page', lambda: program.nodes('text', 'Address'))

    program.type('Address', 'http://127.0.0.1:9')
    program.type('Token', TOKEN)
    program.press('Connect')
    wait('an error that says it cannot be reached', lambda: program.labels('The hall cannot be reached'))
    step('a wrong address says so')

    wait('that there is no keyring here', lambda: program.labels('This desktop has no keyring that answers'))
    step('a desktop that keeps no tokens is told')

    program.type('Address', hall.url)
    program.type('Token', 'not-the-token')
    program.press('Connect')
    wait('an error that says the token is refused', lambda: program.labels('The hall does not accept this token'))
    step('a wrong token says so')

    program.type('Token', TOKEN)
    program.press('Connect')
    wait('tiles on the wall', lambda: len(program.cells()) > 4)
    step('connect, and the wall fills')

    wait('a tile that says to a screen reader why it is live',
         lambda: [c for c in program.cells() if 'Live because it' in (c.get_description() or '')])
    step('each tile answers why it is live')

    first, second = program.cells()[:2]
    assert 'score' in name_of(first), name_of(first)
    step('tiles have names that say who and how')

    program.click(first)
    program.key('Right')
    program.key('Return')
    who = name_of(second).split(',')[0]
    wait(f'the page of {who}', lambda: program.nodes('label', who) and program.labels('Recent Violations'))
    step('arrow and Return open the second candidate')

    program.key('Escape')
    wait('the wall again', lambda: len(program.cells()) > 4)
    step('Escape goes back')

    program.key('Return')
    wait('the page again', lambda: program.labels('Recent Violations'))
    step('the focus is where it was')

    program.press('Bypass…')
    reason = wait('the reason', lambda: program.nodes('text', 'Reason of the bypass'))[0]
    buttons = wait('the dialog', lambda: program.nodes('push button', 'Bypass…'))
    assert not buttons[-1].get_state_set().contains(Atspi.StateType.SENSITIVE) or len(buttons) > 1
    Atspi.EditableText.set_text_contents(reason, 'Camera broken; seen in person')
    time.sleep(0.5)
    program.press('Bypass…', last=True)
    program.answer('Bypass')
    wait('the bypass on the page', lambda: program.labels('Bypassed by m.ortiz'))
    step('bypass asks, confirms, and is in force')

    program.press('Revoke Bypass…')
    program.answer('Revoke')
    wait('no bypass on the page', lambda: not [n for n in program.labels('Bypassed by') if extents(n).width > 0 and n.get_state_set().contains(Atspi.StateType.SHOWING)]
         and not [n for n in program.nodes('push button', 'Revoke Bypass…') if n.get_state_set().contains(Atspi.StateType.VISIBLE)])
    step('revoke ends it')

    program.key('Escape')
    wait('the wall again', lambda: len(program.cells()) > 4)
    names = [name_of(c).split(',')[0] for c in program.cells()]
    who = [n for n in names if n.isascii() and len(n) > 5][0]
    program.key('slash')
    subprocess.run(['xdotool', 'type', '--delay', '40', who], check=True, timeout=30)
    # Who has a critical flag that nobody has attended to is shown as well, and it is said why.
    wait('only who was searched for',
         lambda: program.cells() and name_of(program.cells()[0]).startswith(who) and
         all(name_of(c).startswith(who) or (c.get_description() or '').startswith('Shown despite') for c in program.cells()))
    step('search by name')

    program.press(f'Remove filter: “{who}”')
    wait('everybody', lambda: len(program.cells()) > 4)
    step('the chip takes the search off')

    program.click(program.cells()[0])
    program.key('4')
    wait('the filter as a chip', lambda: program.nodes('push button', 'Remove filter: severity ≥ critical'))
    program.press('Remove filter: severity ≥ critical')
    wait('everybody', lambda: len(program.cells()) > 4)
    step('filter by severity and take it off')


rehearsal = Hall(sys.argv[2], '--candidates=40', '--activity=0.2', '--publish=12', '--video=320x180@5')
sys.exit(finish(Trial(sys.argv[1], rehearsal).run(play)))
