#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second monitor goes and comes back: no view goes with it, and each set of monitors has the windows it had. TAP on stdout.
usage: test-monitors.py VIGIL VIGIL-HALL   (under with-display.sh with VIGIL_MONITORS=plugs)"""

import shutil
import subprocess
import sys

from driver import exam_title, frames, go_to, ids, layouts, live, name_of, named, play_keeping, second_title, step, wait, walk

OPTIONS = ('--candidates=40', '--activity=0', '--churn=0', '--absent=0')
MODE = '1280x1024'
SIZE = (800, 600)


def xrandr(*arguments):
    return subprocess.run(['xrandr', *arguments], check=True, timeout=20, capture_output=True, text=True).stdout


def plug(there):
    xrandr('--output', 'DUMMY1', *(('--mode', MODE, '--right-of', 'DUMMY0') if there else ('--off',)))
    xrandr()  # asks the server to look whether it is connected


def focus_window(program):
    return wait('the window of the focus view', lambda: frames(program, 'Focus View'))[0]


def detach(program, hall):
    program.click(program.cells()[0])
    program.key('f')
    wait('one in focus', lambda: named(program.app, 'is in the focus view (1 of 4)'))
    program.key('shift+F8')
    focus_window(program)
    go_to('Focus View', 1400, 60)
    subprocess.run(['xdotool', 'windowsize', ids('Focus View')[-1], *map(str, SIZE)], check=True, timeout=20)
    wait('that it is remembered with both monitors', lambda: "'focus'" in layouts() and 'DUMMY1' in layouts() and '800' in layouts())
    step('a view in a window of its own is remembered for two monitors')


def unplug(program, hall):
    plug(False)
    wait('its window goes', lambda: not frames(program, 'Focus View'))
    main = frames(program, exam_title(hall))[0]
    wait('the view is in the main window', lambda: [n for n in walk(main) if name_of(n) == 'Focus view'])
    wait('with who was in it, live', lambda: live(main))
    assert "'focus'" in layouts() and 'DUMMY1' in layouts(), 'what both had stays remembered'
    step('a monitor that goes takes no view with it')


def plug_again(program, hall):
    plug(True)
    window = focus_window(program)
    wait('live video there', lambda: live(window))
    size = wait('its size', lambda: subprocess.run(['xdotool', 'getwindowgeometry', '--shell', ids('Focus View')[-1]], check=True, timeout=20,
                                                   capture_output=True, text=True).stdout)
    assert f'WIDTH={SIZE[0]}' in size and f'HEIGHT={SIZE[1]}' in size, size
    step('with both monitors the window is there again, as large as it was')


def another_layout(program, hall):
    plug(False)
    wait('its window goes', lambda: not frames(program, 'Focus View'))
    go_to(exam_title(hall), 0, 0)
    program.key('ctrl+n')
    wait('a second wall', lambda: frames(program, second_title(hall)))
    wait('remembered with one monitor', lambda: "'wall'" in layouts())
    plug(True)
    focus_window(program)
    wait('the wall stays', lambda: frames(program, second_title(hall)))
    go_to(second_title(hall), 1400, 300)
    program.key('ctrl+w')
    wait('the wall is closed', lambda: not frames(program, second_title(hall)))
    plug(False)
    wait('one monitor has its wall again, and no focus window', lambda: frames(program, second_title(hall)) and not frames(program, 'Focus View'))
    step('each set of monitors has the windows that it had')


def main():
    if shutil.which('xrandr') is None:
        print('1..0 # SKIP xrandr is not installed')
        return 77
    xrandr('--addmode', 'DUMMY1', MODE)
    plug(True)
    return play_keeping(OPTIONS, 6, (detach, unplug, plug_again, another_layout))


if __name__ == '__main__':
    sys.exit(main())
