#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Views in windows of their own, by keyboard: the focus view and a second wall open, have keys, filters and actions of their own,
come back, and are there again when the exam is joined the next time. TAP on stdout.
usage: test-windows.py VIGIL VIGIL-HALL   (under with-display.sh)"""

import os
import subprocess
import sys
import time

from driver import (Atspi, exam_title, extents, frames, go_to, ids, layouts, live, name_of, named, play_keeping, second_title, step, text_of,
                    wait, walk)

OPTIONS = ('--candidates=40', '--activity=0', '--churn=0', '--absent=0')


def shot(name):
    """For whoever wants to look: SHOTS is a folder."""
    if os.environ.get('SHOTS'):
        time.sleep(6)  # the notes at the bottom go meanwhile
        subprocess.run(['import', '-window', 'root', f'{os.environ["SHOTS"]}/{name}.png'], check=False, timeout=20)


def focus(program, hall):
    program.click(program.cells()[0])
    program.key('f')
    wait('one in focus', lambda: named(program.app, 'is in the focus view (1 of 4)'))
    program.key('shift+F8')
    window = wait('its window', lambda: frames(program, 'Focus View'))[0]
    card = wait('the candidate in it', lambda: [n for n in walk(window) if ', score' in name_of(n)])[0]
    go_to('Focus View', 0, 0)
    wait('live video there', lambda: live(window))
    program.key('m')
    wait('M writes to whom is in focus', lambda: program.fields('Text for the candidate'))
    program.answer('Cancel')
    go_to('Focus View', 0, 0)
    program.key('ctrl+k')
    wait('Ctrl+K lists the actions there', lambda: program.fields('Search actions, names and ids'))
    program.key('Escape')
    shot('focus-window')
    step('Shift+F8 gives the focus view a window of its own, with keys and all actions: ' + name_of(card).split(',')[0])


def decide(program, hall):
    title = exam_title(hall)
    hall.control('violations', count=3, type='multiple_faces', perCandidate=1)
    wait('what waits', lambda: named(program.app, '3 wait'))
    program.click(program.cells()[0])
    program.key('n')
    wait('that it is ours', lambda: [n for n in walk(program.app) if 'you look after this' in name_of(n) + text_of(n)])
    program.key('f')
    wait('who is looked after in focus', lambda: named(program.app, 'is in the focus view (1 of 4)'))
    program.key('shift+F8')
    window = wait('its window', lambda: frames(program, 'Focus View'))[0]
    says = lambda text: [n for n in walk(window) if text in name_of(n) + text_of(n)]
    go_to('Focus View', 0, 0)
    program.key('c')
    wait('C confirms there', lambda: says('Violation confirmed'))
    program.key('ctrl+z')
    wait('taken back', lambda: named(program.app, '3 wait'))
    go_to('Focus View', 0, 0)
    program.key('d')
    wait('D asks', lambda: program.labels('Dismiss the Violation?'))
    program.answer('Cancel')
    go_to('Focus View', 0, 0)
    program.key('e')
    wait('E asks', lambda: program.labels('Hand the Violation Up?'))
    program.answer('Cancel')
    wait('no question any more', lambda: not program.labels('Hand the Violation Up?'))
    go_to('Focus View', 0, 0)
    program.key('z')
    wait('Z snoozes there', lambda: says('Violation snoozed'))
    # Nobody is in focus, so nothing is decided, whoever the main window shows.
    program.key('f')
    wait('nobody in focus', lambda: not [n for n in walk(window) if ', score' in name_of(n)])
    go_to(title, 0, 0)
    program.key('n')
    wait('the next one is ours', lambda: [n for n in walk(program.app) if 'you look after this' in name_of(n) + text_of(n)])
    go_to('Focus View', 0, 0)
    program.key('c')
    time.sleep(1)
    assert not says('Violation confirmed'), 'decided about somebody who is not there'
    # The button in the main window is for whom that has, and takes the first click, whatever window was worked in last.
    button = [n for n in program.nodes('push button', 'Confirm') if extents(n).width > 0][0]
    assert button.get_state_set().contains(Atspi.StateType.SENSITIVE), 'the button is for another window'
    confirmed = lambda: [n for n in walk(frames(program, title)[0]) if 'confirmed' in name_of(n) + text_of(n)]
    assert not confirmed(), 'it is confirmed already'
    go_to(title, 0, 0)
    program.click(button)
    wait('one click confirms there', confirmed)
    go_to('Focus View', 0, 0)
    program.key('shift+F8')
    wait('the focus view is back', lambda: not frames(program, 'Focus View'))
    go_to(title, 0, 0)
    program.key('Escape')
    wait('the wall', lambda: len(program.cells()) >= 8)
    step('C, D, E and Z mean whom a window of its own has in focus, and nobody else')


def second_wall(program, hall):
    title = exam_title(hall)
    go_to(title, 0, 0)
    program.key('ctrl+n')
    window = wait('a second wall', lambda: frames(program, second_title(hall)))[0]
    wait('the same candidates on it', lambda: len([n for n in walk(window) if ', score' in name_of(n)]) >= 4)
    go_to(second_title(hall), 600, 300)
    program.key('4')
    wait('4 filters it', lambda: named(window, 'Nobody Matches'))
    main = frames(program, title)[0]
    assert not [n for n in walk(main) if '0 of 40' in (name_of(n), text_of(n))], 'and not the other'
    assert [n for n in walk(window) if '0 of 40' in (name_of(n), text_of(n))], 'it says so'
    program.key('Return')  # the focus is on the button that clears them
    wait('everybody again', lambda: len([n for n in walk(window) if ', score' in name_of(n)]) >= 4)
    shot('second-wall')
    step('Ctrl+N opens a second wall that has filters of its own')


def remembered(program, hall):
    wait('both in the settings', lambda: "'focus'" in layouts() and "'wall'" in layouts())
    former = layouts()
    subprocess.run(['xdotool', 'windowsize', ids(second_title(hall))[-1], '840', '640'], check=True, timeout=20)
    wait('its new size as well, while it is open', lambda: layouts() != former and "'wall'" in layouts())
    title = exam_title(hall)
    go_to(title, 0, 0)
    program.key('ctrl+k')
    program.type('Search actions, names and ids', 'Exams')
    program.key('Return')
    wait('they go with the exam', lambda: not frames(program, 'Focus View') and not frames(program, second_title(hall)))
    assert "'focus'" in layouts(), 'and stay remembered'
    program.click(wait('the exam in the list', lambda: program.nodes('list item', starts=title) or program.nodes('label', title))[0])
    wait('they are there again with the exam', lambda: frames(program, 'Focus View') and frames(program, second_title(hall)))
    step('they are remembered, and open again with the exam')


def back(program, hall):
    go_to(second_title(hall), 600, 300)
    program.key('ctrl+w')
    wait('the wall is closed', lambda: not frames(program, second_title(hall)))
    go_to('Focus View', 0, 0)
    program.key('shift+F8')
    wait('the focus view is back', lambda: not frames(program, 'Focus View'))
    wait('in the main window', lambda: [n for n in walk(program.app) if name_of(n) == 'Focus view'])
    wait('and nothing is remembered', lambda: "'focus'" not in layouts() and "'wall'" not in layouts())
    step('Ctrl+W and Shift+F8 bring everything back')


sys.exit(play_keeping(OPTIONS, 8, (decide, focus, second_wall, remembered, back)))
