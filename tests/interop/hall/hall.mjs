#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The Node reference hall: docs/protocol.md on the real socket.io and the real
// mediasoup. See README.md beside it. `node hall.mjs --help` lists the options.
//
// Prints one JSON object a line on stdout, the first when it is ready; takes one
// JSON command a line on stdin (control.mjs). Ends when stdin ends.
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { folder_of, load } from '../modules.mjs';
import { Signer, Tokens } from './auth.mjs';
import { listen_for_commands, tell } from './control.mjs';
import { open_feed, Studio } from './feeds.mjs';
import { HttpApi } from './http-api.mjs';
import { POLICY } from './referee.mjs';
import { Sfu } from './sfu.mjs';
import { Sockets } from './sockets.mjs';
import { Store } from './store.mjs';

const here = dirname (fileURLToPath (import.meta.url));

const OPTIONS = {
  'port': ['0', 'port on 127.0.0.1; 0: any free one'],
  'candidates': ['40', 'candidates in the exam'],
  'streaming': ['24', 'how many of them publish a webcam fed over RTP'],
  'microphones': ['4', 'how many of those publish a microphone too'],
  'looks': ['0', 'distinct pictures, each one an encoder; 0: one per streaming candidate, at most 24'],
  'size': ['320x180', 'of the webcams'],
  'fps': ['10', 'of the webcams'],
  'scores': ['40', 'score messages a second, over all candidates'],
  'batch-ms': ['0', 'send scores as batches, one every so many ms'],
  'violation-seconds': ['4', 'mean time between two simulated violations; 0: none'],
  'events-seconds': ['5', 'interval of the candidates\' events calls'],
  'sfu-restart-ms': ['1000', 'how long a dead SFU worker stays away'],
  'captures': ['10', 'a picture of each fed candidate every so many seconds, streaming or not'],
  'no-sfu': ['0', '1: no SFU at all, captures and scores'],
  'no-stills': ['0', '1: without the route of stills, as older halls'],
  'claim-seconds': ['60', 'a claim outlives its holder\'s last console by so long; 0: for ever'],
  'ping-interval': ['25000', 'of Engine.IO, ms'],
  'ping-timeout': ['20000', 'of Engine.IO, ms'],
};

function student_id (index)
{
  return `s-${String (index + 1).padStart (5, '0')}`;
}

class Hall
{
  constructor (options)
  {
    this.options = options;
    this.name = 'Reference Hall';
    this.ping_interval = options['ping-interval'];
    this.ping_timeout = options['ping-timeout'];
    this.events_seconds = options['events-seconds'];
    this.tokens = new Tokens ();
    this.signer = new Signer ();
    this.degraded = new Map ();         // part → {reason, since}
    this.store = new Store ({ exam_id: 'ex-interop', quiz_id: 'q-interop', title: 'Interop exam', capture_seconds: options.captures,
                              sfu: options['no-sfu'] ? { kind: 'none' } : undefined });
    this.sfu = new Sfu ({ restart_ms: options['sfu-restart-ms'] });
    this.feeds = new Map ();            // studentId → {look, wanted, webcam, microphone}
    const [width, height] = options.size.split ('x').map (Number);
    this.studio = new Studio ({ looks: options.looks || Math.min (24, Math.max (1, options.streaming)), width, height, fps: options.fps });
    this.others = new Map ();           // studios of what only some candidates send
    this.timers = [];
    this.scores_paused = false;
  }

  async start ()
  {
    const { candidates, streaming, microphones } = this.options;
    for (let i = 0; i < candidates; i++)
      {
        const id = student_id (i);
        this.store.add_candidate ({ studentId: id, name: `Candidate ${i + 1}`, room: 'ABC'[i % 3], network: `campus-${i % 4 + 1}` }, { quietly: true });
        this.feeds.set (id, { look: i, wanted: i < streaming && !this.options['no-sfu'], sound: i < Math.min (microphones, streaming) });
      }
    this.consoles = {};
    for (const role of ['invigilator', 'reviewer', 'admin'])
      this.consoles[role] = this.tokens.issue ({ user: `${role}.one`, role });

    await this.studio.start ();
    this.sfu.on ('died', () => this.degrade ('sfu', 'the worker died'));
    this.sfu.on ('error', error => console.error (error));
    if (!this.options['no-sfu'])
      {
        await this.sfu.start ();
        await this.#sfu_ready ();
      }
    this.sfu.on ('ready', () => this.#sfu_ready ().catch (error => console.error (error)));

    const http = createServer ();
    this.api = new HttpApi (this);
    this.sockets = new Sockets (this, http);
    http.on ('request', this.api.listener ());
    await new Promise ((resolve, reject) => http.once ('error', reject).listen (this.options.port, '127.0.0.1', resolve));
    this.port = http.address ().port;
    this.#start_timers ();
  }

  stop ()
  {
    this.timers.forEach (clearInterval);
    this.sfu.stop ();
    this.studio.stop ();
    this.others.forEach (studio => studio.stop ());
  }

  // Parts and their troubles ---------------------------------------------------

  degrade (part, reason)
  {
    const state = { reason, since: Date.now () };
    this.degraded.set (part, state);
    this.sockets?.broadcast ('system', { part, degraded: true, ...state });
  }

  restore (part)
  {
    if (this.degraded.delete (part))
      this.sockets?.broadcast ('system', { part, degraded: false, reason: null, since: Date.now () });
  }

  async #sfu_ready ()
  {
    this.restore ('sfu');
    for (const [id, feed] of this.feeds)
      if (feed.wanted && this.store.proctoring (id) === 'on')
        await this.produce (id);
  }

  // Candidates fed over RTP ------------------------------------------------------

  /** Makes a candidate's webcam (and microphone) appear. */
  async produce (id)
  {
    const feed = this.feeds.get (id);
    if (!feed)
      throw new Error (`${id} is not fed over RTP`);
    feed.wanted = true;
    if (!feed.webcam)
      await this.#publish (id, feed, 'webcam', 'video');
    if (feed.sound && !feed.microphone)
      await this.#publish (id, feed, 'microphone', 'audio');
  }

  /** The studio of a candidate's other pictures: larger, or of another codec. Started when first wanted. */
  async other_studio (id, what)
  {
    const { look } = this.feeds.get (id);
    const { width, height, fps, looks } = this.studio;
    const first = look % looks;
    const key = JSON.stringify ({ first, ...what });
    if (!this.others.has (key))
      {
        const scale = what.larger ? 2 : 1;
        const studio = new Studio ({ looks: 1, first, width: scale * width, height: scale * height, fps, audio: false, codec: what.codec });
        await studio.start ();
        this.others.set (key, studio);
      }
    return this.others.get (key);
  }

  async #publish (id, feed, source, kind)
  {
    const studio = source === 'webcam' && feed.codec ? await this.other_studio (id, { codec: feed.codec }) : this.studio;
    const streams = [studio.stream (kind, feed.look)];
    if (source === 'webcam' && feed.simulcast)
      streams.push ((await this.other_studio (id, { larger: true })).stream (kind, feed.look));
    const made = await open_feed (this.sfu.need_router (), streams);
    feed[source] = made;
    this.sfu.publish (made.producer, () => {
      if (feed[source] === made)
        feed[source] = null;
      made.close ();
      this.store.remove_producer (id, made.producer.id);
    });
    this.store.add_producer (id, { producerId: made.producer.id, source, kind, worker: this.sfu.worker_id });
  }

  /** Ends one source of a candidate, or all. */
  unproduce (id, source)
  {
    const feed = this.feeds.get (id);
    feed.wanted = false;
    for (const name of source ? [source] : ['webcam', 'microphone'])
      feed[name]?.close ();
  }

  /** What the browser of a fed candidate would do at its next events call. */
  async #obey (id)
  {
    const feed = this.feeds.get (id);
    const off = this.store.proctoring (id) === 'off';
    this.store.seen (id);
    if (off && feed.wanted)
      {
        this.unproduce (id);
        feed.switched_off = true;
      }
    else if (!off && feed.switched_off && this.sfu.router)
      {
        feed.switched_off = false;
        await this.produce (id);
      }
  }

  // Captures ---------------------------------------------------------------------

  /** The newest capture of a candidate, {bytes, at}, or null. A fed one's is taken on the beat of the interval. */
  newest_capture (id)
  {
    const uploaded = this.store.newest_camera (id);
    const feed = this.feeds.get (id);
    const beat = this.options.captures * 1000;
    // Nobody takes pictures of one who left.
    const now = this.store.candidate (id).connected === false ? this.store.candidate (id).leftAt ?? Date.now () : Date.now ();
    // Each on a beat of its own: a hall's captures do not all come at once.
    const at = feed ? now - (now + feed.look * 997) % beat : 0;
    if (!feed || (uploaded && uploaded.at > at))
      return uploaded;
    return { bytes: this.studio.still (feed.look), at };
  }

  // Scores and violations ----------------------------------------------------------

  send_score (id)
  {
    const score = this.store.rescore (id);
    this.sockets.broadcast ('proctoring_score', score);
    return score;
  }

  #active ()
  {
    return [...this.feeds.keys ()].filter (id => this.store.proctoring (id) === 'on' && this.store.candidate (id).connected);
  }

  #send_scores (due)
  {
    const active = this.#active ();
    if (this.scores_paused || due <= 0 || active.length === 0)
      return;
    const scores = Array.from ({ length: due }, () => this.store.rescore (active[this.score_at++ % active.length]));
    if (this.options['batch-ms'])
      for (let at = 0; at < scores.length; at += 10000)
        this.sockets.broadcast ('proctoring_scores', scores.slice (at, at + 10000));
    else
      for (const score of scores)
        this.sockets.broadcast ('proctoring_score', score);
  }

  /** A simulated violation, with its picture as evidence. */
  violate (id, type)
  {
    const feed = this.feeds.get (id);
    const picture = feed ? this.studio.still (feed.look) : null;
    return this.store.report (id, { type, at: Date.now () }, picture).violation;
  }

  #violate_somebody ()
  {
    const active = this.#active ();
    if (this.scores_paused || active.length === 0)
      return;
    const types = Object.keys (POLICY).slice (0, -1);
    this.violate (active[Math.floor (Math.random () * active.length)], types[Math.floor (Math.random () * types.length)]);
  }

  #start_timers ()
  {
    const { scores, 'batch-ms': batch_ms, 'violation-seconds': violation_seconds } = this.options;
    const began = performance.now ();
    let sent = 0;
    this.score_at = 0;
    this.timers.push (setInterval (() => {
      const due = Math.floor ((performance.now () - began) / 1000 * scores) - sent;
      sent += due;
      this.#send_scores (due);
    }, batch_ms || 20));
    if (violation_seconds)
      this.timers.push (setInterval (() => this.#violate_somebody (), violation_seconds * 1000));
    this.timers.push (setInterval (() => this.store.expire_bypasses (), 1000));
    this.timers.push (setInterval (() => this.store.wake_flags (), 250));
    if (this.options['claim-seconds'])
      this.timers.push (setInterval (() => this.store.free_claims (user => this.sockets.has_console (user),
                                                                   this.options['claim-seconds'] * 1000), 250));
    this.timers.push (setInterval (() => {
      for (const id of this.feeds.keys ())
        this.#obey (id).catch (error => console.error (error));
    }, this.events_seconds * 1000));
  }

  /**
   * A candidate's webcam as plain RTP to 127.0.0.1:port for half a minute. Who
   * listens there sends no RTCP, so key frames are asked for until it ends.
   */
  async tap (id, port)
  {
    const webcam = this.store.candidate (id).producers.find (p => p.source === 'webcam');
    const router = this.sfu.need_router ();
    const transport = await router.createPlainTransport ({ listenIp: '127.0.0.1', rtcpMux: true, comedia: false });
    await transport.connect ({ ip: '127.0.0.1', port });
    const consumer = await transport.consume ({ producerId: webcam?.producerId, rtpCapabilities: router.rtpCapabilities, paused: true });
    await consumer.resume ();
    const again = setInterval (() => consumer.requestKeyFrame ().catch (() => {}), 500);
    const end = () => { clearInterval (again); transport.close (); };
    setTimeout (end, 30000).unref ();
    consumer.observer.once ('close', end);
    return { payloadType: consumer.rtpParameters.codecs[0].payloadType };
  }

  // The browser candidate --------------------------------------------------------

  /** A candidate for a real browser; returns the address to open. */
  invite (id, name)
  {
    if (!this.store.candidates.has (id))
      this.store.add_candidate ({ studentId: id, name, room: 'A', connected: false, joinedAt: null, lastSeenAt: null });
    const token = this.tokens.issue ({ user: id, role: 'candidate', student_id: id });
    // The fragment stays in the browser: the token is in no request line.
    return `http://127.0.0.1:${this.port}/candidate#${encodeURIComponent (JSON.stringify ({ token, examId: this.store.exam.examId, studentId: id }))}`;
  }

  /**
   * The page's script, bundled once. In a process of its own (esbuild's build,
   * not buildSync): the hall must go on forwarding meanwhile.
   */
  candidate_bundle ()
  {
    this.bundle ??= load ('esbuild').build ({
      entryPoints: [`${here}/candidate.mjs`], bundle: true, write: false, format: 'iife', target: 'chrome100',
      nodePaths: [`${folder_of ('mediasoup-client')}/node_modules`], define: { global: 'globalThis' }, logLevel: 'error',
    }).then (({ outputFiles }) => Buffer.from (outputFiles[0].contents));
    return this.bundle;
  }
}

function read_options ()
{
  const shape = Object.fromEntries (Object.entries (OPTIONS).map (([name, [value]]) => [name, { type: 'string', default: value }]));
  const { values } = parseArgs ({ options: { ...shape, help: { type: 'boolean', short: 'h' } } });
  if (values.help)
    {
      for (const [name, [value, what]] of Object.entries (OPTIONS))
        console.log (`  --${name.padEnd (20)} ${what} (${value})`);
      process.exit (0);
    }
  for (const name of Object.keys (OPTIONS))
    if (name !== 'size')
      {
        values[name] = Number (values[name]);
        if (!Number.isFinite (values[name]) || values[name] < 0)
          throw new Error (`--${name}: not a number`);
      }
  if (!/^\d+x\d+$/.test (values.size))
    throw new Error ('--size: WIDTHxHEIGHT');
  return values;
}

const hall = new Hall (read_options ());
const end = code => { hall.stop (); process.exit (code); };
process.on ('SIGTERM', () => end (0));
process.on ('SIGINT', () => end (0));
process.on ('uncaughtException', error => { console.error (error); end (1); });
await hall.start ();
listen_for_commands (hall, () => end (0));
tell ({ event: 'ready', url: `http://127.0.0.1:${hall.port}`, port: hall.port, pid: process.pid,
        examId: hall.store.exam.examId, tokens: hall.consoles });
