#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// mediasoup behind the verbs of tests/media/media-sfu.c, so that the media layer's
// own rig runs against the real thing: one JSON request a line, one answer.
//
//   media-sfu.mjs PRODUCERS WIDTH HEIGHT RATE
import { createInterface } from 'node:readline';
import { HallError } from './hall/errors.mjs';
import { Studio, open_feed } from './hall/feeds.mjs';
import { Sfu, SfuSession } from './hall/sfu.mjs';

const [producers, width, height, fps] = process.argv.slice (2).map (Number);
const answer = object => process.stdout.write (JSON.stringify (object) + '\n');

const studio = new Studio ({ looks: producers, width, height, fps, audio: false });
const sfu = new Sfu ({ restart_ms: 500 });
const feeds = [];
let session = null;
let large = null;

async function start ()
{
  for (let look = 0; look < producers; look++)
    {
      const feed = await studio.make_feed (sfu.need_router (), 'video', look);
      sfu.publish (feed.producer, () => {});
      feeds[look] = feed;
    }
  session = new SfuSession (sfu, () => {});
}

const counts = () => ({
  consumers: session.consumers.size,
  pli: studio.streams.reduce ((sum, stream) => sum + stream.key_frame_requests, 0),
  fir: 0, nack: 0, resent: 0, dropped: 0, late: 0,
  frames: studio.streams.reduce ((sum, stream) => sum + stream.packets, 0),
});

const verbs = {
  capabilities: () => session.router_rtp_capabilities ().rtpCapabilities,
  create: () => session.create_transport ({ direction: 'recv' }, 'recv'),
  connect: ({ transport, dtls, ice }) => session.connect_transport ({ transportId: transport, dtlsParameters: dtls, iceParameters: ice }),
  consume: ({ transport, producer, capabilities }) => session.consume ({
    transportId: transport, producerId: feeds[producer].producer.id, rtpCapabilities: capabilities }),
  resume: ({ consumer }) => session.resume_consumer ({ consumerId: consumer }),
  pause: ({ consumer }) => session.pause_consumer ({ consumerId: consumer }),
  close: ({ consumer }) => session.close_consumer ({ consumerId: consumer }),
  'close-transport': ({ transport }) => session.close_transport ({ transportId: transport }),
  counts,
  frozen: ({ value }) => { process.kill (sfu.pid, value ? 'SIGSTOP' : 'SIGCONT'); },
  stall: ({ producer, value }) => { feeds[producer].frozen = value; },
  // Not in the C program: look 0 as simulcast, in its size and in twice it each way; its place among the producers.
  simulcast: async () => {
    large ??= new Studio ({ looks: 1, width: 2 * width, height: 2 * height, fps, audio: false });
    if (!large.encoder)
      await large.start ();
    const feed = await open_feed (sfu.need_router (), [studio.stream ('video', 0), large.stream ('video', 0)]);
    sfu.publish (feed.producer, () => {});
    return { producer: feeds.push (feed) - 1 };
  },
  layer: ({ consumer, layer }) => session.set_preferred_layers ({ consumerId: consumer, spatialLayer: layer }),
  // Not in the C program: what the next transport can be reached over.
  network: ({ udp, tcp }) => { sfu.network = { udp, tcp }; },
  // Not in the C program: the worker dies and is replaced, with new producers.
  kill: () => new Promise (done => {
    sfu.once ('ready', () => start ().then (done));
    process.kill (sfu.pid, 'SIGKILL');
  }),
};

await studio.start ();
await sfu.start ();
await start ();
answer ({ ok: true });

const end = () => {
  try
    {
      process.kill (sfu.pid, 'SIGCONT');
    }
  catch
    {
      // It has ended already.
    }
  sfu.stop ();
  studio.stop ();
  large?.stop ();
  process.exit (0);
};

// Requests are served one after the other, as the C program does.
let last = Promise.resolve ();
createInterface ({ input: process.stdin })
  .on ('line', line => {
    last = last.then (async () => {
      const { verb, ...request } = JSON.parse (line);
      if (!Object.hasOwn (verbs, verb))
        throw new Error (`no verb "${verb}"`);
      answer ({ ok: true, ...await verbs[verb] (request) });
    }).catch (error => answer ({ ok: false, error: HallError.from (error).message }));
  })
  .on ('close', end);
process.on ('SIGTERM', end);
