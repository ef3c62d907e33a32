// SPDX-License-Identifier: GPL-3.0-or-later
// What the hall knows: one exam, its candidates, violations, evidence, bypasses
// and interventions, in memory. Every change that consoles must learn of goes
// out through 'event' (name, payload), numbered when the contract says so.
import { createHash, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Account, policy_of } from './referee.mjs';
import { HallError, check } from './errors.mjs';

const EVIDENCE_LIMIT = 4000;
const KEPT_EVENTS = 10000;
const EXTENSIONS = { 'image/jpeg': 'jpg', 'image/png': 'png', 'audio/webm': 'webm' };

function date_of (at)
{
  return new Date (at).toISOString ().slice (0, 10).replaceAll ('-', '');
}

function is_future_or_null (value)
{
  return value === null || (Number.isInteger (value) && value > Date.now ());
}

export class Store extends EventEmitter
{
  constructor ({ exam_id, quiz_id, title, capture_seconds = 10, sfu })
  {
    super ();
    this.epoch = Date.now ();
    this.seq = 0;
    this.exam = {
      examId: exam_id, quizId: quiz_id, title, state: 'running', startsAt: this.epoch - 600000,
      endsAt: this.epoch + 3 * 3600000, rooms: ['A', 'B', 'C'], proctoring: 'on',
      captureSeconds: capture_seconds, ...(sfu ? { sfu } : {}),
    };
    this.candidates = new Map ();       // studentId → candidate, insertion order is the page order
    this.accounts = new Map ();
    this.violations = new Map ();
    this.evidence = new Map ();         // key → {item, bytes}; bytes null once deleted by retention
    this.bypasses = new Map ();         // studentId → bypass, active or not
    this.interventions = new Map ();    // studentId → intervention[]
    this.batches = new Map ();
    this.gone = new Map ();             // user with claims → since when without a console
    this.kept = [];                     // [name, payload] of the newest sequenced events
  }

  publish (name, payload)
  {
    this.seq++;
    const event = { epoch: this.epoch, seq: this.seq, ...payload };
    this.kept.push ([name, event]);
    if (this.kept.length > KEPT_EVENTS)
      this.kept.shift ();
    this.emit ('event', name, event);
  }

  /** The events after `after`, at most `limit`; null if they are not kept any more. */
  changes (epoch, after, limit)
  {
    const first = this.seq - this.kept.length;
    if (epoch !== this.epoch || after < first || after > this.seq)
      return null;
    return this.kept.slice (after - first, after - first + limit);
  }

  // Exam and candidates ----------------------------------------------------

  exam_now ()
  {
    const all = [...this.candidates.values ()];
    return { ...this.exam, candidates: all.length, streaming: all.filter (c => c.isStreaming).length };
  }

  add_candidate (fields, { quietly = false } = {})
  {
    const now = Date.now ();
    const candidate = {
      studentId: fields.studentId, name: fields.name, room: fields.room ?? null, network: fields.network ?? null, state: 'active',
      joinedAt: now, lastSeenAt: now, leftAt: null, endsAt: null, connected: true, isStreaming: false,
      score: null, scoreAt: null, flags: [], openFlags: 0, producers: [], bypass: null, claimedBy: null,
      handRaised: false, platform: null, version: 1, ...fields,
    };
    this.candidates.set (candidate.studentId, candidate);
    this.accounts.set (candidate.studentId, new Account ());
    if (!quietly)
      this.publish ('session_update', candidate);
    return candidate;
  }

  candidate (id)
  {
    const candidate = this.candidates.get (id);
    if (!candidate)
      throw new HallError ('not_found', `no candidate ${id}`);
    return candidate;
  }

  /** Applies what changed and tells the consoles exactly that. */
  update (id, changes)
  {
    Object.assign (this.candidate (id), changes);
    this.publish ('session_update', { studentId: id, ...changes });
  }

  seen (id)
  {
    this.candidate (id).lastSeenAt = Date.now ();
  }

  add_producer (id, producer)
  {
    const candidate = this.candidate (id);
    candidate.producers = [...candidate.producers, producer];
    this.publish ('new_producer', { studentId: id, ...producer });
    if (producer.source === 'webcam')
      this.update (id, { isStreaming: true });
  }

  remove_producer (id, producer_id)
  {
    const candidate = this.candidate (id);
    const producer = candidate.producers.find (p => p.producerId === producer_id);
    if (!producer)
      return;
    candidate.producers = candidate.producers.filter (p => p !== producer);
    const { worker, ...told } = producer;
    this.publish ('producer_closed', { studentId: id, ...told });
    if (producer.source === 'webcam')
      this.update (id, { isStreaming: false });
  }

  left (id)
  {
    const now = Date.now ();
    this.update (id, { connected: false, isStreaming: false, lastSeenAt: now, leftAt: now });
  }

  // The referee --------------------------------------------------------------

  /** Brings a candidate's score and flags to `now`; returns the score message. */
  rescore (id, now = Date.now ())
  {
    const candidate = this.candidate (id);
    const account = this.accounts.get (id);
    candidate.score = account.score (now);
    candidate.flags = account.flags (now);
    candidate.scoreAt = now;
    return { studentId: id, quizId: this.exam.quizId, score: candidate.score, flags: candidate.flags, timestamp: now };
  }

  /**
   * A violation as the candidate's machine reports it. `picture` (JPEG bytes,
   * may be null) becomes evidence. Returns {violation, repeated}.
   */
  report (id, { type, at }, picture)
  {
    const candidate = this.candidate (id);
    const account = this.accounts.get (id);
    const known = account.repeat_of (type, at);
    if (known)
      {
        known.count++;
        this.publish ('violation', known);
        return { violation: known, repeated: true };
      }
    const violation = {
      id: `v-${randomUUID ()}`, examId: this.exam.examId, studentId: id, quizId: this.exam.quizId, type,
      severity: policy_of (type).severity, at, count: 1, evidence: [], verdict: null,
    };
    this.violations.set (violation.id, violation);
    account.count (violation);
    if (picture)
      violation.evidence.push (this.add_evidence (id, { kind: 'camera', at, bytes: picture, violation: violation.id }).key);
    candidate.openFlags++;
    this.publish ('violation', violation);
    this.update (id, { openFlags: candidate.openFlags });
    return { violation, repeated: false };
  }

  set_verdict (violation_id, { verdict, note, until }, user, { if_none_match = null } = {})
  {
    const violation = this.violations.get (violation_id);
    if (!violation)
      throw new HallError ('not_found', `no flag ${violation_id}`);
    check (['confirmed', 'dismissed', 'escalated', 'snoozed'].includes (verdict), 'verdict', 'unknown');
    check (note == null || (typeof note === 'string' && note.length <= 2000), 'note', 'a string of at most 2000');
    check (verdict !== 'snoozed' || (Number.isInteger (until) && until > Date.now ()), 'until', 'a time to come is needed with snoozed');
    if (if_none_match !== null && violation.verdict && violation.verdict.verdict !== 'snoozed')
      throw new HallError ('precondition_failed', 'it is decided already', { current: violation });
    const candidate = this.candidate (violation.studentId);
    if (!violation.verdict)
      candidate.openFlags--;
    violation.verdict = { verdict, by: user, at: Date.now (), note: note ?? null, until: verdict === 'snoozed' ? until : null };
    this.publish ('flag_changed', { id: violation_id, studentId: violation.studentId, ...violation.verdict, openFlags: candidate.openFlags });
    return violation;
  }

  /** Snoozed flags whose time has come are open again, and everybody hears of it. */
  wake_flags (now = Date.now ())
  {
    for (const violation of this.violations.values ())
      if (violation.verdict?.verdict === 'snoozed' && violation.verdict.until <= now)
        {
          const { id, studentId, verdict: { by } } = violation;
          const candidate = this.candidate (studentId);
          violation.verdict = null;
          candidate.openFlags++;
          this.publish ('flag_changed', { id, studentId, verdict: null, by, at: now, openFlags: candidate.openFlags });
        }
  }

  // Evidence -----------------------------------------------------------------

  add_evidence (id, { kind, at, bytes, violation = null, reference = false, content_type = 'image/jpeg' })
  {
    const folder = `${date_of (at)}/${this.exam.examId}/${id}/${kind}`;
    const extension = EXTENSIONS[content_type];
    const name = reference ? `base_truth_${at}.${extension}`
               : kind === 'audio' ? `audio_${at}/chunk_00000.${extension}`
               : `${at}_${randomUUID ()}.${extension}`;
    const item = {
      key: `${folder}/${name}`, kind, at, size: bytes.length, sha256: createHash ('sha256').update (bytes).digest ('hex'),
      contentType: content_type, violation, ...(reference ? { reference } : {}),
    };
    this.evidence.set (item.key, { studentId: id, item, bytes });
    if (this.evidence.size > EVIDENCE_LIMIT)
      for (const entry of this.evidence.values ())
        if (entry.bytes)
          {
            entry.bytes = null;
            break;
          }
    return item;
  }

  /** The newest picture of a candidate's camera that was uploaded, {bytes, at}, or null. */
  newest_camera (id)
  {
    let newest = null;
    for (const { studentId, item, bytes } of this.evidence.values ())
      if (studentId === id && item.kind === 'camera' && !item.reference && bytes && (!newest || item.at >= newest.at))
        newest = { bytes, at: item.at };
    return newest;
  }

  // Bypasses -----------------------------------------------------------------

  bypass (id)
  {
    this.candidate (id);
    const bypass = this.bypasses.get (id);
    if (!bypass)
      throw new HallError ('not_found', `no bypass of ${id}`);
    return bypass;
  }

  put_bypass (id, body, user, { if_match, if_none_match })
  {
    this.candidate (id);
    const { reason, category, signals, expiresAt } = body;
    check (typeof reason === 'string' && reason.length >= 3 && reason.length <= 2000, 'reason', '3 to 2000 characters');
    check (typeof category === 'string' && category.length >= 1 && category.length <= 64, 'category', '1 to 64 characters');
    check (Array.isArray (signals) && signals.every (s => ['camera', 'microphone', 'screen', 'fullscreen', 'network'].includes (s)), 'signals', 'a list of signals');
    check (expiresAt !== undefined && is_future_or_null (expiresAt), 'expiresAt', 'null or a time to come');
    const old = this.bypasses.get (id);
    if (old?.active)
      this.#need_version (old, if_match);
    else if (if_none_match !== '*')
      this.#need_version (old, if_match);
    const bypass = {
      studentId: id, active: true, reason, category, signals, expiresAt, bypassedBy: user, createdAt: Date.now (),
      revokedBy: null, revokedAt: null, version: (old?.version ?? 0) + 1,
    };
    this.#set_bypass (bypass);
    return { bypass, created: !old };
  }

  revoke_bypass (id, user, { if_match })
  {
    const old = this.bypass (id);
    this.#need_version (old, if_match);
    if (!old.active)
      throw new HallError ('conflict', 'the bypass is revoked already');
    const bypass = { ...old, active: false, revokedBy: user, revokedAt: Date.now (), version: old.version + 1 };
    this.#set_bypass (bypass);
    return bypass;
  }

  /** Bypasses whose time has come end here; called every second. */
  expire_bypasses (now = Date.now ())
  {
    for (const bypass of this.bypasses.values ())
      if (bypass.active && bypass.expiresAt !== null && bypass.expiresAt <= now)
        this.#set_bypass ({ ...bypass, active: false, version: bypass.version + 1 });
  }

  #need_version (object, if_match)
  {
    if (object && if_match === '*')
      return;
    if (!object || if_match !== `"${object.version}"`)
      throw new HallError ('precondition_failed', 'somebody was faster, or If-Match is missing',
                           { current: object ?? null });
  }

  #set_bypass (bypass)
  {
    this.bypasses.set (bypass.studentId, bypass);
    this.candidate (bypass.studentId).bypass = bypass.active ? bypass : null;
    this.publish ('bypass_changed', { studentId: bypass.studentId, bypass });
    this.emit ('bypass', bypass);
  }

  /** Whether this candidate's browser is to run its proctoring. */
  proctoring (id)
  {
    return this.exam.proctoring === 'off' || this.candidate (id).bypass ? 'off' : 'on';
  }

  config (id)
  {
    const { bypass } = this.candidate (id);
    const global = {
      'proctoring.enabled': true, 'camera.required': true, 'microphone.required': true, 'screen.required': false,
      'fullscreen.required': true, 'capture.intervalSeconds': 10, 'events.intervalSeconds': 5,
    };
    const test = { 'microphone.required': false, 'capture.intervalSeconds': 5 };
    const own = {};
    if (bypass)
      {
        own['proctoring.enabled'] = false;
        for (const signal of bypass.signals)
          if (`${signal}.required` in global)
            own[`${signal}.required`] = false;
      }
    const values = {};
    for (const name of Object.keys (global))
      {
        const levels = [];
        if (name in own)
          levels.push ({ value: own[name], source: 'candidate', by: bypass.bypassedBy, at: bypass.createdAt });
        if (name in test)
          levels.push ({ value: test[name], source: 'test' });
        levels.push ({ value: global[name], source: 'global' });
        const [first, ...hidden] = levels;
        values[name] = hidden.length ? { ...first, overrides: hidden.map (({ value, source }) => ({ value, source })) } : first;
      }
    return { examId: this.exam.examId, studentId: id, version: (this.bypasses.get (id)?.version ?? 0) + 1, values };
  }

  // Interventions --------------------------------------------------------------

  intervene (id, body, user, { if_match })
  {
    const candidate = this.candidate (id);
    const { kind, text = null, seconds = null, reason = null } = body;
    check (['warn', 'message', 'pause', 'resume', 'extend', 'terminate'].includes (kind), 'kind', 'unknown');
    const spoken = kind === 'warn' || kind === 'message';
    if (spoken)
      check (typeof text === 'string' && text.length >= 1 && text.length <= (kind === 'warn' ? 500 : 2000), 'text', 'missing or too long');
    else
      check (typeof reason === 'string' && reason.length > 0, 'reason', 'missing');
    if (kind === 'extend')
      check (Number.isInteger (seconds) && seconds >= 1 && seconds <= 86400, 'seconds', '1 to 86400');
    if (!spoken)
      this.#need_version (candidate, if_match);
    if (candidate.state === 'terminated')
      throw new HallError ('conflict', 'the exam of this candidate has been ended');
    if ((kind === 'resume') !== (candidate.state === 'paused') && (kind === 'pause' || kind === 'resume'))
      throw new HallError ('conflict', `cannot ${kind} now`);
    candidate.version++;
    const intervention = {
      id: `i-${randomUUID ()}`, studentId: id, kind, text, seconds, reason, by: user, at: Date.now (),
      deliveredAt: null, acknowledgedAt: null, version: candidate.version,
    };
    const list = this.interventions.get (id) ?? [];
    this.interventions.set (id, [intervention, ...list]);
    this.publish ('intervention', intervention);
    this.update (id, { version: candidate.version, ...this.#effect (candidate, kind, seconds) });
    this.emit ('intervention', intervention);
    return intervention;
  }

  #effect (candidate, kind, seconds)
  {
    switch (kind)
      {
      case 'pause': return { state: 'paused' };
      case 'resume': return { state: 'active' };
      case 'terminate': return { state: 'terminated' };
      case 'extend': return { endsAt: (candidate.endsAt ?? this.exam.endsAt) + seconds * 1000 };
      default: return {};
      }
  }

  claim (id, user)
  {
    const candidate = this.candidate (id);
    if (candidate.claimedBy && candidate.claimedBy !== user)
      throw new HallError ('conflict', `claimed by ${candidate.claimedBy}`, { claimedBy: candidate.claimedBy });
    if (candidate.claimedBy !== user)
      this.update (id, { claimedBy: user });
    return { claimedBy: user };
  }

  release (id, user, role)
  {
    const candidate = this.candidate (id);
    if (candidate.claimedBy && candidate.claimedBy !== user && role !== 'admin')
      throw new HallError ('conflict', `claimed by ${candidate.claimedBy}`, { claimedBy: candidate.claimedBy });
    if (candidate.claimedBy)
      this.update (id, { claimedBy: null });
  }

  /** Frees what those hold who have had no console for `ms`. `has_console`: of a user. */
  free_claims (has_console, ms, now = performance.now ())
  {
    const holders = new Map ();         // user → studentId[]
    for (const candidate of this.candidates.values ())
      if (candidate.claimedBy)
        holders.set (candidate.claimedBy, [...holders.get (candidate.claimedBy) ?? [], candidate.studentId]);
    for (const user of [...this.gone.keys ()])
      if (!holders.has (user) || has_console (user))
        this.gone.delete (user);
    for (const [user, ids] of holders)
      {
        if (has_console (user))
          continue;
        if (!this.gone.has (user))
          this.gone.set (user, now);
        else if (now - this.gone.get (user) >= ms)
          ids.forEach (id => this.update (id, { claimedBy: null }));
      }
  }
}
