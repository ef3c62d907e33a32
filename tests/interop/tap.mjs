// SPDX-License-Identifier: GPL-3.0-or-later
// TAP for a test written as a list of steps: each has a name and a time limit,
// and the steps after a failed one still run.
let count = 0;
let failed = 0;

export async function step (name, limit_ms, run)
{
  const began = performance.now ();
  let timer;
  try
    {
      await Promise.race ([
        run (),
        new Promise ((_, reject) => { timer = setTimeout (() => reject (new Error (`not done after ${limit_ms} ms`)), limit_ms); }),
      ]);
      console.log (`ok ${++count} - ${name} # ${Math.round (performance.now () - began)} ms`);
    }
  catch (error)
    {
      failed++;
      console.log (`not ok ${++count} - ${name}`);
      for (const line of String (error.stack ?? error).split ('\n'))
        console.log (`# ${line}`);
    }
  finally
    {
      clearTimeout (timer);
    }
}

export function skip (name, reason)
{
  console.log (`ok ${++count} - ${name} # SKIP ${reason}`);
}

/** Ends the plan; the exit status to use. */
export function finish ()
{
  console.log (`1..${count}`);
  return failed ? 1 : 0;
}

/** Everything skipped because a peer cannot be had. */
export function skip_all (reason)
{
  console.log (`1..0 # SKIP ${reason}`);
  process.exit (77);
}
