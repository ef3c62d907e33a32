#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders, rooms, rising candidates and saved views through the real program, by keyboard. TAP on stdout.
usage: test-views.py VIGIL VIGIL-HALL   (under with-display.sh)"""

import subprocess
import sys
import time

from driver import Hall, TOKEN, Trial, children, finish, name_of, step, wait


def run_command(program, words):
    """By the palette, as somebody would who remembers the words and not the key."""
    program.key('ctrl+k')
    wait('the palette', lambda: program.nodes('text', 'Search actions and candidates') or program.nodes('entry') or program.nodes('text'))
    subprocess.run(['xdotool', 'type', '--delay', '40', words], check=True, timeout=30)
    time.sleep(0.5)
    program.key('Return')


def cards(program):
    return [name_of(c) for c in children(program.grid()) if 'folded' in name_of(c)]


def play(program, hall):
    program.type('Address', hall.url)
    program.type('Token', TOKEN)
    program.press('Connect')
    wait('tiles on the wall', lambda: len(program.cells()) > 4)

    run_command(program, 'order: by room')
    first = wait('the card of a room', lambda: cards(program))[0]
    assert 'candidates' in first and 'unfolded' in first, first
    step('by room each room has a card that says what it holds')

    run_command(program, 'fold all rooms')
    wait('folded cards', lambda: cards(program) and all(': folded' in c for c in cards(program)))
    run_command(program, 'unfold all')
    wait('unfolded cards', lambda: cards(program) and all('unfolded' in c for c in cards(program)))
    step('rooms fold and unfold')

    run_command(program, 'choose rooms')
    room = wait('the rooms', lambda: [n for n in program.nodes('check box') if 'candidate' in name_of(n)])[0]
    title = name_of(room).split(',')[0]
    subprocess.run(['xdotool', 'type', '--delay', '40', title], check=True, timeout=30)
    program.key('Return')
    wait('the room as a chip', lambda: program.nodes('push button', f'Remove filter: {title}'))
    program.key('Escape')
    step('a room is chosen and is a chip')

    run_command(program, 'save this view')
    wait('the question for a name', lambda: program.labels('Save This View'))
    subprocess.run(['xdotool', 'type', '--delay', '40', 'my_room'], check=True, timeout=30)
    program.key('Return')
    wait('that it is saved', lambda: program.labels('“my_room” is saved'))
    step('what is shown is saved under a name')

    run_command(program, 'clear search and filters')
    wait('no chip', lambda: not [n for n in program.nodes('push button', f'Remove filter: {title}')])
    run_command(program, 'order: stable')
    wait('no cards', lambda: program.cells() and not cards(program))
    run_command(program, 'view: my_room')
    wait('the room as a chip', lambda: program.nodes('push button', f'Remove filter: {title}'))
    wait('the card', lambda: cards(program))
    step('a saved view comes back with filter and order')

    run_command(program, 'delete this view')
    wait('that it is deleted', lambda: program.labels('“my_room” is deleted'))
    run_command(program, 'undo the last change')
    run_command(program, 'clear search and filters')
    wait('no chip', lambda: not program.nodes('push button', f'Remove filter: {title}'))
    run_command(program, 'view: my_room')
    wait('the room as a chip', lambda: program.nodes('push button', f'Remove filter: {title}'))
    step('deleting is undone')

    run_command(program, 'clear search and filters')
    run_command(program, 'order: stable')
    wait('no cards', lambda: program.cells() and not cards(program))
    before = [name_of(c).split(',')[0] for c in program.cells()]
    program.click(program.cells()[0])
    program.key('g')
    wait('that the wall is ranked', lambda: program.labels('The wall is ranked anew'))
    wait('others first', lambda: [name_of(c).split(',')[0] for c in program.cells()][:5] != before[:5])
    run_command(program, 'take back')
    wait('everybody where they were', lambda: [name_of(c).split(',')[0] for c in program.cells()][:5] == before[:5])
    step('G ranks a wall where nobody moves, and that is taken back')


rehearsal = Hall(sys.argv[2], '--candidates=40', '--activity=0.3', '--publish=4', '--video=320x180@5')
sys.exit(finish(Trial(sys.argv[1], rehearsal).run(play)))
