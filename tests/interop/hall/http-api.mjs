// SPDX-License-Identifier: GPL-3.0-or-later
// The HTTP half of docs/protocol.md (sections 2, 3, 5 and 11) on node:http.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Limiter, need_console, need_role } from './auth.mjs';
import { HallError, check } from './errors.mjs';

const PREFIX = '/api/v1';
const BODY_LIMIT = 1 << 20;
const LINK_SECONDS = 300;
const PAGE = 200;
const PAGE_MAX = 1000;
const CONSOLE_RATE = 50;

const here = fileURLToPath (new URL ('.', import.meta.url));

async function read_body (request)
{
  const parts = [];
  let size = 0;
  for await (const part of request)
    {
      size += part.length;
      if (size > BODY_LIMIT)
        throw new HallError ('too_large', `more than ${BODY_LIMIT} bytes`);
      parts.push (part);
    }
  return Buffer.concat (parts);
}

function parse_object (bytes)
{
  if (bytes.length === 0)
    return {};
  let body = null;
  try
    {
      body = JSON.parse (bytes.toString ('utf8'));
    }
  catch (error)
    {
      check (false, 'body', error.message);
    }
  check (body !== null && typeof body === 'object' && !Array.isArray (body), 'body', 'not an object');
  return body;
}

/* A page of `all` (in order); `next` is simply the place to go on from. */
function page (all, query)
{
  const asked = query.get ('limit');
  const limit = asked === null ? PAGE : Number (asked);
  check (Number.isInteger (limit) && limit >= 1, 'limit', 'a number from 1');
  const after = query.get ('after') === null ? 0 : Number (query.get ('after'));
  check (Number.isInteger (after) && after >= 0, 'after', 'not a cursor of ours');
  const end = after + Math.min (limit, PAGE_MAX);
  return { items: all.slice (after, end), next: end < all.length ? String (end) : null };
}

function decode_part (text, field)
{
  try
    {
      return decodeURIComponent (text);
    }
  catch
    {
      throw new HallError ('invalid', `${field}: badly encoded`, { field });
    }
}

function between (query, at)
{
  const from = query.get ('from');
  const to = query.get ('to');
  return (from === null || at >= Number (from)) && (to === null || at <= Number (to));
}

export class HttpApi
{
  constructor (hall)
  {
    this.hall = hall;
    this.answers = new Map ();          // Idempotency-Key → the answer given
    this.limiters = new WeakMap ();     // session → Limiter
    this.routes = this.#make_routes ();
  }

  /** The listener for node:http. */
  listener ()
  {
    return (request, response) => this.#serve (request, response).catch (error => {
      const wire = HallError.from (error);
      if (wire.code === 'rate_limited' || wire.code.endsWith ('unavailable'))
        response.setHeader ('Retry-After', '1');
      this.#send_json (response, wire.status, { error: wire.to_wire () });
    });
  }

  async #serve (request, response)
  {
    const url = new URL (request.url, 'http://hall');
    response.setHeader ('Cache-Control', 'no-store');
    if (request.method === 'GET' && await this.#serve_page (url.pathname, response))
      return;
    if (url.pathname.startsWith (`${PREFIX}/evidence/`) && request.method === 'GET')
      return this.#serve_evidence (url, request, response);

    const { handler, params, rights, any_body } = this.#find (request.method, url.pathname);
    const session = rights === 'none' ? null : this.#authorize (request, rights, params);
    const bytes = await read_body (request);
    const call = {
      params, session, query: url.searchParams, headers: request.headers, bytes,
      body: any_body ? null : parse_object (bytes),
      if_match: request.headers['if-match'] ?? null, if_none_match: request.headers['if-none-match'] ?? null,
    };
    const key = request.headers['idempotency-key'];
    const answer = handler.idempotent
      ? this.#once (handler, call, key, `${request.method} ${url.pathname} ${bytes.toString ('base64')}`)
      : handler (call);
    this.#send_answer (response, answer);
  }

  #send_answer (response, { status = 200, body, etag, replayed, headers, bytes })
  {
    for (const [name, value] of Object.entries (headers ?? {}))
      response.setHeader (name, value);
    if (etag !== undefined)
      response.setHeader ('ETag', `"${etag}"`);
    if (replayed)
      response.setHeader ('Idempotency-Replayed', 'true');
    if (status === 204 || status === 304)
      response.writeHead (status).end ();
    else if (bytes)
      response.writeHead (status, { 'Content-Length': bytes.length }).end (bytes);
    else
      this.#send_json (response, status, body);
  }

  #send_json (response, status, body)
  {
    if (response.headersSent)
      return response.destroy ();
    response.writeHead (status, { 'Content-Type': 'application/json; charset=utf-8' });
    response.end (JSON.stringify (body));
  }

  /* The same intent twice has the effect of once and gets the same answer. */
  #once (handler, call, key, fingerprint)
  {
    if (key === undefined && !handler.key_needed)
      return handler (call);
    check (typeof key === 'string' && /^[\x21-\x7e]{1,128}$/.test (key), 'Idempotency-Key', 'missing or malformed');
    const slot = `${call.session.user} ${key}`;
    const known = this.answers.get (slot);
    if (known)
      {
        if (known.fingerprint !== fingerprint)
          throw new HallError ('conflict', 'the Idempotency-Key was used for something else');
        return { ...known.answer, replayed: true };
      }
    let answer;
    try
      {
        answer = handler (call);
        // Kept as it was, whatever happens to the object later.
        answer.body = structuredClone (answer.body);
      }
    catch (error)
      {
        const wire = HallError.from (error);
        answer = { status: wire.status, body: { error: wire.to_wire () } };
      }
    if (answer.status === undefined || (answer.status < 500 && answer.status !== 429))
      this.answers.set (slot, { fingerprint, answer });
    return answer;
  }

  #authorize (request, rights, params)
  {
    const [, token] = /^Bearer (\S+)$/.exec (request.headers.authorization ?? '') ?? [];
    const session = this.hall.tokens.session (token);
    if (rights === 'console')
      need_console (session);
    else
      need_role (session, rights);
    if (session.role === 'candidate')
      {
        if (session.studentId !== params.studentId)
          throw new HallError ('auth.forbidden', 'not your own');
        return session;
      }
    if (!this.limiters.has (session))
      this.limiters.set (session, new Limiter (CONSOLE_RATE));
    this.limiters.get (session).take ();
    return session;
  }

  #find (method, path)
  {
    let found = false;
    for (const route of this.routes)
      {
        const match = route.pattern.exec (path);
        if (!match)
          continue;
        found = true;
        if (route.method !== method)
          continue;
        const params = {};
        for (const [name, value] of Object.entries (match.groups ?? {}))
          params[name] = decode_part (value, name);
        if (params.examId !== undefined && params.examId !== this.hall.store.exam.examId)
          throw new HallError ('not_found', `no exam ${params.examId}`);
        return { ...route, params };
      }
    if (found)
      throw Object.defineProperty (new HallError ('invalid', `${method} is not for this route`), 'status', { value: 405 });
    throw new HallError ('not_found', 'no such route');
  }

  #make_routes ()
  {
    const routes = [];
    const add = (method, path, rights, handler, options = {}) => routes.push ({
      method, rights, ...options,
      handler: Object.assign (call => handler (call), options),
      pattern: new RegExp (`^${PREFIX}${path.replace (/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`),
    });
    const candidate = '/exams/{examId}/candidates/{studentId}';
    const once = { idempotent: true, key_needed: true };
    const { store } = this.hall;

    add ('GET', '', 'none', () => ({ body: { service: 'vigil-hall', protocol: 1, hall: this.hall.name, version: 'reference' } }));
    add ('GET', '/session', 'console', ({ session }) => ({ body: {
      user: session.user, role: session.role, hall: this.hall.name, serverTime: Date.now (), expiresAt: session.expiresAt } }));
    add ('GET', '/exams', 'console', ({ query }) => ({ body: page ([store.exam_now ()], query) }));
    add ('GET', '/exams/{examId}', 'console', () => ({ body: store.exam_now () }));
    add ('GET', '/exams/{examId}/candidates', 'console', ({ query }) => ({ body: {
      ...page ([...store.candidates.values ()], query), total: store.candidates.size, epoch: store.epoch, seq: store.seq } }));
    add ('GET', '/exams/{examId}/changes', 'console', ({ query }) => {
      const [epoch, after, limit] = [['epoch', 0], ['after', 0], ['limit', PAGE_MAX]].map (([name, fallback]) => {
        const value = Number (query.get (name) ?? fallback);
        check (Number.isInteger (value) && value >= 0, name, 'a number');
        return value;
      });
      const items = store.changes (epoch, after, Math.min (limit, PAGE_MAX));
      if (items === null)
        throw new HallError ('gone', 'not kept for so long');
      return { body: { items, next: null, epoch: store.epoch, seq: store.seq } };
    });
    add ('GET', candidate, 'console', ({ params }) => {
      const body = store.candidate (params.studentId);
      return { body, etag: body.version };
    });
    add ('GET', `${candidate}/events`, 'console', call => this.#get_events (call));
    add ('GET', `${candidate}/evidence`, 'console', call => this.#get_evidence (call));
    if (!this.hall.options['no-stills'])
      add ('GET', `${candidate}/still`, 'console', call => this.#get_still (call));
    add ('GET', `${candidate}/interventions`, 'console', ({ params, query }) => ({
      body: page (store.interventions.get (store.candidate (params.studentId).studentId) ?? [], query),
      etag: store.candidate (params.studentId).version }));
    add ('POST', `${candidate}/interventions`, ['invigilator', 'admin'], call => this.#post_intervention (call), once);
    add ('PUT', `${candidate}/claim`, 'console', ({ params, session }) => ({ body: store.claim (params.studentId, session.user) }), { idempotent: true });
    add ('DELETE', `${candidate}/claim`, 'console', ({ params, session }) => {
      store.release (params.studentId, session.user, session.role);
      return { status: 204 };
    }, { idempotent: true });
    add ('GET', '/exams/{examId}/flags', 'console', ({ query }) => {
      const states = { open: v => !v.verdict, escalated: v => v.verdict?.verdict === 'escalated', all: () => true };
      const state = query.get ('state') ?? 'open';
      check (Object.hasOwn (states, state), 'state', 'open, escalated or all');
      return { body: page ([...store.violations.values ()].filter (states[state]), query) };
    });
    add ('PUT', '/flags/{violationId}/verdict', 'console', ({ params, body, session, if_none_match }) => ({
      body: store.set_verdict (params.violationId, body, session.user, { if_none_match }) }), { idempotent: true });
    add ('GET', '/exams/{examId}/config/{studentId}', 'console', ({ params }) => ({ body: store.config (params.studentId) }));
    add ('GET', '/exams/{examId}/bypasses', 'console', ({ query }) => ({
      body: page ([...store.bypasses.values ()].filter (b => b.active), query) }));
    add ('GET', '/exams/{examId}/bypasses/{studentId}', 'console', ({ params }) => {
      const body = store.bypass (params.studentId);
      return { body, etag: body.version };
    });
    add ('PUT', '/exams/{examId}/bypasses/{studentId}', ['admin'], call => {
      const { bypass, created } = store.put_bypass (call.params.studentId, call.body, call.session.user, call);
      return { status: created ? 201 : 200, body: bypass, etag: bypass.version };
    }, once);
    add ('DELETE', '/exams/{examId}/bypasses/{studentId}', ['admin'], call => {
      const bypass = store.revoke_bypass (call.params.studentId, call.session.user, call);
      return { body: bypass, etag: bypass.version };
    }, once);
    add ('POST', `${candidate}/events`, ['candidate'], call => this.#post_events (call));
    add ('POST', `${candidate}/evidence`, ['candidate'], call => this.#post_evidence (call), { any_body: true });
    return routes;
  }

  #get_events ({ params, query })
  {
    const { store } = this.hall;
    store.candidate (params.studentId);
    const all = [...store.violations.values ()].filter (v => v.studentId === params.studentId && between (query, v.at)
                                                             && (!query.get ('type') || v.type === query.get ('type')));
    return { body: page (all.sort ((a, b) => b.at - a.at), query) };
  }

  #get_evidence ({ params, query })
  {
    const { store, signer } = this.hall;
    store.candidate (params.studentId);
    const wanted = ({ studentId, item }) => studentId === params.studentId && between (query, item.at)
      && (!query.get ('kind') || item.kind === query.get ('kind'))
      && (!query.get ('violation') || item.violation === query.get ('violation'));
    const all = [...store.evidence.values ()].filter (wanted).map (({ item }) => ({ ...item, ...signer.link (item.key, LINK_SECONDS) }));
    return { body: page (all.sort ((a, b) => b.at - a.at), query) };
  }

  /* Section 6.8. */
  #get_still ({ params, if_none_match })
  {
    this.hall.store.candidate (params.studentId);
    const capture = this.hall.newest_capture (params.studentId);
    if (!capture)
      throw new HallError ('still.none', 'no capture yet');
    const headers = { 'Capture-At': String (capture.at), 'Last-Modified': new Date (capture.at).toUTCString () };
    if (if_none_match === `"${capture.at}"`)
      return { status: 304, etag: capture.at, headers };
    return { etag: capture.at, headers: { ...headers, 'Content-Type': 'image/jpeg' }, bytes: capture.bytes };
  }

  #serve_evidence (url, request, response)
  {
    const key = url.pathname.slice (`${PREFIX}/evidence/`.length).split ('/').map (part => decode_part (part, 'key')).join ('/');
    if (!this.hall.signer.holds (key, url.searchParams.get ('expires'), url.searchParams.get ('signature')))
      throw new HallError ('auth.forbidden', 'the link is expired or forged');
    const entry = this.hall.store.evidence.get (key);
    if (!entry)
      throw new HallError ('not_found', 'no such object');
    if (!entry.bytes)
      throw new HallError ('gone', 'deleted by retention');
    const headers = { 'Content-Type': entry.item.contentType, 'Accept-Ranges': 'bytes' };
    const range = /^bytes=(\d+)-(\d*)$/.exec (request.headers.range ?? '');
    if (!range)
      return response.writeHead (200, { ...headers, 'Content-Length': entry.bytes.length }).end (entry.bytes);
    const last = Math.min (range[2] === '' ? Infinity : Number (range[2]), entry.bytes.length - 1);
    if (Number (range[1]) > last)
      return response.writeHead (416, { 'Content-Range': `bytes */${entry.bytes.length}` }).end ();
    const part = entry.bytes.subarray (Number (range[1]), last + 1);
    response.writeHead (206, { ...headers, 'Content-Length': part.length, 'Content-Range': `bytes ${range[1]}-${last}/${entry.bytes.length}` });
    response.end (part);
  }

  #post_intervention (call)
  {
    if (['extend', 'terminate'].includes (call.body.kind))
      need_role (call.session, ['admin']);
    const body = this.hall.store.intervene (call.params.studentId, call.body, call.session.user, call);
    return { status: 201, body, etag: body.version };
  }

  /* The candidate's call every few seconds: its sign of life, and how it
   * learns that proctoring is off. */
  #post_events ({ params, body })
  {
    const { store } = this.hall;
    const id = params.studentId;
    const candidate = store.candidate (id);
    const now = Date.now ();
    check (typeof body.batch === 'string' && body.batch.length >= 1 && body.batch.length <= 128, 'batch', 'missing');
    check (Number.isInteger (body.at), 'at', 'missing');
    check (Array.isArray (body.violations) && body.violations.length <= 100, 'violations', 'a list of at most 100');
    body.violations.forEach ((v, i) => {
      check (typeof v?.type === 'string' && v.type.length > 0, `violations[${i}].type`, 'missing');
      check (Number.isInteger (v.at), `violations[${i}].at`, 'missing');
    });
    store.seen (id);

    let accepted = 0;
    let deduplicated = 0;
    const slot = `${id} ${body.batch}`;
    if (!store.batches.has (slot))
      {
        store.batches.set (slot, now);
        setTimeout (() => store.batches.delete (slot), 600000).unref ();
        for (const v of body.violations)
          if (store.report (id, { type: v.type, at: v.at + now - body.at }, null).repeated)
            deduplicated++;
          else
            accepted++;
      }
    const score = this.hall.send_score (id).score;
    return { body: { serverTime: now, proctoring: store.proctoring (id), state: candidate.state, accepted, deduplicated,
                     score, bypass: candidate.bypass, intervalSeconds: this.hall.events_seconds } };
  }

  #post_evidence ({ params, query, bytes, headers })
  {
    const kind = query.get ('kind');
    check (['camera', 'screen', 'audio'].includes (kind), 'kind', 'camera, screen or audio');
    const at = Number (query.get ('at'));
    check (Number.isInteger (at) && at > 0, 'at', 'missing');
    const content_type = headers['content-type'];
    check (['image/jpeg', 'image/png', 'audio/webm'].includes (content_type), 'Content-Type', 'not kept here');
    const { key } = this.hall.store.add_evidence (params.studentId, { kind, at, bytes, content_type, reference: query.get ('reference') === '1' });
    return { status: 201, body: { key } };
  }

  /* The candidate's page and its bundle. */
  async #serve_page (path, response)
  {
    const script = path === '/candidate.js';
    if (path !== '/candidate' && !script)
      return false;
    const bytes = script ? await this.hall.candidate_bundle () : readFileSync (`${here}/candidate.html`);
    response.writeHead (200, { 'Content-Type': script ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8' });
    response.end (bytes);
    return true;
  }
}
