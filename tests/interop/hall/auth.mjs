// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens and what their roles may do (docs/protocol.md, section 3).
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HallError } from './errors.mjs';

const CONSOLES = ['invigilator', 'reviewer', 'admin'];

export class Tokens
{
  #known = new Map ();          // token → {user, role, expiresAt, studentId?}

  issue ({ user, role, expires_at = null, student_id = null, token = randomBytes (18).toString ('base64url') })
  {
    this.#known.set (token, { user, role, expiresAt: expires_at, studentId: student_id });
    return token;
  }

  /** The session of a token, or the refusal the contract has. */
  session (token)
  {
    const session = typeof token === 'string' ? this.#known.get (token) : null;
    if (!session)
      throw new HallError ('auth.invalid', 'no such token');
    if (session.expiresAt !== null && session.expiresAt <= Date.now ())
      throw new HallError ('auth.expired', 'the token has expired');
    return session;
  }

  expire (token)
  {
    const session = this.#known.get (token);
    if (session)
      session.expiresAt = Date.now () - 1;
  }
}

export function need_role (session, roles)
{
  if (!roles.includes (session.role))
    throw new HallError ('auth.forbidden', `not for the role ${session.role}`);
}

export function need_console (session)
{
  need_role (session, CONSOLES);
}

/** Signs and checks the short-lived links to evidence. */
export class Signer
{
  #secret = randomBytes (32);

  #sign (key, expires)
  {
    return createHmac ('sha256', this.#secret).update (`${expires}\n${key}`).digest ('hex');
  }

  link (key, seconds)
  {
    const expires = Math.floor (Date.now () / 1000) + seconds;
    const path = key.split ('/').map (encodeURIComponent).join ('/');
    return { url: `/api/v1/evidence/${path}?expires=${expires}&signature=${this.#sign (key, expires)}`, urlExpiresAt: expires * 1000 };
  }

  holds (key, expires, signature)
  {
    const want = Buffer.from (this.#sign (key, expires));
    const got = Buffer.from (String (signature));
    return want.length === got.length && timingSafeEqual (want, got) && Number (expires) * 1000 > Date.now ();
  }
}

/** So many calls a second, then `rate_limited`. */
export class Limiter
{
  #left;
  #second = 0;

  constructor (per_second)
  {
    this.per_second = per_second;
  }

  take ()
  {
    const second = Math.floor (Date.now () / 1000);
    if (second !== this.#second)
      {
        this.#second = second;
        this.#left = this.per_second;
      }
    if (this.#left-- <= 0)
      throw new HallError ('rate_limited', `more than ${this.per_second} a second`, { retryAfterMs: 1000 });
  }
}
