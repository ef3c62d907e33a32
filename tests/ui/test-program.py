#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program against the rehearsal hall, driven as a person with a screen reader would:
connect, move, open, escape, bypass, revoke, search, filter. TAP on stdout.
usage: test-program.py VIGIL VIGIL-HALL   (under with-display.sh)"""

import json
import os
import shutil
import subprocess
import sys
import time

try:
    import gi
    gi.require_version('Atspi', '2.0')
    from gi.repository import Atspi
except (ImportError, ValueError) as error:
    print(f'1..0 # SKIP no AT-SPI for python: {error}')
    sys.exit(77)
if shutil.which('xdotool') is None:
    print('1..0 # SKIP xdotool is not installed')
    sys.exit(77)

PATIENCE = 45
TOKEN = 'a-token-for-this-test'
steps = 0


def children(node):
    try:
        return [node.get_child_at_index(i) for i in range(node.get_child_count())]
    except Exception:
        return []


def walk(node):
    if node is None:
        return
    yield node
    for child in children(node):
        yield from walk(child)


def name_of(node):
    try:
        return node.get_name() or ''
    except Exception:
        return ''


def text_of(node):
    try:
        return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))
    except Exception:
        return ''


def role_of(node):
    try:
        return node.get_role_name()
    except Exception:
        return ''


def extents(node):
    return Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)


def wait(what, condition, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = condition()
        except Exception:
            found = None
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f'waited {seconds} s for {what}')


def step(title):
    global steps
    steps += 1
    print(f'ok {steps} {title}', flush=True)


class Program:
    def __init__(self, vigil):
        self.process = subprocess.Popen([vigil], env=dict(os.environ, GTK_A11Y='atspi'))
        self.app = wait('the application on the bus', self.find_app)

    def find_app(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app is not None and app.get_process_id() == self.process.pid and app.get_child_count() > 0:
                return app
        return None

    def nodes(self, role=None, name=None, starts=None):
        return [n for n in walk(self.app)
                if (role is None or role_of(n) == role) and (name is None or name_of(n) == name)
                and (starts is None or name_of(n).startswith(starts))]

    def one(self, role, name=None, starts=None):
        return wait(f'{role} {name or starts}', lambda: (self.nodes(role, name, starts) or [None])[0])

    def press(self, name, role='push button', last=False):
        found = wait(f'{role} {name}', lambda: self.nodes(role, name))
        Atspi.Action.do_action(found[-1 if last else 0], 0)

    def answer(self, name):
        """A message dialog's button; Adwaita 1.2 says its name twice."""
        found = wait(f'answer {name}', lambda: [n for n in self.nodes('push button') if name_of(n) in (name, f'{name} {name}')])
        Atspi.Action.do_action(found[0], 0)

    def type(self, name, text):
        node = wait(f'entry {name}', lambda: self.nodes('text', name))[0]
        Atspi.EditableText.set_text_contents(node, text)

    def grid(self):
        return wait('the wall', lambda: [n for n in walk(self.app) if name_of(n) == 'Candidates' and n.get_child_count() >= 0])[0]

    def cells(self):
        """Cells on screen with somebody in them, in reading order."""
        found = []
        for cell in children(self.grid()):
            if ', ' not in name_of(cell):
                continue
            box = extents(cell)
            if box.width > 40 and 0 <= box.y < 800 and box.x >= 0:
                found.append((box.y, box.x, cell))
        return [cell for _, _, cell in sorted(found, key=lambda f: f[:2])]

    def key(self, key):
        subprocess.run(['xdotool', 'key', '--clearmodifiers', key], check=True, timeout=20)
        time.sleep(0.3)

    def click(self, node):
        box = extents(node)
        window = extents(self.nodes('frame')[0])
        subprocess.run(['xdotool', 'mousemove', str(window.x + box.x + box.width // 2), str(window.y + box.y + box.height // 2), 'click', '1'],
                       check=True, timeout=20)
        time.sleep(0.4)

    def labels(self, starts):
        return [n for n in self.nodes('label') if name_of(n).startswith(starts) or text_of(n).startswith(starts)]


def start_hall(program):
    hall = subprocess.Popen([program, '--candidates=40', '--port=0', '--ready', '--quit-on-stdin-eof', '--activity=0.2',
                             '--publish=12', '--video=320x180@5', f'--token=admin:m.ortiz={TOKEN}'],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return hall, json.loads(hall.stdout.readline())


def run(vigil, ready):
    program = vigil
    wait('the first page', lambda: program.nodes('text', 'Address'))

    program.type('Address', 'http://127.0.0.1:9')
    program.type('Token', TOKEN)
    program.press('Connect')
    wait('an error that says it cannot be reached', lambda: program.labels('The hall cannot be reached'))
    step('a wrong address says so')

    program.type('Address', ready['url'])
    program.type('Token', 'not-the-token')
    program.press('Connect')
    wait('an error that says the token is refused', lambda: program.labels('The hall does not accept this token'))
    step('a wrong token says so')

    program.type('Token', TOKEN)
    program.press('Connect')
    wait('tiles on the wall', lambda: len(program.cells()) > 4)
    step('connect, and the wall fills')

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
    wait('only who was searched for', lambda: program.cells() and all(name_of(c).startswith(who) for c in program.cells()))
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


def main():
    hall, ready = start_hall(sys.argv[2])
    Atspi.init()
    program = Program(sys.argv[1])
    status = 0
    try:
        run(program, ready)
        assert program.process.poll() is None, 'the program ended by itself'
    except AssertionError as error:
        print(f'not ok {steps + 1} {error}', flush=True)
        for node in walk(program.app):
            if name_of(node):
                print(f'# {role_of(node)} {name_of(node)!r}', file=sys.stderr)
        status = 1
    program.process.terminate()
    program.process.wait(20)
    hall.stdin.close()
    try:
        hall.wait(20)
    except subprocess.TimeoutExpired:
        hall.kill()
    print(f'1..{steps + status}')
    return status


sys.exit(main())
