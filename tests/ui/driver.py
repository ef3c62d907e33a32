#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program and a rehearsal hall, driven as a person with a screen reader would drive them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

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


def description_of(node):
    try:
        return node.get_description() or ''
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


def live(node):
    """Candidates side by side below a node whose webcam is live before the eyes."""
    return [n for n in walk(node) if description_of(n) == 'Live' and ', ' in name_of(n)]


def extents(node):
    return Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)


def settled(node):
    """Where it is, or None while a page is still on its way in: who clicks then hits something else."""
    before = extents(node)
    time.sleep(0.3)
    after = extents(node)
    same = (before.x, before.y, before.width, before.height) == (after.x, after.y, after.width, after.height)
    return after if same and after.width > 0 else None


def wait(what, condition, seconds=None):
    seconds = PATIENCE if seconds is None else seconds
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
    def __init__(self, vigil, *arguments):
        self.process = subprocess.Popen([vigil, *arguments], env=dict(os.environ, GTK_A11Y='atspi'))
        try:
            self.app = wait('the application on the bus', self.find_app)
        except AssertionError:
            self.process.kill() # whoever waits for our output would wait for its end
            raise

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

    def fields(self, name):
        """Most are "text" to AT-SPI, but not all."""
        return [n for role in ('text', 'entry', 'password text') for n in self.nodes(role, name)]

    def type(self, name, text):
        node = wait(f'the field {name}', lambda: self.fields(name))[-1]
        Atspi.EditableText.set_text_contents(node, text)
        time.sleep(0.3)

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
        time.sleep(0.3)  # a window that was just closed still has the keyboard for a moment
        subprocess.run(['xdotool', 'key', '--clearmodifiers', key], check=True, timeout=20)
        time.sleep(0.3)

    def click(self, node):
        window = extents(self.nodes('frame')[0])
        box = wait('something to click on that stands still', lambda: settled(node))
        subprocess.run(['xdotool', 'mousemove', str(window.x + box.x + box.width // 2), str(window.y + box.y + box.height // 2), 'click', '1'],
                       check=True, timeout=20)
        time.sleep(0.4)

    def labels(self, starts):
        return [n for n in self.nodes('label') if name_of(n).startswith(starts) or text_of(n).startswith(starts)]


def frames(program, title):
    return [n for n in program.nodes('frame') if name_of(n) == title]


def ids(title):
    found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', f'^{title}$'], capture_output=True, text=True, timeout=20)
    return found.stdout.split()


def go_to(title, x, y):
    """Puts a window somewhere, and pointer and keys on it, as a window manager would."""
    window = wait(f'the window {title}', lambda: ids(title))[-1]
    subprocess.run(['xdotool', 'windowmove', window, str(x), str(y), 'windowraise', window, 'windowfocus', window,
                    'mousemove', '--window', window, '300', '12'], check=True, timeout=20)
    time.sleep(0.5)


def named(node, text):
    return [n for n in walk(node) if text in name_of(n)]


def exam_title(hall):
    return hall.get('/api/v1/exams')['items'][0]['title']


def second_title(hall):
    """Of the window of a second wall."""
    return f'{exam_title(hall)}: wall 2'


def layouts():
    return subprocess.run(['gsettings', 'get', 'org.vigil.Vigil', 'window-layouts'], check=True, timeout=20, capture_output=True, text=True).stdout


class Hall:
    """A rehearsal hall in a process of its own, which takes faults."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen([program, '--port=0', '--ready', '--quit-on-stdin-eof', '--control',
                                         f'--token=admin:m.ortiz={TOKEN}', *options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.url = self.ready['url']

    def control(self, op, **members):
        request = urllib.request.Request(self.url + '/control', json.dumps({'op': op, **members}).encode(),
                                         {'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, timeout=20) as answer:
            done = json.loads(answer.read())
        assert done.get('ok'), f'{op}: {done}'
        return done

    def get(self, path):
        request = urllib.request.Request(self.url + path, headers={'Authorization': f'Bearer {TOKEN}'})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Trial:
    """A hall and the program; says what was on screen when something is not as it should be."""

    def __init__(self, vigil, hall, *arguments):
        Atspi.init()
        self.hall = hall
        self.program = Program(vigil, *arguments)

    def run(self, play):
        """Returns: whether it went well."""
        try:
            play(self.program, self.hall)
            assert self.program.process.poll() is None, 'the program ended by itself'
            return True
        except AssertionError as error:
            print(f'not ok {steps + 1} {error}', flush=True)
            for node in walk(self.program.app):
                if name_of(node):
                    print(f'# {role_of(node)} {name_of(node)!r}', file=sys.stderr)
            return False
        finally:
            self.program.process.terminate()
            self.program.process.wait(20)
            self.hall.end()


def finish(good):
    """Prints the plan. Returns: the status to exit with."""
    print(f'1..{steps + (0 if good else 1)}')
    return 0 if good else 1


def play_keeping(options, n_cells, acts):
    """Plays the acts, once so many tiles are there, with settings in a file of the test's own, so that what the program wrote can
    be read. usage of the script: VIGIL VIGIL-HALL. Returns: the status to exit with."""
    os.environ['GSETTINGS_BACKEND'] = 'keyfile'
    with tempfile.TemporaryDirectory() as config, tempfile.NamedTemporaryFile('w', suffix='.token') as file:
        os.environ['XDG_CONFIG_HOME'] = config
        file.write(TOKEN)
        file.flush()
        hall = Hall(sys.argv[2], *options)

        def go(program, hall):
            wait('the wall', lambda: len(program.cells()) >= n_cells)
            for act in acts:
                act(program, hall)
        return finish(Trial(sys.argv[1], hall, '--hall', hall.url, '--token-file', file.name).run(go))
