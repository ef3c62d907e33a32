#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue as somebody works through it with the keyboard: what waits, the next, decisions and their undo,
a reason, a snooze that comes back, an incident and whom it befell; as administrator and as reviewer. TAP on stdout.
usage: test-queue.py VIGIL VIGIL-HALL   (under with-display.sh)"""

import collections
import os
import subprocess
import sys
import tempfile

from driver import Atspi, Hall, TOKEN, Trial, children, extents, finish, name_of, role_of, step, text_of, wait, walk

REVIEWER_TOKEN = 'a-reviewers-token'
OPTIONS = ('--activity=0', '--churn=0', '--absent=0', '--publish=4', '--video=320x180@5')


def set_number(key, value):
    subprocess.run(['gsettings', 'set', 'org.vigil.Vigil', key, str(value)], check=True, timeout=20)


def shown(program, starts):
    return [n for n in program.labels(starts) if extents(n).width > 0 and n.get_state_set().contains(Atspi.StateType.VISIBLE)]


def says(program, part):
    """A label on screen has this in it."""
    return [n for n in program.nodes('label') if part in name_of(n) + text_of(n) and extents(n).width > 0]


def lines(program):
    """Names of the queue's lines, from the top."""
    lists = program.nodes(name='Queue, oldest first')
    return [name_of(row) for row in children(lists[0]) if extents(row).height > 1] if lists else []


def flags(hall):
    return hall.get(f"/api/v1/exams/{hall.ready['exam']}/flags?state=all&limit=200")['items']


def decided(hall, verdict):
    """Verdicts of this kind at the hall."""
    return [flag['verdict'] for flag in flags(hall) if (flag.get('verdict') or {}).get('verdict') == verdict]


def claimed(hall):
    """Ids of whom somebody looks after."""
    found = hall.get(f"/api/v1/exams/{hall.ready['exam']}/candidates?limit=1000")['items']
    return [c['studentId'] for c in found if c.get('claimedBy') == 'm.ortiz']


def page(program):
    """Buttons of the attend bar that are on screen."""
    return [n for n in program.nodes('push button', 'Confirm') if extents(n).width > 0]


def have_names(program):
    """Whatever takes the keyboard says what it is."""
    for node in walk(program.app):
        if role_of(node) in ('push button', 'toggle button', 'list item', 'check box', 'radio button', 'text') and extents(node).width > 1 and \
           node.get_state_set().contains(Atspi.StateType.SHOWING) and node.get_state_set().contains(Atspi.StateType.FOCUSABLE):
            assert name_of(node) or node.get_description(), f'a {role_of(node)} without a name at {extents(node).x}, {extents(node).y}'


def what_waits(program, hall):
    wait('the empty queue', lambda: shown(program, 'Nothing Waits'))
    hall.control('violations', count=6, type='multiple_faces', perCandidate=1)
    wait('the count', lambda: shown(program, '6 wait'))
    found = wait('six lines', lambda: len(lines(program)) == 6 and lines(program))
    assert all(' · room ' in line for line in found), found
    have_names(program)
    step('what waits is shown and counted, each line with a name')


def next_one(program, hall):
    wait('the wall', lambda: len(program.cells()) > 4)
    program.click(program.cells()[0])
    program.key('n')
    wait('the candidate with what can be decided', lambda: page(program))
    wait('the frame of that moment', lambda: [n for n in says(program, 'Captured at') if extents(n).width > 100] or
         [n for n in walk(program.app) if 'Captured at' in name_of(n) and extents(n).width > 400])
    wait('that it is ours', lambda: says(program, 'you look after this'))
    wait('the claim at the hall', lambda: len(claimed(hall)) == 1)
    wait('the line says so', lambda: 'you look after this' in lines(program)[0])
    have_names(program)
    step('N lands on the oldest with its evidence, and claims it')


def confirm(program, hall):
    program.key('c')
    wait('that it is said', lambda: says(program, 'Violation confirmed'))
    wait('an undo', lambda: [n for n in program.nodes('push button') if name_of(n) in ('Undo', 'Undo Undo')])
    wait('that it is on its way', lambda: says(program, 'decided; waiting for the hall'))
    wait('one fewer', lambda: shown(program, '5 wait'))
    program.key('ctrl+z')
    wait('that it waits again', lambda: shown(program, '6 wait'))
    wait('what can be decided', lambda: page(program))
    assert not decided(hall, 'confirmed'), 'the hall has it'
    step('C confirms, and Ctrl+Z takes it back before the hall has it')

    set_number('undo-delay', 0)
    program.key('c')
    wait('the hall has it', lambda: len(decided(hall, 'confirmed')) == 1)
    wait('five lines', lambda: len(lines(program)) == 5 and shown(program, '5 wait'))
    step('without a time to undo it is sent at once')


def dismiss(program, hall):
    before = claimed(hall)
    program.key('n')
    wait('another one', lambda: page(program) and claimed(hall) and claimed(hall) != before)
    program.key('d')
    wait('the question', lambda: program.labels('Dismiss the Violation?'))
    have_names(program)
    wait('reasons', lambda: len([n for role in ('check box', 'radio button') for n in program.nodes(role) if name_of(n)]) >= 5)
    program.answer('Dismiss')
    found = wait('the hall has it', lambda: decided(hall, 'dismissed'))
    assert found[0].get('note') == 'Nothing to see in the evidence', found[0]
    wait('four lines', lambda: len(lines(program)) == 4)
    step('D asks for a reason, and dismisses with it')


def hand_up(program, hall):
    program.press('Next')
    wait('another one', lambda: page(program))
    program.key('e')
    wait('the question', lambda: program.labels('Hand the Violation Up?'))
    program.type('Reason', 'Two people, hard to tell apart')
    program.answer('Hand Up')
    found = wait('the hall has it', lambda: decided(hall, 'escalated'))
    assert found[0].get('note') == 'Two people, hard to tell apart', found[0]
    step('the button Next goes on; E hands up with a text')


def snooze(program, hall):
    set_number('snooze', 10)
    program.press('Next')
    wait('another one', lambda: page(program))
    program.key('z')
    wait('that it is said', lambda: says(program, '1 snoozed, the next until '))
    assert 'snoozed until' in lines(program)[-1], lines(program)
    wait('that it is back', lambda: not says(program, 'snoozed, the next') and [l for l in lines(program) if 'back from snooze' in l], 30)
    step('Z puts off, and it comes back by itself')


def is_set(key):
    return subprocess.run(['gsettings', 'get', 'org.vigil.Vigil', key], check=True, timeout=20, capture_output=True, text=True).stdout.strip() == 'true'


def hide(program, hall):
    """GTK says where a hidden widget was last: whether it is there is asked of its state."""
    program.key('F9')
    wait('no queue', lambda: not is_set('show-queue') and
         not [n for n in program.nodes(name='Queue, oldest first') if n.get_state_set().contains(Atspi.StateType.SHOWING)])
    program.key('F9')
    wait('the queue', lambda: is_set('show-queue') and lines(program))
    step('F9 hides and shows it')


def preferences(program, hall):
    program.key('ctrl+comma')
    for name in ('Time for a critical violation', 'Time to undo', 'Snooze', 'Longest queue', 'Smallest incident', 'Margin'):
        wait(f'{name} in the preferences', lambda: program.nodes(name=name))
    wait('the severity', lambda: [n for n in walk(program.app) if 'Severity that is queued' in name_of(n)])
    program.key('Escape')
    step('its numbers are in the preferences')


def cut(program, hall):
    """Cuts the largest room off. Returns: its name and how many were in it."""
    items = hall.get(f"/api/v1/exams/{hall.ready['exam']}/candidates?limit=1000")['items']
    room, n = collections.Counter(c['room'] for c in items if c.get('connected', True)).most_common(1)[0]
    hall.control('room-cut', room=room, ms=12000)
    wait('the incident on top', lambda: lines(program) and 'lost the connection' in lines(program)[0])
    assert f'of room {room}' in lines(program)[0], lines(program)
    return room, n


def open_line(program, part):
    row = wait(f'a line with {part}', lambda: [row for row in children(program.nodes(name='Queue, oldest first')[0]) if part in name_of(row)])[0]
    program.click(row)
    program.key('Return')


def incident(program, hall):
    room, n = cut(program, hall)
    wait('the count', lambda: shown(program, '1 incident'))
    step('a room that lost its connection is one incident, on top')

    open_line(program, 'lost the connection')
    members = wait('whom it befell', lambda: [row for found in program.nodes(name='Candidates of the incident') for row in children(found)
                                              if extents(row).height > 1])
    assert all(name_of(row) and f'room {room}' in name_of(row) for row in members), [name_of(row) for row in members]
    wait('what it means', lambda: says(program, 'it says nothing of what they did'))
    have_names(program)
    step('its page lists whom it befell, each line with a name')

    who = name_of(members[0]).split(' · ')[0]
    program.click(members[0])
    program.key('Return')
    wait(f'the page of {who}', lambda: program.nodes('label', who) and shown(program, 'Recent Violations'))
    step('Return on one opens the candidate')

    program.key('Escape')
    wait('all back', lambda: [l for l in lines(program) if 'all are back' in l], 60)


def done(program, hall):
    before = len(lines(program))
    set_number('incident-hold', 1000)
    wait('that it is over', lambda: [l for l in lines(program) if 'over; nothing is left' in l], 60)
    open_line(program, 'over; nothing is left')
    wait('what may be done', lambda: [n for n in program.nodes('push button', 'Done') if extents(n).width > 0])
    program.press('Done')
    wait('one line fewer', lambda: len(lines(program)) == before - 1 and not [l for l in lines(program) if 'lost the connection' in l])
    wait('the wall', lambda: len(program.cells()) > 4)
    step('Done takes an incident out that is over')


def reviewer(program, hall):
    hall.control('violations', count=3, type='multiple_faces', perCandidate=1)
    wait('the count', lambda: shown(program, '3 wait'))
    wait('the wall', lambda: len(program.cells()) > 4)
    program.click(program.cells()[0])
    program.key('n')
    wait('what can be decided', lambda: page(program))
    program.key('c')
    wait('the hall has it', lambda: len(decided(hall, 'confirmed')) == 1)
    assert decided(hall, 'confirmed')[0]['by'] == 'k.weber', decided(hall, 'confirmed')
    wait('two lines', lambda: len(lines(program)) == 2)
    program.key('n')
    wait('another one', lambda: page(program))
    program.key('e')
    program.type('Reason', 'Not mine to say')
    program.answer('Hand Up')
    wait('one line', lambda: len(lines(program)) == 1)
    step('a reviewer decides too; what was handed up is not for the same role')


N = 40


def main():
    # Settings in a file of the test's own: what another program writes there is followed at once.
    os.environ['GSETTINGS_BACKEND'] = 'keyfile'
    with tempfile.TemporaryDirectory() as config:
        os.environ['XDG_CONFIG_HOME'] = config
        return play_all()


def play(token, acts, *options):
    with tempfile.NamedTemporaryFile('w', suffix='.token') as file:
        file.write(token)
        file.flush()
        hall = Hall(sys.argv[2], f'--candidates={N}', f'--token=reviewer:k.weber={REVIEWER_TOKEN}', *OPTIONS, *options)

        def go(program, hall):
            for act in acts:
                act(program, hall)
        return Trial(sys.argv[1], hall, '--hall', hall.url, '--token-file', file.name).run(go)


def play_all():
    set_number('undo-delay', 20000)
    good = play(TOKEN, (what_waits, next_one, confirm, dismiss, hand_up, snooze, hide, preferences, incident, done))
    set_number('undo-delay', 0)
    good = good and play(REVIEWER_TOKEN, (reviewer,))
    return finish(good)


sys.exit(main())
