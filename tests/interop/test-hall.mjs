#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// Proves the Node reference hall itself against docs/protocol.md: the driver is
// a console written with socket.io-client, the last candidate is a real browser.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import dgram from 'node:dgram';
import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { marker_cells } from './hall/pictures.mjs';
import { Program } from './program.mjs';
import { finish, skip, skip_all, step } from './tap.mjs';

const here = dirname (fileURLToPath (import.meta.url));
const run_file = promisify (execFile);

try
  {
    process.env.VIGIL_INTEROP_DIR = execFileSync (join (here, 'setup.sh'), ['--test'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim ();
  }
catch (error)
  {
    if (error.status !== 77)
      throw error;
    skip_all ('the peers cannot be had, see above');
  }
const { load } = await import ('./modules.mjs');
const { find_chromium, open_chromium } = await import ('./chromium.mjs');
const { io } = load ('socket.io-client');

const scratch = mkdtempSync (join (tmpdir (), 'vigil-interop-'));
const STREAMING = 24;
const pause = ms => new Promise (done => setTimeout (done, ms));

// A console --------------------------------------------------------------------

class Console
{
  events = [];
  #waiting = new Set ();

  constructor (url, token, namespace = '')
  {
    this.socket = io (url + namespace, { transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false });
    this.socket.once ('connect_error', error => { this.refused = error; });
    this.socket.onAny ((name, payload) => {
      this.events.push ({ name, payload });
      for (const check of [...this.#waiting])
        check ();
    });
  }

  opened ()
  {
    if (this.socket.connected)
      return Promise.resolve ();
    if (this.refused)
      return Promise.reject (this.refused);
    return new Promise ((resolve, reject) => this.socket.once ('connect', resolve).once ('connect_error', reject));
  }

  async ask (name, argument = {})
  {
    const answer = await this.socket.timeout (30000).emitWithAck (name, argument);
    if (!answer.ok)
      throw Object.assign (new Error (`${name}: ${answer.error.code}`), answer.error);
    return answer;
  }

  /** The first event of that name since `from` whose payload fits. */
  event (name, fits = () => true, from = 0)
  {
    return new Promise ((resolve, reject) => {
      const timer = setTimeout (() => { this.#waiting.delete (look); reject (new Error (`no ${name}`)); }, 60000);
      const look = () => {
        const found = this.events.slice (from).find (e => e.name === name && fits (e.payload));
        if (!found)
          return;
        clearTimeout (timer);
        this.#waiting.delete (look);
        resolve (found.payload);
      };
      this.#waiting.add (look);
      look ();
    });
  }

  index (name, fits)
  {
    return this.events.findIndex (e => e.name === name && fits (e.payload));
  }
}

const hall = new Program (process.execPath, [join (here, 'hall/hall.mjs'), '--streaming', String (STREAMING), '--candidates', '40',
                                             '--events-seconds', '1', '--scores', '200', '--violation-seconds', '0', '--claim-seconds', '1']);
const { url, tokens, examId } = await hall.next (o => o.event === 'ready', { what: 'hall', timeout_ms: 60000 });
const api = `${url}/api/v1`;
const exam = `/exams/${examId}`;

async function http (method, path, { token = tokens.admin, body, headers = {} } = {})
{
  const response = await fetch (path.startsWith ('/api') ? url + path : api + path, {
    method, headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify (body),
  });
  const text = await response.text ();
  return { status: response.status, headers: response.headers, body: text && response.headers.get ('content-type')?.includes ('json') ? JSON.parse (text) : text };
}

async function refused (method, path, status, code, options)
{
  const answer = await http (method, path, options);
  assert.equal (answer.status, status, JSON.stringify (answer.body));
  assert.equal (answer.body.error.code, code);
  return answer.body.error;
}

// Pictures ------------------------------------------------------------------------

/* What the SFU forwards of a webcam, decoded: `count` grey pictures. */
async function watch (studentId, count)
{
  const socket = dgram.createSocket ('udp4');
  await new Promise (done => socket.bind (0, '127.0.0.1', done));
  const { port } = socket.address ();
  await new Promise (done => socket.close (done));
  const file = join (scratch, `${studentId}.gray`);
  // vp8dec drops what comes before the key frame the tap asks for.
  const decoder = run_file ('gst-launch-1.0', ['-q', ...(`udpsrc address=127.0.0.1 port=${port} caps=application/x-rtp,media=video,clock-rate=90000,encoding-name=VP8`
    + ` ! rtpvp8depay ! vp8dec ! videoconvert ! video/x-raw,format=GRAY8 ! videoscale ! video/x-raw,width=320,height=180`
    + ` ! identity eos-after=${count + 1} ! filesink location=${file}`).split (' ')], { timeout: 20000 });
  await pause (500);
  await hall.run ('tap', { studentId, port });
  await decoder;
  const bytes = readFileSync (file);
  assert.ok (bytes.length >= 320 * 180 * count, `only ${bytes.length} bytes decoded`);
  return Array.from ({ length: count }, (_, i) => bytes.subarray (i * 320 * 180, (i + 1) * 320 * 180));
}

function read_cells (picture)
{
  return marker_cells (0).map ((_, i) => picture[4 * 320 + Math.floor ((i + 0.5) * 320 / 26)] > 128);
}

function difference (a, b)
{
  let sum = 0;
  for (let i = 0; i < a.length; i++)
    sum += Math.abs (a[i] - b[i]);
  return sum / a.length;
}

function deviation (picture)
{
  const mean = picture.reduce ((a, b) => a + b, 0) / picture.length;
  return Math.sqrt (picture.reduce ((a, b) => a + (b - mean) ** 2, 0) / picture.length);
}

// The steps -------------------------------------------------------------------------

const vp8_only = caps => ({ ...caps, codecs: caps.codecs.filter (c => /vp8|opus/i.test (c.mimeType)) });
const dtls = { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: Array (32).fill ('AB').join (':') }] };
const invigilator = new Console (url, tokens.invigilator);
let caps, transport, roster;

await step ('is a hall, and what it is not', 90000, async () => {
  assert.deepEqual ((await http ('GET', '/', { token: null })).body, { service: 'vigil-hall', protocol: 1, hall: 'Reference Hall', version: 'reference' });
  await refused ('GET', '/nothing', 404, 'not_found');
  await refused ('DELETE', '/exams', 405, 'invalid');
  await refused ('GET', '/evidence/%ff', 400, 'invalid');
  await refused ('GET', '/session', 401, 'auth.invalid', { token: null });
  await refused ('GET', '/session', 401, 'auth.invalid', { token: 'x' });
  const { token } = await hall.run ('token', { role: 'reviewer', expiresAt: Date.now () - 1 });
  await refused ('GET', '/session', 401, 'auth.expired', { token });
});

await step ('sockets are refused with the code of the contract', 90000, async () => {
  for (const [token, namespace, code] of [['x', '', 'auth.invalid'], [tokens.admin, '/candidate', 'auth.forbidden'], [tokens.admin, '/other', 'not_found']])
    await assert.rejects (new Console (url, token, namespace).opened (), error => error.data?.code === code);
});

await step ('join, then the roster by pages', 90000, async () => {
  await invigilator.opened ();
  await assert.rejects (invigilator.ask ('getRouterRtpCapabilities'), { code: 'conflict' });
  await assert.rejects (invigilator.ask ('joinExam', { examId: 'none' }), { code: 'not_found' });
  await assert.rejects (invigilator.ask ('dance'), { code: 'invalid' });
  const joined = await invigilator.ask ('joinExam', { examId });
  assert.ok (joined.seq >= 0 && joined.epoch > 0 && joined.exam.examId === examId);
  roster = [];
  for (let next = ''; next !== null;)
    {
      const { body } = await http ('GET', `${exam}/candidates?limit=15${next && `&after=${next}`}`, { token: tokens.invigilator });
      assert.equal (body.total, 40);
      roster.push (...body.items);
      next = body.next;
    }
  assert.equal (new Set (roster.map (c => c.studentId)).size, 40);
  assert.equal (roster.filter (c => c.isStreaming).length, STREAMING);
  assert.ok (roster.every (c => /^campus-[1-4]$/.test (c.network)));
  assert.ok (roster.flatMap (c => c.producers).every (p => p.worker === '1'));
  await refused ('GET', `${exam}/candidates?limit=0`, 400, 'invalid');
});

await step ('scores arrive, singly and as a batch', 90000, async () => {
  const score = await invigilator.event ('proctoring_score');
  assert.ok (score.studentId && score.score >= 0 && Array.isArray (score.flags) && score.timestamp > 0);
  await hall.run ('batch');
  assert.equal ((await invigilator.event ('proctoring_scores')).length, 40);
});

await step ('a transport and 24 consumers', 90000, async () => {
  caps = vp8_only ((await invigilator.ask ('getRouterRtpCapabilities')).rtpCapabilities);
  await assert.rejects (invigilator.ask ('createWebRtcTransport', { direction: 'send' }), { code: 'invalid' });
  transport = await invigilator.ask ('createWebRtcTransport', { direction: 'recv' });
  assert.ok (transport.iceParameters.iceLite && transport.iceCandidates[0].ip === '127.0.0.1' && transport.dtlsParameters.fingerprints.length);
  const connect = { transportId: transport.id, dtlsParameters: dtls, iceParameters: { usernameFragment: 'abcd', password: 'x'.repeat (22) } };
  await invigilator.ask ('connectTransport', connect);
  await assert.rejects (invigilator.ask ('connectTransport', connect), { code: 'conflict' });
  const webcams = roster.flatMap (c => c.producers).filter (p => p.source === 'webcam');
  assert.equal (webcams.length, STREAMING);
  const ask = { transportId: transport.id, rtpCapabilities: caps, paused: true };
  const consumers = await Promise.all (webcams.map (({ producerId }) => invigilator.ask ('consume', { ...ask, producerId })));
  assert.equal (new Set (consumers.map (c => c.rtpParameters.encodings[0].ssrc)).size, STREAMING);
  for (const { id } of consumers.slice (0, 3))
    {
      await invigilator.ask ('resumeConsumer', { consumerId: id });
      await invigilator.ask ('requestKeyFrame', { consumerId: id });
      await invigilator.ask ('closeConsumer', { consumerId: id });
      await assert.rejects (invigilator.ask ('closeConsumer', { consumerId: id }), { code: 'sfu.no_such_consumer' });
    }
  await assert.rejects (invigilator.ask ('consume', { ...ask, producerId: 'none' }), { code: 'sfu.no_such_producer' });
  await assert.rejects (invigilator.ask ('consume', { ...ask, transportId: 'none', producerId: webcams[0].producerId }), { code: 'sfu.no_such_transport' });
  await assert.rejects (invigilator.ask ('consume', { ...ask, producerId: webcams[0].producerId, rtpCapabilities: { ...caps, codecs: caps.codecs.filter (c => c.kind === 'audio') } }), { code: 'sfu.cannot_consume' });
});

await step ('a late producer appears, and goes again', 90000, async () => {
  const studentId = 's-00030';
  const from = invigilator.events.length;
  await hall.run ('add_producer', { studentId });
  const { producerId, seq } = await invigilator.event ('new_producer', p => p.studentId === studentId, from);
  await invigilator.event ('session_update', u => u.studentId === studentId && u.isStreaming === true && u.seq === seq + 1, from);
  const { id } = await invigilator.ask ('consume', { transportId: transport.id, rtpCapabilities: caps, producerId, paused: true });
  await hall.run ('close_producer', { studentId });
  await invigilator.event ('session_update', u => u.studentId === studentId && u.isStreaming === false, from);
  const consumer_closed = invigilator.index ('consumer_closed', p => p.consumerId === id && p.reason === 'producer_closed');
  const producer_closed = invigilator.index ('producer_closed', p => p.producerId === producerId);
  assert.ok (consumer_closed >= 0 && consumer_closed < producer_closed, 'the consumer first, then the producer');
});

await step ('sequence numbers have no gap', 90000, async () => {
  const seqs = invigilator.events.filter (e => e.payload?.seq !== undefined).map (e => e.payload.seq);
  assert.ok (seqs.length >= 4);
  seqs.forEach ((seq, i) => assert.equal (seq, seqs[0] + i));
});

await step ('the picture behind each name is the right one', 90000, async () => {
  for (const [studentId, look] of [['s-00001', 0], ['s-00008', 7], ['s-00024', 23]])
    {
      const pictures = await watch (studentId, 8);
      assert.deepEqual (read_cells (pictures[7]), marker_cells (look), `${studentId} shows somebody else`);
      assert.ok (difference (pictures[0], pictures[7]) > 0.2, 'the picture stands still');
    }
});

await step ('a violation, its evidence and its verdict', 90000, async () => {
  const studentId = 's-00002';
  const { violation } = await hall.run ('violation', { studentId, type: 'multiple_faces' });
  assert.equal (violation.severity, 'high');
  await hall.run ('violation', { studentId, type: 'multiple_faces' });
  assert.equal ((await invigilator.event ('violation', v => v.id === violation.id && v.count === 2)).evidence.length, 1);
  const events = (await http ('GET', `${exam}/candidates/${studentId}/events`)).body.items;
  assert.equal (events.length, 1, 'the repeat was folded in');
  const [item] = (await http ('GET', `${exam}/candidates/${studentId}/evidence?violation=${violation.id}&kind=camera`)).body.items;
  assert.match (item.key, new RegExp (`^\\d{8}/${examId}/${studentId}/camera/\\d+_[0-9a-f-]{36}\\.jpg$`));
  const response = await fetch (url + item.url);
  const bytes = Buffer.from (await response.arrayBuffer ());
  assert.equal (createHash ('sha256').update (bytes).digest ('hex'), item.sha256);
  assert.deepEqual ([...bytes.subarray (0, 2)], [0xff, 0xd8]);
  assert.equal ((await fetch (url + item.url, { headers: { range: 'bytes=0-9' } })).status, 206);
  assert.equal ((await fetch (url + item.url.replace (/.$/, c => c === '0' ? '1' : '0'))).status, 403);
  const verdict = { verdict: 'dismissed', note: 'A poster on the wall.' };
  const { body } = await http ('PUT', `/flags/${violation.id}/verdict`, { token: tokens.invigilator, body: verdict });
  assert.equal (body.verdict.by, 'invigilator.one');
  assert.equal ((await invigilator.event ('flag_changed', f => f.id === violation.id)).openFlags, 0);
  await refused ('PUT', `/flags/${violation.id}/verdict`, 400, 'invalid', { body: { verdict: 'maybe' } });
  assert.equal ((await http ('GET', `${exam}/flags`)).body.items.length, 0);
});

await step ('the newest capture, and once only', 90000, async () => {
  const path = `/exams/${examId}/candidates/s-00003/still`;
  const ask = headers => fetch (`${url}/api/v1${path}`, { headers: { Authorization: `Bearer ${tokens.reviewer}`, ...headers } });
  const first = await ask ({});
  const bytes = Buffer.from (await first.arrayBuffer ());
  const at = Number (first.headers.get ('Capture-At'));
  assert.equal (first.status, 200);
  assert.equal (first.headers.get ('Content-Type'), 'image/jpeg');
  assert.equal (bytes.readUInt16BE (0), 0xffd8);
  assert.ok (Date.now () - at >= 0 && Date.now () - at <= 10500, `captured at ${at}`);
  const again = await ask ({ 'If-None-Match': first.headers.get ('ETag') });
  // On the beat it may be another one.
  assert.ok (again.status === 304 || Number (again.headers.get ('Capture-At')) > at);
  const nobody = await fetch (`${url}/api/v1/exams/${examId}/candidates/nobody/still`, { headers: { Authorization: `Bearer ${tokens.reviewer}` } });
  assert.equal ((await nobody.json ()).error.code, 'not_found');
});

await step ('a snoozed flag wakes, an escalated one is listed', 90000, async () => {
  const studentId = 's-00006';
  const { violation } = await hall.run ('violation', { studentId, type: 'identity_mismatch' });
  const path = `/flags/${violation.id}/verdict`;
  const put = body => http ('PUT', path, { token: tokens.invigilator, body });
  await refused ('PUT', path, 400, 'invalid', { body: { verdict: 'snoozed', until: Date.now () - 1 } });
  const until = Date.now () + 600;
  assert.equal ((await put ({ verdict: 'snoozed', until })).body.verdict.until, until);
  assert.equal ((await invigilator.event ('flag_changed', f => f.id === violation.id)).openFlags, 0);
  const woken = await invigilator.event ('flag_changed', f => f.id === violation.id && f.verdict === null);
  assert.ok (Date.now () >= until && woken.openFlags === 1 && woken.by === 'invigilator.one');
  assert.equal ((await http ('GET', `${exam}/flags?state=open`)).body.items[0].id, violation.id);
  await put ({ verdict: 'escalated', note: 'Look at this.' });
  assert.equal ((await http ('GET', `${exam}/flags?state=escalated`)).body.items[0].id, violation.id);
  assert.equal ((await http ('GET', `${exam}/flags?state=open`)).body.items.length, 0);
  await refused ('GET', `${exam}/flags?state=lost`, 400, 'invalid');
});

await step ('a bypass round-trips', 90000, async () => {
  const path = `${exam}/bypasses/s-00003`;
  const body = { reason: 'Camera broken, seen in person', category: 'technical', signals: ['camera'], expiresAt: null };
  const key = () => ({ 'idempotency-key': randomUUID () });
  const from = invigilator.events.length;
  await refused ('PUT', path, 403, 'auth.forbidden', { token: tokens.invigilator, body, headers: key () });
  assert.equal ((await refused ('PUT', path, 400, 'invalid', { body })).details.field, 'Idempotency-Key');
  assert.equal ((await refused ('PUT', path, 400, 'invalid', { body: { ...body, reason: '' }, headers: key () })).details.field, 'reason');
  await refused ('PUT', path, 400, 'invalid', { body: '{', headers: key () });
  const headers = { ...key (), 'if-none-match': '*' };
  const first = await http ('PUT', path, { body, headers });
  assert.equal (first.status, 201);
  assert.equal (first.headers.get ('etag'), '"1"');
  assert.equal (first.body.bypassedBy, 'admin.one');
  const again = await http ('PUT', path, { body, headers });
  assert.equal (again.status, 201);
  assert.equal (again.headers.get ('idempotency-replayed'), 'true');
  assert.deepEqual (again.body, first.body);
  await refused ('PUT', path, 409, 'conflict', { body: { ...body, reason: 'Another one' }, headers });
  assert.equal ((await refused ('PUT', path, 412, 'precondition_failed', { body, headers: { ...key (), 'if-match': '"9"' } })).details.current.version, 1);
  await invigilator.event ('bypass_changed', b => b.studentId === 's-00003' && b.bypass.active, from);
  await invigilator.event ('producer_closed', p => p.studentId === 's-00003', from);
  const { values } = (await http ('GET', `${exam}/config/s-00003`)).body;
  assert.equal (values['proctoring.enabled'].source, 'candidate');
  assert.deepEqual (values['proctoring.enabled'].overrides, [{ value: true, source: 'global' }]);
  const revoked = await http ('DELETE', path, { headers: { ...key (), 'if-match': '"1"' } });
  assert.equal (revoked.body.active, false);
  await invigilator.event ('new_producer', p => p.studentId === 's-00003', from);
});

await step ('interventions and claims', 90000, async () => {
  const path = `${exam}/candidates/s-00004`;
  const post = (body, options = {}) => http ('POST', `${path}/interventions`, { token: tokens.invigilator, body, headers: { 'idempotency-key': randomUUID (), ...options } });
  const warned = await post ({ kind: 'warn', text: 'Please stay in the picture.' });
  assert.equal (warned.status, 201);
  assert.equal ((await post ({ kind: 'pause', reason: 'Fire alarm' })).status, 412);
  assert.equal ((await post ({ kind: 'pause', reason: 'Fire alarm' }, { 'if-match': warned.headers.get ('etag') })).status, 201);
  assert.equal ((await http ('GET', path)).body.state, 'paused');
  assert.equal ((await post ({ kind: 'terminate', reason: 'x' })).body.error.code, 'auth.forbidden');
  assert.equal ((await http ('PUT', `${path}/claim`, { token: tokens.invigilator })).body.claimedBy, 'invigilator.one');
  assert.equal ((await refused ('PUT', `${path}/claim`, 409, 'conflict', { token: tokens.admin })).details.claimedBy, 'invigilator.one');
  assert.equal ((await http ('DELETE', `${path}/claim`, { token: tokens.admin })).status, 204);
});

await step ('a claim goes with its holder\'s last console', 90000, async () => {
  const path = `${exam}/candidates/s-00007`;
  const is_free = u => u.studentId === 's-00007' && u.claimedBy === null;
  const admins = [new Console (url, tokens.admin), new Console (url, tokens.admin)];
  await Promise.all (admins.map (c => c.opened ()));
  assert.equal ((await http ('PUT', `${path}/claim`)).body.claimedBy, 'admin.one');
  admins[0].socket.close ();
  await pause (1800);
  assert.equal ((await http ('GET', path)).body.claimedBy, 'admin.one');
  admins[1].socket.close ();
  await invigilator.event ('session_update', is_free);
  assert.equal ((await http ('GET', path)).body.claimedBy, null);
});

if (find_chromium () === null)
  skip ('a browser as a candidate', 'no Chromium on this machine');
else
  await step ('a browser as a candidate', 240000, async () => {
    const studentId = 's-browser';
    const { url: page } = await hall.run ('invite', { studentId, name: 'Browser' });
    const browser = open_chromium (page);
    try
      {
        const { producerId } = await invigilator.event ('new_producer', p => p.studentId === studentId && p.source === 'webcam');
        await invigilator.event ('new_producer', p => p.studentId === studentId && p.source === 'microphone');
        assert.ok ((await invigilator.ask ('consume', { transportId: transport.id, rtpCapabilities: caps, producerId, paused: true })).id);
        const pictures = await watch (studentId, 10);
        assert.ok (deviation (pictures[9]) > 10, `a plain picture (${deviation (pictures[9])})`);
        assert.ok (difference (pictures[0], pictures[9]) > 0.2, 'the picture stands still');
        await invigilator.event ('proctoring_score', s => s.studentId === studentId);

        const warning = { kind: 'warn', text: 'Please stay in the picture.' };
        const { body: warned } = await http ('POST', `${exam}/candidates/${studentId}/interventions`, { body: warning, headers: { 'idempotency-key': randomUUID () } });
        await invigilator.event ('intervention', i => i.id === warned.id && i.deliveredAt > 0 && i.acknowledgedAt > 0);

        let from = invigilator.events.length;
        const headers = { 'idempotency-key': randomUUID (), 'if-none-match': '*' };
        await http ('PUT', `${exam}/bypasses/${studentId}`, { headers, body: { reason: 'A test', category: 'other', signals: [], expiresAt: null } });
        await invigilator.event ('producer_closed', p => p.studentId === studentId && p.source === 'webcam', from);
        from = invigilator.events.length;
        await http ('DELETE', `${exam}/bypasses/${studentId}`, { headers: { 'idempotency-key': randomUUID (), 'if-match': '"1"' } });
        await invigilator.event ('new_producer', p => p.studentId === studentId && p.source === 'webcam', from);

        from = invigilator.events.length;
        await hall.run ('kill_worker', { restartMs: 5000 });
        await invigilator.event ('transport_closed', t => t.transportId === transport.id, from);
        await invigilator.event ('system', s => s.part === 'sfu' && s.degraded, from);
        await assert.rejects (invigilator.ask ('getRouterRtpCapabilities'), { code: 'sfu.unavailable' });
        await invigilator.event ('system', s => s.part === 'sfu' && !s.degraded, from);
        await invigilator.event ('new_producer', p => p.studentId === 's-00001', from);
        await invigilator.event ('new_producer', p => p.studentId === studentId && p.source === 'webcam', from);
        await assert.rejects (invigilator.ask ('closeTransport', { transportId: transport.id }), { code: 'sfu.no_such_transport' });
        assert.ok (deviation ((await watch (studentId, 5))[4]) > 10);
      }
    finally
      {
        browser.stop ();
      }
    await invigilator.event ('session_update', u => u.studentId === studentId && u.connected === false && u.isStreaming === false);
  });

await step ('an expired token ends the session, and says so', 90000, async () => {
  const reviewer = new Console (url, tokens.invigilator);
  await reviewer.opened ();
  const closed = new Promise (done => reviewer.socket.once ('disconnect', done));
  await hall.run ('expire', { role: 'invigilator' });
  await reviewer.event ('session_expired');
  assert.equal (await closed, 'io server disconnect');
  await assert.rejects (new Console (url, tokens.invigilator).opened (), error => error.data?.code === 'auth.expired');
});

invigilator.socket.close ();
await hall.stop ();
rmSync (scratch, { recursive: true, force: true });
process.exit (finish ());
