#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// Meetecho's Simple WHEP server (npm: janus-whep-server) before a Janus: an endpoint for each mountpoint of its
// streaming plugin. JSON lines: {"cmd": …} is answered by one line. Ends when its stdin does.
//
//   whep-server.mjs JANUS-URL PORT ENDPOINTS [TOKEN [VOICES]]
//
// The endpoint of mountpoint N is /whep/endpoint/mountpoint-N; that of the microphone beside it, for the first VOICES of
// them, /whep/endpoint/microphone-N, which is mountpoint 1000 + N.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { folder_of } from '../modules.mjs';

const [janus, port, endpoints, token, voices = '0'] = process.argv.slice (2);
const say = object => process.stdout.write (JSON.stringify (object) + '\n');

// It logs to stdout, which is ours.
console.log = (...words) => process.stderr.write (`# ${words.join (' ')}\n`);

// A native module for sockets that nobody uses here; setup.sh builds none.
const folder = folder_of ('janus-whep-server');
const require = createRequire (join (folder, 'package.json'));
require.cache[require.resolve ('unix-dgram')] = { id: 'unix-dgram', exports: {}, loaded: true, children: [], paths: [] };

const module = join (folder, 'node_modules', 'janus-whep-server', 'src', 'whep.js');
const { JanusWhepServer } = await import (pathToFileURL (module));
const server = new JanusWhepServer ({ janus: { address: janus }, rest: { port: Number (port), basePath: '/whep' }, debug: 'err' });

await server.start ();
const has_voice = index => index < Number (voices);
const add = index => {
  server.createEndpoint ({ id: `mountpoint-${index + 1}`, plugin: 'streaming', mountpoint: index + 1, token });
  if (has_voice (index))
    server.createEndpoint ({ id: `microphone-${index + 1}`, plugin: 'streaming', mountpoint: 1000 + index + 1, token });
};
for (let i = 0; i < Number (endpoints); i++)
  add (i);

const commands = {
  // Somebody's endpoint goes, with whoever watches him, and comes.
  remove: async ({ index }) => {
    await server.destroyEndpoint ({ id: `mountpoint-${index + 1}` });
    if (has_voice (index))
      await server.destroyEndpoint ({ id: `microphone-${index + 1}` });
  },
  add: ({ index }) => { add (index); },
  // Who is subscribed: of all endpoints, and as the server counts them.
  count: () => ({ subscribers: server.subscribers.size,
                  of_endpoints: server.listEndpoints ().reduce ((sum, { subscribers }) => sum + subscribers, 0) }),
  has_janus: () => ({ connected: server.janus !== null }),
};

createInterface ({ input: process.stdin }).on ('line', async line => {
  const { cmd, ...members } = JSON.parse (line);
  if (commands[cmd])
    say ({ event: 'ok', cmd, ...await commands[cmd] (members) });
  else
    say ({ event: 'error', cmd, message: 'no such command' });
}).on ('close', () => process.exit (0));
say ({ event: 'ready', url: `http://127.0.0.1:${port}/whep/endpoint/` });
