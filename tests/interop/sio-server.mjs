#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The real socket.io server, with hooks: the peer of tests/net.
//
//   node sio-server.mjs [--port 0] [--ping-interval 25000] [--ping-timeout 20000]
//                       [--connect-delay 0] [--no-websocket] [--parser json|msgpack]
//
// Listens on 127.0.0.1 and prints one JSON object a line on stdout; the first
// is {"event":"ready","port":…,"pid":…}. Takes one JSON command a line on
// stdin; the end of stdin ends it, so that it cannot outlive its test.
//
// Tokens (auth: {token}): "good" and "admin" are let in; "expired" is refused
// with data {code:"token_expired"}; anything else with {code:"unauthorized"}.
// Namespaces: "/" any good token; "/admin" only "admin"; others do not exist.
//
// Events a client may send (… means any arguments; `ack` the acknowledgement):
//   echo …            → ack (…)                      also binary, at any depth
//   echo_event …      → event "echoed" with …
//   join {…}          → ack ({ok: true, serverTime, epoch, seq})
//   refuse            → ack ({ok: false, error: {code, message}})
//   slow ms           → ack ({ok: true}) after ms
//   never             → no acknowledgement, ever
//   twice             → the same acknowledgement two times, on the wire
//   ask {…}           → the server emits "asked" and wants an acknowledgement;
//                       what came is told on stdout and as event "answered"
//   binary size       → event "binary" {data: <size bytes>, tail: <4 bytes>}
//   large count       → one "proctoring_scores" of count entries
//   burst count       → count times the event "tick", with 0, 1, 2 …
//   kick              → disconnect packet of this namespace
//   kick_close        → the engine is closed under it
//   kill              → the TCP connection is destroyed, no close frame
//
// Commands on stdin: {"cmd": …}
//   emit {nsp?, event, args}        to everybody in the namespace
//   raw {data}                      a text frame as it stands, to everybody
//   raw_binary {base64}             a binary frame as it stands
//   scores {rate, batchMs?, students?, seconds?}   start the emitter (rate a second,
//                                   singles unless batchMs); scores_stop stops it
//   mute / unmute                   no more pings or pongs / again (a half-dead server)
//   disconnect {close?} · kill      everybody
//   refuse_all {code?, message?}    refuse every new connection; accept_all undoes it
//   stats                           prints {"event":"stats", …}
//   quit
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { load } from './modules.mjs';

const { Server } = load ('socket.io');

const { values: options } = parseArgs ({
  options: {
    'port': { type: 'string', default: '0' },
    'ping-interval': { type: 'string', default: '25000' },
    'ping-timeout': { type: 'string', default: '20000' },
    'connect-delay': { type: 'string', default: '0' },
    'no-websocket': { type: 'boolean', default: false },
    'parser': { type: 'string', default: 'json' },
  },
});

function tell (object)
{
  process.stdout.write (JSON.stringify (object) + '\n');
}

const http = createServer ((request, response) => {
  response.writeHead (404, { 'content-type': 'application/json' });
  response.end ('{"ok":false,"error":{"code":"not_found","message":"socket.io only"}}');
});

const io = new Server (http, {
  transports: options['no-websocket'] ? ['polling'] : ['websocket'],
  serveClient: false,
  pingInterval: Number (options['ping-interval']),
  pingTimeout: Number (options['ping-timeout']),
  maxHttpBufferSize: 16 << 20,
  ...(options.parser === 'msgpack' ? { parser: load ('socket.io-msgpack-parser') } : {}),
});

const totals = { connections: 0, refusals: 0, received: 0, scores: 0 };
let refusal = null;

function refuse (code, message)
{
  const error = new Error (message);
  error.data = { code, message };
  totals.refusals++;
  return error;
}

function authenticate (roles)
{
  return (socket, next) => {
    const token = socket.handshake.auth?.token;
    const admit = () => {
      if (refusal)
        next (refuse (refusal.code, refusal.message));
      else if (roles.includes (token))
        next ();
      else if (token === 'expired')
        next (refuse ('token_expired', 'The token has expired.'));
      else
        next (refuse ('unauthorized', 'The token is not known here.'));
    };
    setTimeout (admit, Number (options['connect-delay']));
  };
}

/* One score message of about 120 bytes, as the hall protocol has it. */
let sequence = 0;
function make_score (students)
{
  const n = sequence++ % students;
  return { studentId: `s${String (n).padStart (5, '0')}`, quizId: 'quiz-1', score: (n * 7 + sequence) % 101,
           flags: [], timestamp: Date.now () };
}

function raw_sockets ()
{
  return [...io.engine.clients ? Object.values (io.engine.clients) : []];
}

function destroy_tcp (conn)
{
  conn.transport.socket?._socket?.destroy ();
}

function mute (conn)
{
  // engine.io's own timers, found by what they are called in 6.x.
  clearTimeout (conn.pingIntervalTimer);
  clearTimeout (conn.pingTimeoutTimer);
  conn.sendPacketUnmuted ??= conn.sendPacket;
  conn.sendPacket = function (type, ...rest) {
    if (type !== 'ping' && type !== 'pong')
      conn.sendPacketUnmuted.call (conn, type, ...rest);
  };
}

function unmute (conn)
{
  if (!conn.sendPacketUnmuted)
    return;
  conn.sendPacket = conn.sendPacketUnmuted;
  conn.sendPacket ('ping');
  conn.schedulePing?.();
}

function serve (socket)
{
  totals.connections++;
  tell ({ event: 'connected', id: socket.id, nsp: socket.nsp.name, transport: socket.conn.transport.name });
  socket.on ('disconnect', reason => tell ({ event: 'disconnected', id: socket.id, nsp: socket.nsp.name, reason }));
  socket.onAny ((event, ...args) => {
    totals.received++;
    const ack = typeof args.at (-1) === 'function' ? args.pop () : null;
    tell ({ event: 'received', name: event, args, ack: ack !== null });
  });

  socket.on ('echo', (...args) => args.pop ()?.(...args));
  socket.on ('echo_event', (...args) => socket.emit ('echoed', ...args));
  socket.on ('join', (_, ack) => ack ({ ok: true, serverTime: Date.now (), epoch: 1, seq: 0 }));
  socket.on ('refuse', (...args) => args.at (-1) ({ ok: false, error: { code: 'forbidden', message: 'Not for this role.' } }));
  socket.on ('slow', (ms, ack) => setTimeout (() => ack ({ ok: true }), ms));
  socket.on ('never', () => {});
  socket.on ('twice', (...args) => {
    const ack = args.pop ();
    // socket.io sends a function's second call nowhere, so the second
    // acknowledgement is written as a frame, with the first one's id.
    const send = socket.conn.write.bind (socket.conn);
    socket.conn.write = (data, ...rest) => {
      socket.conn.write = send;
      send (data, ...rest);
      send (data, ...rest);
    };
    ack ({ ok: true });
  });
  socket.on ('ask', question => {
    socket.timeout (5000).emit ('asked', question, (error, ...answer) => {
      tell ({ event: 'answered', error: error?.message ?? null, answer });
      socket.emit ('answered', error ? null : answer);
    });
  });
  socket.on ('binary', size => socket.emit ('binary', { data: randomBytes (size).fill (0x5a, 0, Math.min (8, size)), tail: Buffer.from ([1, 2, 3, 4]) }));
  socket.on ('large', count => socket.emit ('proctoring_scores', Array.from ({ length: count }, () => make_score (50000))));
  socket.on ('burst', count => Array.from ({ length: count }, (_, i) => socket.emit ('tick', i)));
  socket.on ('kick', () => socket.disconnect ());
  socket.on ('kick_close', () => socket.disconnect (true));
  socket.on ('kill', () => destroy_tcp (socket.conn));
}

io.use (authenticate (['good', 'admin']));
io.on ('connection', serve);
io.of ('/admin').use (authenticate (['admin']));
io.of ('/admin').on ('connection', serve);

let emitter = null;
function start_scores ({ rate = 1000, batchMs = 0, students = 50000, seconds = 0 })
{
  stop_scores ();
  const began = performance.now ();
  let sent = 0;
  emitter = setInterval (() => {
    const elapsed = (performance.now () - began) / 1000;
    const due = Math.floor (Math.min (elapsed, seconds || Infinity) * rate) - sent;
    if (due > 0 && batchMs)
      io.emit ('proctoring_scores', Array.from ({ length: due }, () => make_score (students)));
    else
      for (let i = 0; i < due; i++)
        io.emit ('proctoring_score', make_score (students));
    sent += Math.max (due, 0);
    totals.scores += Math.max (due, 0);
    if (seconds && elapsed >= seconds)
      {
        stop_scores ();
        tell ({ event: 'scores_done', sent });
      }
  }, batchMs || 5);
}

function stop_scores ()
{
  clearInterval (emitter);
  emitter = null;
}

const commands = {
  emit: ({ nsp = '/', event, args = [] }) => io.of (nsp).emit (event, ...args),
  raw: ({ data }) => raw_sockets ().forEach (conn => conn.transport.socket.send (data)),
  raw_binary: ({ base64 }) => raw_sockets ().forEach (conn => conn.transport.socket.send (Buffer.from (base64, 'base64'))),
  scores: start_scores,
  scores_stop: stop_scores,
  mute: () => raw_sockets ().forEach (mute),
  unmute: () => raw_sockets ().forEach (unmute),
  disconnect: ({ close = false }) => io.disconnectSockets (close),
  kill: () => raw_sockets ().forEach (destroy_tcp),
  refuse_all: ({ code = 'unavailable', message = 'The hall is closed.' }) => { refusal = { code, message }; },
  accept_all: () => { refusal = null; },
  stats: () => tell ({ event: 'stats', clients: io.engine.clientsCount, ...totals }),
  quit: () => process.exit (0),
};

createInterface ({ input: process.stdin })
  .on ('line', line => {
    try
      {
        const { cmd, ...rest } = JSON.parse (line);
        if (!Object.hasOwn (commands, cmd))
          throw new Error (`no command "${cmd}"`);
        commands[cmd] (rest);
        tell ({ event: 'done', cmd });
      }
    catch (error)
      {
        tell ({ event: 'error', message: error.message, line });
      }
  })
  .on ('close', () => process.exit (0));

http.listen (Number (options.port), '127.0.0.1', () => tell ({ event: 'ready', port: http.address ().port, pid: process.pid }));
