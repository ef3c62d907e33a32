// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the npm modules that setup.sh put outside the source tree.
//
// Looked for in $VIGIL_INTEROP_DIR, then in the folders setup.sh names, then
// beside this file (a plain `npm install` here works too).
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname (fileURLToPath (import.meta.url));

function ask_setup (...args)
{
  try
    {
      return execFileSync (join (here, 'setup.sh'), ['--check', ...args],
                           { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim ();
    }
  catch
    {
      return null;
    }
}

function holds (folder, module)
{
  return folder && existsSync (join (folder, 'node_modules', module, 'package.json'));
}

/** The folder whose node_modules has `module`; throws saying what to run. */
export function folder_of (module)
{
  for (const candidate of [() => process.env.VIGIL_INTEROP_DIR, () => ask_setup (), () => ask_setup ('--light'), () => here])
    {
      const folder = candidate ();
      if (holds (folder, module))
        return folder;
    }
  throw new Error (`${module} is not installed: run ${join (here, 'setup.sh')}`);
}

/** require () of `module` from where setup.sh installed it. */
export function load (module)
{
  return createRequire (join (folder_of (module), 'package.json')) (module);
}
