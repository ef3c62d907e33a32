// SPDX-License-Identifier: GPL-3.0-or-later
// The contract's error codes (docs/protocol.md, section 4) as one exception.

const STATUS = {
  'auth.invalid': 401, 'auth.expired': 401, 'auth.forbidden': 403, 'not_found': 404, 'conflict': 409, 'gone': 410,
  'precondition_failed': 412, 'too_large': 413, 'invalid': 400, 'rate_limited': 429, 'internal': 500, 'unavailable': 503,
  'sfu.unavailable': 503, 'sfu.no_such_producer': 404, 'sfu.no_such_transport': 404, 'sfu.no_such_consumer': 404,
  'sfu.cannot_consume': 409, 'still.none': 404,
};

export class HallError extends Error
{
  constructor (code, message, details)
  {
    super (message);
    this.code = code;
    this.details = details;
  }

  get status ()
  {
    return STATUS[this.code] ?? 500;
  }

  /** What goes on the wire, for an answer, an acknowledgement or a refusal. */
  to_wire ()
  {
    const wire = { code: this.code, message: this.message };
    return this.details ? { ...wire, details: this.details } : wire;
  }

  /** Anything thrown, as a HallError; what we did not foresee is `internal`. */
  static from (error)
  {
    if (error instanceof HallError)
      return error;
    // mediasoup's word for a request that its worker did not live to answer.
    if (error?.name === 'InvalidStateError')
      return new HallError ('sfu.unavailable', 'the SFU worker died meanwhile');
    console.error (error);
    return new HallError ('internal', error?.message ?? String (error));
  }
}

/** Throws `invalid` naming the member, unless the condition holds. */
export function check (condition, field, what)
{
  if (!condition)
    throw new HallError ('invalid', `${field}: ${what}`, { field });
}
