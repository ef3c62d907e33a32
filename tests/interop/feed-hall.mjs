#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A hall that does one thing: scores, from the real socket.io, as fast as asked for. The peer of
// tests/bench/feed; what a console needs to join and to read its roster, and no more.
//
//   node feed-hall.mjs [--candidates 200] [--scores 80] [--batch-ms 0] [--tick-ms 5]
//
// Says that it is ready as vigil-hall does (one line of JSON on stdout) and takes the same
// POST /control {"op": "scores", running, rate} and {"op": "counts"}. Ends when stdin ends.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { load } from './modules.mjs';

const { Server } = load ('socket.io');
const { values: options } = parseArgs ({ options: {
  'candidates': { type: 'string', default: '200' },
  'scores': { type: 'string', default: '80' },
  'batch-ms': { type: 'string', default: '0' },
  'tick-ms': { type: 'string', default: '5' },
} });
const n = Number (options.candidates);
const batch_ms = Number (options['batch-ms']);
const tick_ms = batch_ms || Number (options['tick-ms']);
const epoch = Date.now ();
const token = 'feed-admin';
const exam = { examId: 'ex-feed', quizId: 'q-feed', title: 'Feed', state: 'running', startsAt: epoch, endsAt: null,
               rooms: ['A', 'B', 'C'], candidates: n, streaming: 0, proctoring: 'on' };
const flags = [[], ['gaze_away'], ['no_face']];

function student_id (i)
{
  return `s-${String (i + 1).padStart (5, '0')}`;
}

function candidate (i)
{
  return { studentId: student_id (i), name: `Candidate Number ${i + 1}`, room: exam.rooms[i % 3], state: 'active', joinedAt: epoch,
           lastSeenAt: epoch, leftAt: null, connected: true, isStreaming: false, score: i % 30, scoreAt: epoch, flags: [],
           openFlags: 0, producers: [], bypass: null, claimedBy: null, handRaised: false, platform: null, version: 1 };
}

// The roster never changes here: its pages are made once.
const pages = new Map ();
function roster_page (after, limit)
{
  const key = `${after} ${limit}`;
  if (!pages.has (key))
    {
      const end = Math.min (n, after + limit);
      pages.set (key, JSON.stringify ({ items: Array.from ({ length: end - after }, (_, i) => candidate (after + i)),
                                        next: end < n ? String (end) : null, total: n, epoch, seq: 0 }));
    }
  return pages.get (key);
}

// Scores ------------------------------------------------------------------------

let running = true, rate = Number (options.scores), at = 0, sent = 0, credit = 0, ticked = performance.now ();

// Browsers do not send in the order of the roster: neighbours on a wall would all change at once.
const divisor = (a, b) => b === 0 ? a : divisor (b, a % b);
let step = Math.max (1, Math.floor (n * 0.618)), turn = 0;
while (divisor (step, n) !== 1)
  step++;

function next_score (timestamp)
{
  const i = turn = (turn + step) % n;
  at++;
  return { studentId: student_id (i), quizId: exam.quizId, score: (i * 7 + at) % 101, flags: flags[at % 3], timestamp };
}

function tick ()
{
  const now = performance.now ();
  credit = Math.min (credit + (now - ticked) / 1000 * rate, rate);
  ticked = now;
  const due = Math.floor (credit);
  credit -= due;
  if (!running || due === 0 || !io.sockets.adapter.rooms.has (exam.examId))
    return;
  const timestamp = Date.now ();
  const room = io.to (exam.examId);
  if (batch_ms)
    room.emit ('proctoring_scores', Array.from ({ length: due }, () => next_score (timestamp)));
  else
    for (let i = 0; i < due; i++)
      room.emit ('proctoring_score', next_score (timestamp));
  sent += due;
}

const control = {
  scores: order => { running = order.running ?? true; rate = order.rate ?? rate; return {}; },
  counts: () => ({ scoresSent: sent, connections: io.engine.clientsCount }),
};

// HTTP ----------------------------------------------------------------------------

function answer_api (path, query)
{
  if (path === '')
    return { service: 'vigil-hall', protocol: 1, hall: 'Feed', version: '1' };
  if (path === '/session')
    return { user: 'feed', role: 'admin', hall: 'Feed', serverTime: Date.now (), expiresAt: null };
  if (path === '/exams')
    return { items: [exam], next: null };
  if (path === `/exams/${exam.examId}`)
    return exam;
  if (path === `/exams/${exam.examId}/candidates`)
    return roster_page (Number (query.get ('after') ?? 0), Math.min (1000, Number (query.get ('limit') ?? 200)));
  if (path.endsWith ('/events') || path.endsWith ('/evidence') || path.endsWith ('/flags') || path.endsWith ('/bypasses'))
    return { items: [], next: null };
  return null;
}

async function serve (request, response)
{
  const url = new URL (request.url, 'http://hall');
  let answer = null;
  if (url.pathname === '/control' && request.method === 'POST')
    {
      const parts = [];
      for await (const part of request)
        parts.push (part);
      const order = JSON.parse (Buffer.concat (parts).toString ());
      answer = { ok: true, ...control[order.op] (order) };
    }
  else if (url.pathname.startsWith ('/api/v1'))
    answer = answer_api (url.pathname.slice ('/api/v1'.length), url.searchParams);
  response.writeHead (answer === null ? 404 : 200, { 'content-type': 'application/json; charset=utf-8' });
  response.end (typeof answer === 'string' ? answer
                : JSON.stringify (answer ?? { error: { code: 'not_found', message: 'nothing but scores here' } }));
}

const http = createServer ((request, response) => serve (request, response).catch (error => {
  console.error (error);
  response.destroy ();
}));

// The socket ------------------------------------------------------------------------

const io = new Server (http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
io.on ('connection', socket => socket.onAny ((name, argument, ack) => {
  if (typeof ack !== 'function')
    return;
  if (name === 'joinExam')
    {
      socket.join (exam.examId);
      ack ({ ok: true, serverTime: Date.now (), epoch, seq: 0, exam });
    }
  else
    {
      ack ({ ok: false, error: { code: 'sfu.unavailable', message: 'nothing but scores here' } });
    }
}));

process.stdin.on ('end', () => process.exit (0)).resume ();
process.on ('SIGTERM', () => process.exit (0));
setInterval (tick, tick_ms);
http.listen (0, '127.0.0.1', () => console.log (JSON.stringify (
  { event: 'ready', url: `http://127.0.0.1:${http.address ().port}`, exam: exam.examId, tokens: { admin: token } })));
