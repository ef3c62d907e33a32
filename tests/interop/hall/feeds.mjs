// SPDX-License-Identifier: GPL-3.0-or-later
// Candidates without a browser. One GStreamer process encodes a few pictures
// (and one sound) once; this file fans the RTP out: every candidate has a UDP
// socket of its own that talks to a PlainTransport of mediasoup's (rtcpMux).
// RTCP comes back the same way: a PLI or FIR makes the encoder draw a real key
// frame, a NACK is answered from a ring of the last packets.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { mkdtempSync, rmSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { write_loop } from './pictures.mjs';

const VIDEO_PT = 101;
const AUDIO_PT = 100;
const RING = 512;
const LOOP_FRAMES = 20;
const START_LIMIT_MS = 10000;
const STARTS = 3;

const VIDEO_CODEC = {
  mimeType: 'video/VP8', payloadType: VIDEO_PT, clockRate: 90000, parameters: {},
  rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'ccm', parameter: 'fir' }],
};
const H264_CODEC = {
  ...VIDEO_CODEC, mimeType: 'video/H264',
  parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
};
const AUDIO_CODEC = {
  mimeType: 'audio/opus', payloadType: AUDIO_PT, clockRate: 48000, channels: 2, parameters: {}, rtcpFeedback: [],
};

const VP8_ENCODER = `vp8enc deadline=1 cpu-used=16 threads=1 end-usage=cbr target-bitrate=250000 keyframe-max-dist=3000
                            error-resilient=default buffer-size=200 buffer-initial-size=100
                     ! rtpvp8pay pt=${VIDEO_PT} mtu=1200 picture-id-mode=15-bit`;
const H264_ENCODER = `openh264enc complexity=low bitrate=250000 rate-control=bitrate gop-size=3000
                      ! rtph264pay pt=${VIDEO_PT} mtu=1200 config-interval=-1 aggregate-mode=zero-latency`;

function open_socket (port = 0)
{
  return new Promise ((resolve, reject) => {
    const socket = dgram.createSocket ({ type: 'udp4', recvBufferSize: 1 << 20, sendBufferSize: 1 << 20 });
    socket.once ('error', reject);
    socket.bind (port, '127.0.0.1', () => { socket.removeListener ('error', reject); socket.on ('error', () => {}); resolve (socket); });
  });
}

/* A port the encoder can bind for its RTCP: ours for a moment, then free. */
async function free_port ()
{
  const socket = await open_socket ();
  const { port } = socket.address ();
  await new Promise (done => socket.close (done));
  return port;
}

function is_rtcp (packet)
{
  return packet.length >= 8 && packet[1] >= 192 && packet[1] <= 223;
}

/* Calls visit (type, count, block) for each packet of a compound. */
function each_rtcp (packet, visit)
{
  for (let at = 0; at + 4 <= packet.length;)
    {
      const size = (packet.readUInt16BE (at + 2) + 1) * 4;
      if (at + size > packet.length)
        return;
      visit (packet[at + 1], packet[at] & 0x1f, packet.subarray (at, at + size));
      at += size;
    }
}

/* The first packet of a key frame: of VP8 with a 15-bit picture id, as the encoder here sends it; of H264 its parameters. */
function begins_key_frame (packet, codec)
{
  if (codec === 'H264')
    return packet.length > 12 && [7, 24].includes (packet[12] & 0x1f);
  return packet.length > 16 && (packet[12] & 0x1f) === 0x10 && (packet[16] & 1) === 0;
}

/* What no camera sends, behind a header that is right. */
function spoil (packet, kind)
{
  if (kind === 'type')
    packet[1] = (packet[1] & 0x80) | 126;
  else
    for (let i = 12; i < packet.length; i++)
      packet[i] = Math.floor (Math.random () * 256);
}

/* An empty receiver report and a PLI: what asks an encoder for a key frame. */
function make_pli (ssrc)
{
  const pli = Buffer.alloc (20);
  pli.writeUInt32BE (0x80c90001, 0);
  pli.writeUInt32BE (1, 4);
  pli.writeUInt32BE (0x81ce0002, 8);
  pli.writeUInt32BE (1, 12);
  pli.writeUInt32BE (ssrc, 16);
  return pli;
}

/** One encoded stream: takes what the encoder sends, hands it to its feeds. */
class Stream
{
  constructor ({ look, kind, codec = 'VP8' })
  {
    this.look = look;
    this.kind = kind;
    this.codec = codec;
    this.ssrc = 0;
    this.feeds = new Set ();
    this.ring = new Array (RING);
    this.key_frame_requests = 0;
    this.key_frames = 0;
    this.packets = 0;
  }

  async open ()
  {
    this.socket = await open_socket ();
    this.port = this.socket.address ().port;
    this.socket.on ('message', packet => this.take (packet));
  }

  take (packet)
  {
    if (!is_rtcp (packet))
      {
        if (packet.length < 12)
          return;
        this.packets++;
        if (this.kind === 'video' && begins_key_frame (packet, this.codec))
          this.key_frames++;
        this.ssrc = packet.readUInt32BE (8);
        this.ring[packet.readUInt16BE (2) % RING] = packet;
      }
    for (const feed of this.feeds)
      feed.send (packet, this);
  }

  request_key_frame ()
  {
    this.key_frame_requests++;
    if (this.ssrc)
      this.socket.send (make_pli (this.ssrc), this.rtcp_port, '127.0.0.1');
  }

  packet_at (sequence)
  {
    const packet = this.ring[sequence % RING];
    return packet && packet.readUInt16BE (2) === sequence ? packet : null;
  }

  close ()
  {
    this.socket?.close ();
  }
}

/**
 * One candidate's webcam or microphone: a stream under an SSRC of its own, or several, smallest first, which are
 * layers of the same picture then (simulcast).
 */
class Feed
{
  constructor (streams)
  {
    this.ssrcs = new Map (streams.map (stream => [stream, 1 + Math.floor (Math.random () * 0xfffffffe)]));
    this.frozen = false;
    this.garbage = null;        // 'payload', 'type': what is wrong with every packet
    this.shift = null;          // of sequence and timestamp, once a stream took another's place
    this.last = null;           // sequence and timestamp of the last packet
  }

  get kind ()
  {
    return this.ssrcs.keys ().next ().value.kind;
  }

  get codec ()
  {
    return this.ssrcs.keys ().next ().value.codec;
  }

  async open (router)
  {
    this.socket = await open_socket ();
    // Not comedia: there the first packet decides who speaks, and a socket that still sent to a
    // dead worker's port, of this hall or of another on the machine, took a new candidate's place.
    this.transport = await router.createPlainTransport ({ listenIp: '127.0.0.1', comedia: false, rtcpMux: true });
    await this.transport.connect ({ ip: '127.0.0.1', port: this.socket.address ().port });
    // A worker that died takes the transport along: nothing may go on to a port that is not ours any more.
    this.transport.observer.once ('close', () => this.close ());
    this.port = this.transport.tuple.localPort;
    this.producer = await this.transport.produce ({
      kind: this.kind,
      rtpParameters: {
        codecs: [this.kind !== 'video' ? AUDIO_CODEC : this.codec === 'H264' ? H264_CODEC : VIDEO_CODEC],
        encodings: [...this.ssrcs.values ()].map (ssrc => ({ ssrc })),
        rtcp: { cname: `feed-${[...this.ssrcs.values ()][0]}` },
      },
    });
    this.socket.on ('message', packet => this.take_feedback (packet));
    for (const stream of this.ssrcs.keys ())
      stream.feeds.add (this);
  }

  send (packet, stream)
  {
    if (this.frozen || !this.socket)
      return;
    const own = Buffer.from (packet);
    const ssrc = this.ssrcs.get (stream);
    if (is_rtcp (own) && this.shift)
      return;                             // its times are those of before
    if (is_rtcp (own))
      each_rtcp (own, (type, _, block) => {
        if ((type === 200 || type === 202) && block.length >= 8)
          block.writeUInt32BE (ssrc, 4);
      });
    else
      {
        own.writeUInt32BE (ssrc, 8);
        if (this.kind === 'video' && !this.#continue (own, stream))
          return;
        if (this.garbage)
          spoil (own, this.garbage);
      }
    this.socket.send (own, this.port, '127.0.0.1');
  }

  /** Another stream goes on in the place of the one there is, as a camera does that changes its size. */
  replace_stream (stream)
  {
    const [[old, ssrc]] = this.ssrcs;
    old.feeds.delete (this);
    this.ssrcs = new Map ([[stream, ssrc]]);
    this.shift = 'wanted';
    stream.feeds.add (this);
    stream.request_key_frame ();
  }

  /* Sequence and time go on from where they were. False: this packet is not to be sent. */
  #continue (own, stream)
  {
    const sequence = own.readUInt16BE (2);
    const time = own.readUInt32BE (4);
    if (this.shift === 'wanted')
      {
        if (!begins_key_frame (own, stream.codec))
          return false;
        this.shift = { sequence: this.last.sequence + 1 - sequence, time: this.last.time + 9000 - time };
      }
    if (this.shift)
      {
        own.writeUInt16BE ((sequence + this.shift.sequence) & 0xffff, 2);
        own.writeUInt32BE ((time + this.shift.time) >>> 0, 4);
      }
    this.last = { sequence: own.readUInt16BE (2), time: own.readUInt32BE (4) };
    return true;
  }

  /* Whose stream an SSRC of ours is. */
  #find (ssrc)
  {
    for (const [stream, own] of this.ssrcs)
      if (own === ssrc)
        return stream;
    return null;
  }

  take_feedback (packet)
  {
    if (!is_rtcp (packet))
      return;
    each_rtcp (packet, (type, format, block) => {
      if (type === 206 && format === 1 && block.length >= 12)
        this.#find (block.readUInt32BE (8))?.request_key_frame ();
      else if (type === 206 && format === 4 && block.length >= 16)
        this.#find (block.readUInt32BE (12))?.request_key_frame ();
      else if (type === 205 && format === 1 && block.length >= 12)
        this.resend (block, this.#find (block.readUInt32BE (8)));
    });
  }

  resend (block, stream)
  {
    for (let at = 12; stream && at + 4 <= block.length; at += 4)
      {
        const first = block.readUInt16BE (at);
        const mask = block.readUInt16BE (at + 2);
        for (let i = 0; i <= 16; i++)
          if (i === 0 || mask & (1 << (i - 1)))
            {
              const packet = stream.packet_at ((first + i - (this.shift?.sequence ?? 0)) & 0xffff);
              if (packet)
                this.send (packet, stream);
            }
      }
  }

  close ()
  {
    for (const stream of this.ssrcs.keys ())
      stream.feeds.delete (this);
    this.producer?.close ();
    this.socket?.close ();
    this.socket = null;
    this.transport?.close ();
  }
}

/** A new feed on `router`; of several streams, smallest first, they are its layers. */
export async function open_feed (router, streams)
{
  const feed = new Feed (streams);
  try
    {
      await feed.open (router);
    }
  catch (error)
    {
      feed.close ();
      throw error;
    }
  return feed;
}

export class Studio
{
  /** `codec`: 'VP8' or 'H264'; `first`: the first of its looks. */
  constructor ({ looks = 8, first = 0, width = 320, height = 180, fps = 10, audio = true, codec = 'VP8' } = {})
  {
    Object.assign (this, { looks, first, width, height, fps, audio, codec });
    this.streams = [];
    this.stills = [];
  }

  async start ()
  {
    this.folder = mkdtempSync (join (tmpdir (), 'vigil-hall-'));
    for (let look = 0; look < this.looks; look++)
      this.streams.push (new Stream ({ look: this.first + look, kind: 'video', codec: this.codec }));
    if (this.audio)
      this.streams.push (new Stream ({ look: -1, kind: 'audio' }));
    for (const stream of this.streams)
      {
        await stream.open ();
        if (stream.kind === 'video')
          stream.loop = write_loop (join (this.folder, `look-${stream.look}`),
                                    { width: this.width, height: this.height, look: stream.look, frames: LOOP_FRAMES });
      }
    await this.#draw_stills ();
    for (let i = 0; !await this.#start_encoder (); i++)
      if (i + 1 === STARTS)
        throw new Error ('the encoder does not send every look, or not when it is asked for a key frame');
  }

  /* An encoder that is deaf for one look would leave its candidates without a picture for ever: whether it
   * sends, and hears a request, is known before anybody depends on it. */
  async #start_encoder ()
  {
    for (const stream of this.streams)
      {
        stream.rtcp_port = await free_port ();
        stream.packets = 0;
      }
    const encoder = this.#launch (this.streams.map ((stream, i) => this.#describe (stream, i)).join (' '));
    const videos = this.streams.filter (stream => stream.kind === 'video');
    if (await this.#all (this.streams, stream => stream.packets > 0))
      {
        const before = new Map (videos.map (stream => [stream, stream.key_frames]));
        videos.forEach (stream => stream.request_key_frame ());
        if (await this.#all (videos, stream => stream.key_frames > before.get (stream)))
          {
            this.encoder = encoder;
            encoder.on ('exit', code => {
              if (!this.stopping)
                throw new Error (`the encoder ended (${code})`);
            });
            return true;
          }
      }
    console.error (`hall: the encoder is started once more; silent: ${videos.filter (s => !s.packets).map (s => s.look)}`);
    const gone = new Promise (done => encoder.once ('exit', done));
    if (encoder.exitCode === null && encoder.kill ('SIGKILL'))
      await gone;
    return false;
  }

  async #all (streams, test)
  {
    const end = Date.now () + START_LIMIT_MS;
    while (!streams.every (test))
      {
        if (Date.now () > end)
          return false;
        await new Promise (done => setTimeout (done, 20));
      }
    return true;
  }

  #launch (description)
  {
    return spawn ('gst-launch-1.0', ['-q', ...description.split (/\s+/).filter (Boolean)],
                  { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, GST_DEBUG_NO_COLOR: '1' } });
  }

  #source (stream)
  {
    // multifilesrc counts bytes; the parser makes time of them, without which
    // nothing could pace the loop.
    return `multifilesrc location=${stream.loop} stop-index=${LOOP_FRAMES - 1} loop=true
            ! rawvideoparse format=i420 width=${this.width} height=${this.height} framerate=${this.fps}/1`;
  }

  #describe (stream, i)
  {
    const media = stream.kind === 'video'
      // A machine that was too busy for a while must not catch up: whatever is
      // late when the encoder comes to it is dropped.
      ? `${this.#source (stream)} ! identity sync=true ! queue leaky=downstream max-size-buffers=1
         ! ${stream.codec === 'H264' ? H264_ENCODER : VP8_ENCODER}`
      : `audiotestsrc is-live=true wave=ticks volume=0.2 ! audio/x-raw,rate=48000,channels=2
         ! opusenc bitrate=24000 ! rtpopuspay pt=${AUDIO_PT}`;
    return `${media} ! session${i}.send_rtp_sink
            rtpsession name=session${i} rtp-profile=avpf
            session${i}.send_rtp_src ! udpsink host=127.0.0.1 port=${stream.port} sync=false async=false
            session${i}.send_rtcp_src ! udpsink host=127.0.0.1 port=${stream.port} sync=false async=false
            udpsrc address=127.0.0.1 port=${stream.rtcp_port} caps=application/x-rtcp ! session${i}.recv_rtcp_sink`;
  }

  /* One JPEG per look: the evidence frames. */
  async #draw_stills ()
  {
    const branches = this.streams.filter (s => s.kind === 'video').map (s =>
      `multifilesrc location=${s.loop} start-index=0 stop-index=0 num-buffers=1
       caps=video/x-raw,format=I420,width=${this.width},height=${this.height},framerate=1/1
       ! jpegenc quality=80 ! filesink location=${join (this.folder, `still-${s.look}.jpg`)}`);
    const process = this.#launch (branches.join (' '));
    const code = await new Promise (done => process.once ('exit', done));
    if (code !== 0)
      throw new Error ('GStreamer could not draw the evidence stills');
    for (let look = 0; look < this.looks; look++)
      this.stills.push (readFileSync (join (this.folder, `still-${this.first + look}.jpg`)));
  }

  /** A picture of that look as JPEG. */
  still (look)
  {
    return this.stills[look % this.looks];
  }

  /** The stream of a look ('video') or of the sound ('audio'). */
  stream (kind, look)
  {
    const stream = kind === 'video' ? this.streams[look % this.looks] : this.streams.find (s => s.kind === 'audio');
    if (!stream)
      throw new Error ('this studio has no sound');
    return stream;
  }

  /** A new feed of a look ('video') or of the sound ('audio') on `router`. */
  make_feed (router, kind, look)
  {
    return open_feed (router, [this.stream (kind, look)]);
  }

  stop ()
  {
    this.stopping = true;
    this.encoder?.kill ('SIGKILL');
    this.streams.forEach (stream => stream.close ());
    if (this.folder)
      rmSync (this.folder, { recursive: true, force: true });
  }
}
