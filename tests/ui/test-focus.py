#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The focus view by keyboard and by accessible names: candidates go in and out, a snapshot with its note reaches the hall's
evidence. TAP on stdout. usage: test-focus.py VIGIL VIGIL-HALL   (under with-display.sh)"""

import os
import subprocess
import sys
import tempfile
import time

from driver import Hall, TOKEN, Trial, extents, finish, live, name_of, role_of, step, wait, walk

OPTIONS = ('--candidates=40', '--activity=0', '--churn=0', '--absent=0', '--screens', '--microphones')
NOTE = 'A <b>phone</b> lies beside the keyboard'


def shot(name):
    """For whoever wants to look: SHOTS is a folder."""
    if os.environ.get('SHOTS'):
        time.sleep(6)  # the notes at the bottom go meanwhile
        subprocess.run(['import', '-window', 'root', f'{os.environ["SHOTS"]}/{name}.png'], check=False, timeout=20)


def on_wall(program):
    """What is on a page that is not shown is in the tree as well; what is not visible is not."""
    return program.nodes(name='Order')


def cards(program):
    """Candidates in the focus view, which is before the eyes."""
    if on_wall(program):
        return []
    views = [n for n in walk(program.app) if name_of(n) == 'Focus view']
    return [n for view in views for n in walk(view) if ', ' in name_of(n) and role_of(n) in ('panel', 'grouping', 'group', 'filler')
            and extents(n).width > 100]


def heard(program, text):
    return [n for n in walk(program.app) if text in name_of(n)]


def add(program, hall):
    program.click(program.cells()[0])
    program.key('f')
    wait('one in focus', lambda: heard(program, 'is in the focus view (1 of 4)'))
    for i in range(2, 5):
        program.key('Right')
        program.key('f')
        wait(f'{i} in focus', lambda i=i: heard(program, f'is in the focus view ({i} of 4)'))
    program.key('Right')
    program.key('f')
    wait('a fifth is refused with words', lambda: heard(program, 'Four candidates are in the focus view.'), 60)
    step('F puts candidates into the focus view, four at most')


def view(program, hall):
    program.key('F8')
    wait('four cards', lambda: len(cards(program)) == 4)
    for name in ('Snapshot…', 'Listen'):
        wait(f'a button {name} for each', lambda name=name: len([n for n in program.nodes(name=name) if extents(n).width > 0]) >= 4)
    wait('live video', lambda: len(live(program.app)) >= 4)
    shot('focus-four')
    frame = extents(program.nodes('frame')[0])
    for box in map(extents, cards(program)):
        assert box.x >= 0 and box.y >= 0, 'a card is outside the window'
        assert box.x + box.width <= frame.width and box.y + box.height <= frame.height, 'a card is outside the window'
    first = name_of(cards(program)[0])
    program.key('Delete')
    wait('three cards', lambda: len(cards(program)) == 3)
    program.key('Escape')
    wait('the wall', lambda: on_wall(program))
    program.key('F8')
    wait('still three', lambda: len(cards(program)) == 3)
    step('F8 shows them side by side, Delete takes one out, Escape leads back: ' + first.split(',')[0])


def exam(hall):
    return hall.get('/api/v1/exams')['items'][0]['examId']


def evidence(hall, student):
    return hall.get(f'/api/v1/exams/{exam(hall)}/candidates/{student}/evidence?snapshots=1')['items']


def take(program):
    """Only live video can be taken: tries again when there is none, and not while one is being made ready."""
    def try_once():
        before = len(heard(program, 'There is no live picture to keep'))
        program.key('s')
        return wait('the question', lambda: program.fields('Note') or len(heard(program, 'There is no live picture to keep')) > before, 20) \
            and program.fields('Note')
    wait('the dialog of the snapshot', try_once, 60)


def snapshot(program, hall):
    roster = hall.get(f'/api/v1/exams/{exam(hall)}/candidates?limit=100')['items']
    take(program)
    shot('snapshot-dialog')
    heading = [name_of(n) for n in walk(program.app) if name_of(n).startswith('Snapshot of ')][0]
    student = [c['studentId'] for c in roster if c['name'] == heading[len('Snapshot of '):]][0]
    program.type('Note', NOTE)
    program.key('Escape')
    wait('Escape does not throw a note away', lambda: program.labels('You have written a note. Discard throws it and the picture away.'))
    program.answer('Keep as Evidence')
    taken = wait('the hall has it', lambda: evidence(hall, student))
    assert len(taken) == 1 and taken[0]['note'] == NOTE and taken[0]['by'] == 'm.ortiz', taken
    assert taken[0]['size'] > 2000 and taken[0]['contentType'] == 'image/jpeg', taken
    wait('the window says so', lambda: heard(program, 'the snapshot is in the evidence'))
    step('S keeps the live picture with a note in the evidence of the hall')
    return student


def jump(program, hall):
    """From a page that was opened in the focus view, to somebody's tile."""
    program.key('Return')
    wait('the page', lambda: [n for n in program.nodes(name='Bypass…') if extents(n).width > 0])
    person = hall.get(f'/api/v1/exams/{exam(hall)}/candidates?limit=100')['items'][-1]
    program.key('ctrl+k')
    program.type('Search actions, names and ids', person['studentId'])
    program.key('Return')
    wait('the wall, as was asked', lambda: on_wall(program))
    step('Ctrl+K goes to a candidate’s tile, also from a page that leads back to the focus view')
    program.key('F8')
    wait('three cards', lambda: len(cards(program)) == 3)


def page(program, hall):
    program.key('Return')
    wait('the page lists the snapshot with note and author', lambda: program.labels(NOTE) and program.labels('Shared screen, taken by m.ortiz')
         or program.labels(NOTE) and program.labels('Webcam, taken by m.ortiz'))
    shot('candidate-snapshot')
    program.key('Escape')
    wait('the focus view again', lambda: len(cards(program)) == 3)
    jump(program, hall)
    step('the candidate’s page shows it with note and author, and leads back to the focus view')


def lost(program, hall):
    """Given to the outbox while the hall cannot keep it; it gets there all the same, once."""
    program.key('Right')
    take(program)
    heading = [name_of(n) for n in walk(program.app) if name_of(n).startswith('Snapshot of ')][0]
    roster = hall.get(f'/api/v1/exams/{exam(hall)}/candidates?limit=100')['items']
    student = [c['studentId'] for c in roster if c['name'] == heading[len('Snapshot of '):]][0]
    hall.control('evidence', lost=True)
    program.answer('Keep as Evidence')
    time.sleep(3)
    hall.control('evidence', lost=False)
    taken = wait('the hall has it after all', lambda: evidence(hall, student), 90)
    time.sleep(1)
    assert len(evidence(hall, student)) == 1 and taken[0]['note'] is None
    step('a snapshot that the hall could not keep at first is neither lost nor kept twice')


def main():
    with tempfile.NamedTemporaryFile('w', suffix='.token') as file:
        file.write(TOKEN)
        file.flush()
        hall = Hall(sys.argv[2], *OPTIONS)

        def go(program, hall):
            wait('the wall', lambda: len(program.cells()) >= 8)
            for act in (add, view, snapshot, page, lost):
                act(program, hall)
        return finish(Trial(sys.argv[1], hall, '--hall', hall.url, '--token-file', file.name).run(go))


sys.exit(main())
