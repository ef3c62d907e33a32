#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// Headless Chromium with a fake camera and microphone, on one address.
//
//   node chromium.mjs URL     until stdin ends; its console goes to stderr
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

export function find_chromium ()
{
  const folders = (process.env.PATH ?? '').split (':');
  for (const name of NAMES)
    for (const folder of folders)
      if (existsSync (join (folder, name)))
        return join (folder, name);
  return null;
}

/** Opens `url`; returns {pid, stop ()}. The profile is new and goes with it. */
export function open_chromium (url, { verbose = false } = {})
{
  const profile = mkdtempSync (join (tmpdir (), 'vigil-chromium-'));
  // A group of its own, so that its helpers end with it.
  const child = spawn (find_chromium () ?? 'chromium', [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-extensions', '--disable-default-apps', '--mute-audio',
    '--disable-dev-shm-usage', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required', '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows',
    '--enable-logging=stderr', '--log-level=0', `--user-data-dir=${profile}`, url,
  ], { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: { ...process.env, HOME: profile, DBUS_SESSION_BUS_ADDRESS: 'disabled:' } });
  child.stderr.on ('data', data => {
    // Chromium says much; the page's own words are what helps.
    for (const line of data.toString ().split ('\n'))
      if (line && (verbose || line.includes ('candidate:') || line.includes ('Uncaught')))
        process.stderr.write (`chromium: ${line}\n`);
  });
  const stop = () => {
    try
      {
        process.kill (-child.pid, 'SIGKILL');
      }
    catch
      {
        // It has ended by itself.
      }
    for (let i = 0; i < 5; i++)
      try
        {
          rmSync (profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
          return;
        }
      catch
        {
          // A helper was still writing.
        }
  };
  return { pid: child.pid, stop, child };
}

if (process.argv[1] && realpathSync (process.argv[1]) === fileURLToPath (import.meta.url))
  {
    const browser = open_chromium (process.argv[2], { verbose: process.env.VERBOSE === '1' });
    const end = () => { browser.stop (); process.exit (0); };
    browser.child.on ('exit', end);
    process.on ('SIGTERM', end);
    process.stdin.on ('end', end).resume ();
  }
