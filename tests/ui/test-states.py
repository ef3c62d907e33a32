#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not everyday: an empty hall, degraded parts of it, a feed that went quiet, the metrics, nobody
matches, evidence enlarged, messages, the palette, an expired token, leaving with something pending, everybody gone. TAP on stdout.
usage: test-states.py VIGIL VIGIL-HALL   (under with-display.sh)"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from driver import Atspi, Hall, TOKEN, Trial, extents, finish, name_of, step, text_of, wait

SECOND_TOKEN = 'another-token-for-this-test'
N = 60


def shown(program, starts):
    """Labels that really are on screen: hidden pages of a stack have no size."""
    return [n for n in program.labels(starts) if extents(n).width > 0 and n.get_state_set().contains(Atspi.StateType.VISIBLE)]


def wall(program):
    return wait('the wall', lambda: len(program.cells()) > 4 and program.cells())


def who_is(cell):
    return name_of(cell).rsplit(', score', 1)[0].split(',')[0]


def plain(text):
    """Without the marks that keep a sentence in its direction."""
    return ''.join(c for c in text if c not in '\u200e\u200f\u2068\u2069')


def rows(program):
    """Lines of the palette."""
    lists = program.nodes('list', 'Actions and candidates') or program.nodes('list box', 'Actions and candidates')
    return [name_of(row) for found in lists[:1] for row in (found.get_child_at_index(i) for i in range(found.get_child_count()))
            if name_of(row)]


def empty_hall(program, hall):
    wait('the empty state', lambda: program.labels('Nobody Is Here Yet'))
    step('an empty hall says so')


def palette(program, hall):
    program.click(wall(program)[0])
    program.key('ctrl+k')
    wait('all actions', lambda: len(rows(program)) > 15)
    listed = rows(program)
    assert 'Statistics, F12' in listed and 'Order: stable, nobody moves, chosen' in listed, listed
    assert any(row.startswith('Bypass…') for row in listed), listed
    assert not any(row.startswith('Revoke') for row in listed), 'nobody is bypassed'
    step('the palette lists what can be done now, with its keys')

    program.type('Search actions, names and ids', 'order name')
    wait('one line', lambda: rows(program) == ['Order: by name'])
    program.type('Search actions, names and ids', 'no such thing at all')
    wait('nothing', lambda: program.labels('No action and nobody here is called that'))
    program.key('Escape')
    wait('no palette', lambda: not program.fields('Search actions, names and ids'))
    step('it is searched by words, and Escape closes it')

    program.key('ctrl+k')
    program.type('Search actions, names and ids', 'statist')
    wait('one line', lambda: rows(program) == ['Statistics, F12'])
    program.key('Return')
    # Its first line is another one as soon as there are rates to tell, a second later.
    wait('the statistics', lambda: [n for n in shown(program, '') if 'score latency' in text_of(n)])
    program.key('F12')
    step('Return runs what is selected')

    program.key('ctrl+k')
    program.type('Search actions, names and ids', 's-00007')
    found = wait('the candidate', lambda: [row for row in rows(program) if row.endswith(', s-00007')])
    program.key('Return')
    wait('no palette', lambda: not program.fields('Search actions, names and ids'))
    program.key('Return')
    who = found[0].rsplit(', ', 1)[0]
    wait(f'the page of {who}', lambda: program.labels('s-00007'))
    program.key('Escape')
    wall(program)
    step('it finds candidates, and goes to their tile')


def shortcuts(program, hall):
    program.key('ctrl+question')
    wait('the shortcuts', lambda: [n for n in program.nodes() if 'All actions and candidates' in (name_of(n), text_of(n))])
    program.key('Escape')
    wait('no shortcuts', lambda: not [n for n in program.nodes() if 'All actions and candidates' in (name_of(n), text_of(n))])
    step('the shortcuts window lists the palette')


def nobody_matches(program, hall):
    program.type('Search name or id', 'nobody is called this')
    wait('that nobody matches', lambda: shown(program, 'Nobody Matches'))
    assert not program.cells(), 'nobody is on the wall'
    program.press('Clear Search and Filters')
    wall(program)
    step('nobody matches, and one button brings everybody back')


def evidence(program, hall):
    hall.control('behave', studentId='s-00001', behaviour='absent', ms=20000)
    program.type('Search name or id', 's-00001')
    wait('one candidate', lambda: len(program.cells()) == 1)
    program.click(program.cells()[0])
    program.key('Return')
    thumb = wait('an evidence frame', lambda: [n for n in program.nodes('push button') if name_of(n).startswith('Evidence frame captured at')])[0]
    Atspi.Action.do_action(thumb, 0)
    wait('the frame, large, with its time', lambda: [n for n in shown(program, '') if 'Captured at' in text_of(n) + name_of(n)])
    wait('the picture', lambda: [n for n in program.nodes() if 'Captured at' in name_of(n) and extents(n).width > 400 and extents(n).height > 200])
    step('a thumbnail opens large, with the time of capture')

    program.key('Escape')
    wait('video again', lambda: not [n for n in shown(program, '') if 'Captured at' in text_of(n) + name_of(n)])
    assert shown(program, 'Recent Violations'), 'still on the page'
    step('Escape closes it and stays on the page')


def names(program, hall):
    """Names of all scripts, lengths and contents stand everywhere as they are."""
    by_id = {c['studentId']: c['name'] for c in hall.get(f"/api/v1/exams/{hall.ready['exam']}/candidates?limit=1000")['items']}
    pick = {
        'Hangul': lambda n: any('\uac00' <= c <= '\ud7a3' for c in n),
        'Arabic': lambda n: any('\u0600' <= c <= '\u06ff' for c in n),
        'long': lambda n: len(n) > 200,
        'markup': lambda n: '<b>' in n,
    }
    for kind, fits in pick.items():
        sid, name = next((sid, name) for sid, name in by_id.items() if fits(name))
        program.key('ctrl+k')
        program.type('Search actions, names and ids', sid)
        wait(f'the {kind} name in the palette', lambda: f'{name}, {sid}' in rows(program))
        program.key('Return')
        wait('no palette', lambda: not program.fields('Search actions, names and ids'))
        program.key('Return')
        wait(f'the {kind} name on the page', lambda: [n for n in shown(program, name) if text_of(n) == name])
        program.press('Message…')
        wait(f'the {kind} name in the question', lambda: program.labels(f'Message to {name}'))
        program.type('Text for the candidate', 'Good morning')
        program.answer('Send')
        wait(f'the {kind} name in a toast', lambda: [n for n in program.nodes('label') if f'{name}: sent' in (plain(name_of(n)), plain(text_of(n)))])
        program.key('Escape')
        wall(program)
    step('names in Hangul, in Arabic, with 200 characters and with markup are shown as they are')


def banner(program):
    """What the banner says, as a screen reader hears it; empty: it is not there."""
    return [name_of(n) for role in ('alert', 'notification') for n in program.nodes(role) if name_of(n) and n.get_state_set().contains(Atspi.StateType.VISIBLE) and name_of(n) != 'GtkLabel']


def says(program, *titles):
    return lambda: any(found == '. '.join(titles) for found in banner(program))


COUNTING = 'The hall is not counting violations at the moment'
STORE = 'The hall cannot save at the moment'
EVIDENCE = 'The hall’s evidence store has trouble'


def degraded(program, hall):
    hall.control('system', part='counting', degraded=True, reason='the cache is down')
    wait('one trouble', says(program, COUNTING))
    wait('what it means, and why', lambda: shown(program, 'Scores and video are live. The cache is down.'))
    wait('since when', lambda: shown(program, 'since '))
    hall.control('system', part='evidence', degraded=True)
    hall.control('system', part='store', degraded=True)
    wait('three at once', says(program, COUNTING, STORE, EVIDENCE))
    assert len(shown(program, 'since ')) == 3, [name_of(n) + text_of(n) for n in shown(program, 'since ')]
    step('three degraded parts are listed, each with what it means and since when')

    wait('live scores all the while', lambda: shown(program, 'newest score under 1 s'))
    step('while counting is paused live scores go on')

    hall.control('drop', abrupt=True)
    wait('the hall says it again after a reconnect', says(program, COUNTING, STORE, EVIDENCE))
    hall.control('system', part='store', degraded=False)
    hall.control('system', part='counting', degraded=False)
    wait('one is left', says(program, EVIDENCE))
    hall.control('system', part='evidence', degraded=False)
    wait('none is left', lambda: not banner(program))
    step('what is over goes by itself, and a reconnect changes nothing of it')


def quiet(program, hall):
    hall.control('scores', running=False)
    wait('that it is said', lambda: [b for b in banner(program) if b.startswith('No scores have come for ')])
    wait('that the bar says it too', lambda: shown(program, 'no scores for '))
    wait('whose trouble it is', lambda: shown(program, 'The connection is up; the trouble is ours or the hall’s'))
    assert not [c for c in program.cells() if 'left' in name_of(c).lower()], 'nobody has left'
    hall.control('scores', running=True)
    wait('that it goes by itself', lambda: not banner(program) and shown(program, 'newest score under 1 s'))
    step('a feed that went quiet is said to be quiet, as our trouble, and clears by itself')


def set_port(port):
    subprocess.run(['gsettings', 'set', 'org.vigil.Vigil', 'metrics-port', str(port)], check=True, timeout=20)


def read_metrics(port, host='localhost'):
    request = urllib.request.Request(f'http://127.0.0.1:{port}/metrics', headers={'Host': host})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers['Content-Type'] == 'application/openmetrics-text; version=1.0.0; charset=utf-8'
        return answer.read().decode()


def metrics(program, hall):
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        port = taken.getsockname()[1]
        set_port(port)
        program.key('ctrl+comma')
        wait('that the port is taken', lambda: program.labels(f'Port {port} is in use by another program.'))
        step('a metrics port that is taken is said in the preferences')
    set_port(0)
    wait('no complaint', lambda: not program.labels(f'Port {port} is in use') and program.labels('of this computer alone; 0: off'))
    set_port(port)
    # Somebody's score has to change: one that says the same again is not drawn.
    hall.control('violations', count=40, type='multiple_faces')
    wait('a drawn score', lambda: 'vigil_score_end_to_end_ms{quantile="0.99"} ' in (read_metrics(port) or ''))
    text = read_metrics(port)
    program.key('Escape')
    assert text.endswith('\n# EOF\n'), text[-200:]
    for name in ('vigil_scores_received_total ', 'vigil_score_end_to_end_ms{quantile="0.99"} ', 'vigil_clock_error ', 'vigil_clock_offset ',
                 'vigil_feed_quiets_total 1\n', 'vigil_score_latency_ms_count '):
        assert f'\n{name}' in text, f'{name}: {text}'
    for secret in (TOKEN, SECOND_TOKEN, 's-00001', 'm.ortiz', hall.url):
        assert secret not in text, secret
    try:
        from prometheus_client.openmetrics.parser import text_string_to_metric_families
        families = {f.name: f for f in text_string_to_metric_families(text)}
        assert families['vigil_score_end_to_end_ms'].type == 'summary' and families['vigil_streams_live'].type == 'gauge'
        assert all(f.documentation for f in families.values()), [f.name for f in families.values() if not f.documentation]
    except ImportError:
        print('# python3-prometheus-client is not installed: not read by another parser')
    step('a port that is set serves OpenMetrics at once, with nobody’s name in it')
    try:
        read_metrics(port, 'evil.example')
        raise AssertionError('served to another name')
    except urllib.error.HTTPError as error:
        assert error.code == 403, error.code
    set_port(0)
    wait('nothing there any more', lambda: refused(port))
    step('and is gone when it is set to 0')


def refused(port):
    try:
        read_metrics(port)
    except urllib.error.URLError as error:
        return isinstance(error.reason, ConnectionRefusedError)
    return False


def messages(program, hall):
    program.press('Message…')
    program.type('Text for the candidate', 'Please sit in the light')
    program.answer('Send')
    wait('that it was sent', lambda: [n for n in program.nodes('label') if (name_of(n) + text_of(n)).endswith(': sent')])
    step('a message is sent and confirmed')

    program.key('w')
    wait('what a warning means', lambda: program.labels('The candidate must acknowledge a warning'))
    program.type('Text for the candidate', 'Put the phone away')
    program.answer('Send')
    wait('no dialog', lambda: not program.fields('Text for the candidate'))
    step('a warning says what it means, and is sent')
    program.key('Escape')
    program.press('Remove filter: “s-00001”')
    wall(program)


def token(program, hall):
    before = [who_is(cell) for cell in wall(program)]
    hall.control('expire-token', token=TOKEN)
    program.press('Sign In…')
    assert [who_is(cell) for cell in wall(program)] == before, 'the wall changed'
    wait('the question', lambda: program.labels('Sign In Again') and len(program.fields('Token')) == 2)
    assert not [n for n in program.nodes('check box', 'Remember the token in the keyring') if extents(n).width > 0], 'there is no keyring'
    program.type('Token', SECOND_TOKEN)
    program.answer('Sign In')
    wait('the other person', lambda: [n for n in program.nodes('label') if 'k.weber' in name_of(n) + text_of(n)])
    assert [who_is(cell) for cell in wall(program)] == before, 'the wall changed'
    wait('no question any more', lambda: not [n for n in program.nodes('push button', 'Sign In…') if extents(n).width > 0])
    step('an expired token is renewed without losing the wall')


def leaving(program, hall):
    hall.control('slow-http', ms=60000)
    program.click(wall(program)[0])
    program.key('m')
    program.type('Text for the candidate', 'This one does not get through')
    program.answer('Send')
    time.sleep(0.5)
    program.key('ctrl+q')
    wait('the question', lambda: program.labels('Leave Without Confirmation?'))
    wait('what is at stake', lambda: program.labels('1 action has not been confirmed'))
    program.answer('Stay')
    time.sleep(1)
    wall(program)
    step('leaving with something pending is asked for')


def everybody_left(program, hall):
    hall.control('slow-http', ms=0)
    for i in range(N):
        hall.control('disconnect', studentId=f's-{i + 1:05}', ms=0)
    wait('that everybody left', lambda: shown(program, 'Everybody has left'))
    wait('tiles that say so', lambda: sum(', Left ' in name_of(c) for c in program.cells()) > 4)
    step('everybody left: said, and their tiles stay')


def leave_anyway(program, hall):
    hall.control('slow-http', ms=60000)
    program.click(wall(program)[0])
    program.key('m')
    program.type('Text for the candidate', 'Nor does this one')
    program.answer('Send')
    time.sleep(0.5)
    program.key('ctrl+k')
    program.type('Search actions, names and ids', 'disconnect')
    program.key('Return')
    wait('the question', lambda: program.labels('Leave Without Confirmation?'))
    program.answer('Leave Anyway')
    wait('the first page', lambda: shown(program, 'Connect to a Hall'))
    step('Leave Anyway leaves')


def main():
    # Settings in a file of the test's own: what another program writes there is followed at once.
    os.environ['GSETTINGS_BACKEND'] = 'keyfile'
    with tempfile.TemporaryDirectory() as config:
        os.environ['XDG_CONFIG_HOME'] = config
        return play_all()


def play_all():
    with tempfile.NamedTemporaryFile('w', suffix='.token') as file:
        file.write(TOKEN)
        file.flush()
        arguments = lambda hall: ('--hall', hall.url, '--token-file', file.name)
        hall = Hall(sys.argv[2], '--candidates=0')
        good = Trial(sys.argv[1], hall, *arguments(hall)).run(empty_hall)
        if good:
            hall = Hall(sys.argv[2], f'--candidates={N}', '--activity=0', '--churn=0', '--absent=0', '--publish=4',
                        '--video=320x180@5', f'--token=admin:k.weber={SECOND_TOKEN}')

            def play(program, hall):
                for act in (degraded, quiet, metrics, palette, shortcuts, names, nobody_matches, evidence, messages, token, leaving, everybody_left, leave_anyway):
                    act(program, hall)
            good = Trial(sys.argv[1], hall, *arguments(hall)).run(play)
    return finish(good)


sys.exit(main())
