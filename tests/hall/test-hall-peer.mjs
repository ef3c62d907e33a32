// SPDX-License-Identifier: GPL-3.0-or-later
// The rehearsal hall and the real socket.io-client from npm: what a browser's
// library makes of our server. Argument: the vigil-hall program. Exits 77 where
// the module is not installed (tests/interop/setup.sh --light).
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import assert from 'node:assert/strict';

let io;
try
  {
    ({ io } = (await import ('../interop/modules.mjs')).load ('socket.io-client'));
  }
catch (error)
  {
    console.log (`1..0 # SKIP ${error.message}`);
    process.exit (77);
  }

const hall = spawn (process.argv[2], ['--ready', '--control', '--quit-on-stdin-eof', '--candidates=50', '--publish=0',
                                      '--activity=0', '--churn=0', '--absent=0', '--score-rate=100',
                                      '--ping-interval=300', '--ping-timeout=300'],
                    { stdio: ['pipe', 'pipe', 'inherit'] });
const [line] = await Promise.race ([once (createInterface ({ input: hall.stdout }), 'line'), fail_after (20000, 'no ready line')]);
const { url, tokens, exam } = JSON.parse (line);

function once (emitter, event)
{
  return new Promise (done => emitter.once (event, (...args) => done (args)));
}

function fail_after (ms, what)
{
  return new Promise ((_, reject) => setTimeout (() => reject (new Error (what)), ms).unref ());
}

async function within (promise, what)
{
  return Promise.race ([promise, fail_after (8000, what)]);
}

function wait (ms)
{
  return new Promise (done => setTimeout (done, ms));
}

async function control (order)
{
  const answer = await (await fetch (`${url}/control`, { method: 'POST', body: JSON.stringify (order) })).json ();
  assert.ok (answer.ok, JSON.stringify (answer));
  return answer;
}

function open (token, nsp = '', options = {})
{
  return io (url + nsp, { transports: ['websocket'], auth: { token }, forceNew: true, reconnectionDelay: 50, ...options });
}

async function connect (token, nsp)
{
  const socket = open (token, nsp);
  await within (once (socket, 'connect'), 'no connection');
  return socket;
}

async function join (socket)
{
  const answer = await socket.timeout (5000).emitWithAck ('joinExam', { examId: exam });
  assert.equal (answer.ok, true);
  return answer;
}

const tests = {
  async 'connects, joins and hears scores' ()
  {
    const socket = await connect (tokens.invigilator);
    const answer = await join (socket);
    assert.equal (answer.exam.candidates, 50);
    const [score] = await within (once (socket, 'proctoring_score'), 'no score');
    assert.equal (score.quizId, answer.exam.quizId);
    assert.ok (Array.isArray (score.flags));
    socket.close ();
  },

  async 'refuses a wrong token, a wrong namespace and polling' ()
  {
    const wrong = open ('nobody', '', { reconnection: false });
    const [refused] = await within (once (wrong, 'connect_error'), 'not refused');
    assert.equal (refused.data.code, 'auth.invalid');
    wrong.close ();
    const elsewhere = open (tokens.admin, '/elsewhere', { reconnection: false });
    const [unknown] = await within (once (elsewhere, 'connect_error'), 'not refused');
    assert.equal (unknown.data.code, 'not_found');
    elsewhere.close ();
    const polling = io (url, { transports: ['polling'], reconnection: false, forceNew: true });
    await within (once (polling, 'connect_error'), 'polling was accepted');
    polling.close ();
  },

  async 'answers pings and survives idle time' ()
  {
    const socket = await connect (tokens.reviewer);
    let disconnects = 0;
    socket.on ('disconnect', () => disconnects++);
    await wait (1800);
    assert.equal (disconnects, 0);
    assert.equal ((await join (socket)).ok, true);
    socket.close ();
  },

  async 'answers many requests at once, each its own' ()
  {
    const socket = await connect (tokens.admin);
    await join (socket);
    const answers = await Promise.all (Array.from ({ length: 60 }, (_, i) =>
      socket.timeout (5000).emitWithAck (i % 2 ? 'getRouterRtpCapabilities' : 'resumeConsumer', { consumerId: `c-${i}` })));
    answers.forEach ((answer, i) => assert.equal (answer.ok, i % 2 === 1));
    assert.equal (answers[0].error.code, 'sfu.no_such_consumer');
    socket.close ();
  },

  async 'takes binary events' ()
  {
    const socket = await connect (tokens.admin);
    await join (socket);
    const answer = await socket.timeout (5000).emitWithAck ('upload', { data: Buffer.from ([1, 2, 3]), more: Buffer.alloc (70000) });
    assert.equal (answer.error.code, 'invalid');
    assert.equal (socket.connected, true);
    socket.close ();
  },

  async 'lets the library reconnect by itself' ()
  {
    const socket = await connect (tokens.invigilator);
    const first = await join (socket);
    const gone = once (socket, 'disconnect');
    const back = once (socket, 'connect');
    await control ({ op: 'drop' });
    const [reason] = await within (gone, 'no disconnect');
    assert.match (reason, /transport/);
    await within (back, 'no reconnect');
    const second = await join (socket);
    assert.equal (second.epoch, first.epoch);
    assert.ok (second.seq >= first.seq);
    socket.close ();
  },

  async 'delivers deltas in sequence' ()
  {
    const socket = await connect (tokens.invigilator);
    const { seq } = await join (socket);
    const seen = [];
    socket.onAny ((event, argument) => argument.seq !== undefined && seen.push (argument));
    for (let i = 0; i < 5; i++)
      {
        await control ({ op: 'disconnect', studentId: 's-00003' });
        await control ({ op: 'connect', studentId: 's-00003' });
      }
    await wait (200);
    assert.deepEqual (seen.map (delta => delta.seq), Array.from ({ length: 10 }, (_, i) => seq + 1 + i));
    assert.equal (seen[0].isStreaming, false);
    assert.equal (seen[0].connected, false);
    socket.close ();
  },

  async 'speaks to a candidate in its own namespace' ()
  {
    const { token } = await control ({ op: 'candidate-token', studentId: 's-00004' });
    const candidate = await connect (token, '/candidate');
    const joined = await candidate.timeout (5000).emitWithAck ('joinAsCandidate', { platform: 'node' });
    assert.equal (joined.studentId, 's-00004');
    assert.equal (joined.proctoring, 'on');
    const told = once (candidate, 'proctoring');
    const put = await fetch (`${url}/api/v1/exams/${exam}/bypasses/s-00004`, {
      method: 'PUT', body: JSON.stringify ({ reason: 'Camera broken', category: 'technical', signals: [], expiresAt: null }),
      headers: { Authorization: `Bearer ${tokens.admin}`, 'Idempotency-Key': 'k', 'If-None-Match': '*' },
    });
    assert.equal (put.status, 201);
    assert.equal ((await within (told, 'not told'))[0].proctoring, 'off');
    candidate.close ();
  },

  async 'ends the namespace when the token does' ()
  {
    const socket = await connect (tokens.reviewer);
    await join (socket);
    const expired = once (socket, 'session_expired');
    const gone = once (socket, 'disconnect');
    await control ({ op: 'expire-token', token: tokens.reviewer });
    await within (expired, 'no session_expired');
    assert.equal ((await within (gone, 'not closed'))[0], 'io server disconnect');
    socket.close ();
  },
};

let failed = 0;
let n = 0;
console.log (`1..${Object.keys (tests).length + 1}`);
for (const [name, test] of Object.entries (tests))
  try
    {
      await within (test (), 'took too long');
      console.log (`ok ${++n} - ${name}`);
    }
  catch (error)
    {
      failed++;
      console.log (`not ok ${++n} - ${name}`);
      console.log (`# ${String (error.stack ?? error).replaceAll ('\n', '\n# ')}`);
    }
hall.stdin.end ();
const [code] = await Promise.race ([once (hall, 'exit'), fail_after (8000, 'the hall did not quit').catch (() => ['none'])]);
console.log (`${code === 0 ? 'ok' : 'not ok'} ${++n} - quits when its stdin closes`);
hall.kill ('SIGKILL');
process.exit (failed || code !== 0 ? 1 : 0);
