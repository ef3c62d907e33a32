// SPDX-License-Identifier: GPL-3.0-or-later
// The scoring policy of docs/design: repeats inside a type's TTL are folded into
// the violation they repeat; the score is a sum per band, each band capped.

export const POLICY = {
  gaze_away: { severity: 'low', weight: 4, ttl: 10 },
  low_light: { severity: 'low', weight: 2, ttl: 20 },
  head_turned: { severity: 'low', weight: 4, ttl: 10 },
  no_face: { severity: 'medium', weight: 12, ttl: 30 },
  tab_switch: { severity: 'medium', weight: 10, ttl: 10 },
  camera_blackout: { severity: 'high', weight: 20, ttl: 15 },
  multiple_faces: { severity: 'high', weight: 25, ttl: 45 },
  identity_mismatch: { severity: 'critical', weight: 60, ttl: 60 },
};

const CAPS = { low: 20, medium: 45, high: 75, critical: 100 };
const UNKNOWN = { severity: 'low', weight: 0, ttl: 10 };

export function policy_of (type)
{
  return POLICY[type] ?? UNKNOWN;
}

/** One candidate's account: which violations count, and what they sum up to. */
export class Account
{
  #counted = [];                // {type, at}, each one a violation that counted
  #latest = new Map ();         // type → the violation inside its TTL

  /** The violation a repeat belongs to, or null if this one is new. */
  repeat_of (type, at)
  {
    const latest = this.#latest.get (type);
    return latest && at - latest.at < policy_of (type).ttl * 1000 ? latest : null;
  }

  count (violation)
  {
    this.#latest.set (violation.type, violation);
    this.#counted.push ({ type: violation.type, at: violation.at });
  }

  /** Types inside their TTL at `now`. */
  flags (now)
  {
    return [...this.#latest].filter (([type, v]) => now - v.at < policy_of (type).ttl * 1000).map (([type]) => type);
  }

  /** 0..100 at `now`; a violation stops counting ten TTLs after it. */
  score (now)
  {
    const sums = {};
    this.#counted = this.#counted.filter (({ type, at }) => now - at < policy_of (type).ttl * 10000);
    for (const { type } of this.#counted)
      {
        const { severity, weight } = policy_of (type);
        sums[severity] = Math.min (CAPS[severity], (sums[severity] ?? 0) + weight);
      }
    return Math.min (100, Object.values (sums).reduce ((a, b) => a + b, 0));
  }
}
