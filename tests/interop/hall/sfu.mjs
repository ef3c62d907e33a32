// SPDX-License-Identifier: GPL-3.0-or-later
// mediasoup behind the contract's SFU requests (docs/protocol.md, section 8).
//
// One worker, one router. The worker may die at any moment: everything that
// lived in it is gone then, says so once ('died'), and comes back as a new
// worker and a new router ('ready') that nobody's old ids belong to.
import { EventEmitter } from 'node:events';
import { load } from '../modules.mjs';
import { HallError, check } from './errors.mjs';

const mediasoup = load ('mediasoup');

const MAX_TRANSPORTS = 4;
const MAX_CONSUMERS = 256;

const MEDIA_CODECS = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 },
  { kind: 'video', mimeType: 'video/H264', clockRate: 90000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 } },
];

export class Sfu extends EventEmitter
{
  constructor ({ ip = '127.0.0.1', restart_ms = 1000 } = {})
  {
    super ();
    this.ip = ip;
    this.network = { udp: true, tcp: false };   // what consoles may reach it over
    this.relays = {};                   // iceServers, iceTransportPolicy
    this.restart_ms = restart_ms;
    this.router = null;
    this.producers = new Map ();        // producerId → mediasoup Producer
  }

  get pid ()
  {
    return this.worker?.pid ?? 0;
  }

  /** What the wire calls the worker: this hall has one, whoever takes its place. */
  get worker_id ()
  {
    return '1';
  }

  async start ()
  {
    this.worker = await mediasoup.createWorker ({ logLevel: 'error', rtcMinPort: 40000, rtcMaxPort: 49999 });
    this.worker.on ('died', () => this.#died ());
    this.router = await this.worker.createRouter ({ mediaCodecs: MEDIA_CODECS });
    this.emit ('ready');
  }

  #died ()
  {
    this.router = null;
    if (this.stopping)
      return;
    this.emit ('died');
    this.restart_timer = setTimeout (() => this.start ().catch (error => this.emit ('error', error)), this.restart_ms);
  }

  stop ()
  {
    this.stopping = true;
    clearTimeout (this.restart_timer);
    this.worker?.close ();
  }

  /** The router, or the refusal the contract has for its absence. */
  need_router ()
  {
    if (!this.router || this.router.closed)
      throw new HallError ('sfu.unavailable', 'the SFU worker is down');
    return this.router;
  }

  /** Requests to the worker are served in order: an answer means all before it are done. */
  async settle ()
  {
    await this.worker.getResourceUsage ().catch (() => {});
    // mediasoup holds notifications back for one turn, answers not.
    await new Promise (done => setImmediate (done));
  }

  /**
   * Makes a producer known to consume (). `gone` is called once, when it has
   * closed and every consumer of it has been told.
   */
  publish (producer, gone)
  {
    this.producers.set (producer.id, producer);
    producer.observer.once ('close', async () => {
      this.producers.delete (producer.id);
      await this.settle ();
      gone ();
    });
  }
}

/** What one connection owns in the SFU. `tell (event, payload)` reaches it. */
export class SfuSession
{
  constructor (sfu, tell)
  {
    this.sfu = sfu;
    this.tell = tell;
    this.transports = new Map ();
    this.consumers = new Map ();
    this.producers = new Map ();
  }

  router_rtp_capabilities ()
  {
    return { rtpCapabilities: this.sfu.need_router ().rtpCapabilities };
  }

  async create_transport ({ direction }, allowed)
  {
    check (direction === allowed, 'direction', `"${allowed}" is the only one here`);
    if (this.transports.size >= MAX_TRANSPORTS)
      throw new HallError ('rate_limited', `at most ${MAX_TRANSPORTS} transports`, { retryAfterMs: 1000 });
    const transport = await this.sfu.need_router ().createWebRtcTransport ({
      listenIps: [{ ip: this.sfu.ip }], enableUdp: this.sfu.network.udp, enableTcp: this.sfu.network.tcp, preferUdp: true,
      initialAvailableOutgoingBitrate: 20e6,
    });
    if (this.closed)
      {
        transport.close ();
        throw new HallError ('conflict', 'the connection has gone');
      }
    this.transports.set (transport.id, transport);
    transport.observer.once ('close', () => this.transports.delete (transport.id));
    transport.on ('routerclose', () => this.tell ('transport_closed', { transportId: transport.id, reason: 'worker died' }));
    transport.on ('dtlsstatechange', state => {
      if (state !== 'failed' && state !== 'closed')
        return;
      this.tell ('transport_closed', { transportId: transport.id, reason: `dtls ${state}` });
      transport.close ();
    });
    return { id: transport.id, iceParameters: transport.iceParameters, iceCandidates: transport.iceCandidates,
             dtlsParameters: transport.dtlsParameters, ...this.sfu.relays };
  }

  #transport (id)
  {
    this.sfu.need_router ();
    const transport = this.transports.get (id);
    if (!transport)
      throw new HallError ('sfu.no_such_transport', `no transport ${id}`);
    return transport;
  }

  #consumer (id)
  {
    const consumer = this.consumers.get (id);
    if (!consumer)
      throw new HallError ('sfu.no_such_consumer', `no consumer ${id}`);
    return consumer;
  }

  async connect_transport ({ transportId, dtlsParameters })
  {
    const transport = this.#transport (transportId);
    if (transport.appData.connected)
      throw new HallError ('conflict', 'the transport is connected already');
    check (Array.isArray (dtlsParameters?.fingerprints), 'dtlsParameters', 'fingerprints are missing');
    // iceParameters, which an SFU with a full ICE agent needs, mean nothing here.
    transport.appData.connected = true;
    try
      {
        await transport.connect ({ dtlsParameters });
      }
    catch (error)
      {
        transport.appData.connected = false;
        throw new HallError ('invalid', error.message, { field: 'dtlsParameters' });
      }
    return {};
  }

  async close_transport ({ transportId })
  {
    this.#transport (transportId).close ();
    await this.sfu.settle ();
    return {};
  }

  async consume ({ transportId, producerId, rtpCapabilities })
  {
    const transport = this.#transport (transportId);
    const producer = this.sfu.producers.get (producerId);
    if (!producer)
      throw new HallError ('sfu.no_such_producer', `no producer ${producerId}`);
    let fits = false;
    try
      {
        fits = this.sfu.need_router ().canConsume ({ producerId, rtpCapabilities });
      }
    catch (error)
      {
        check (false, 'rtpCapabilities', error.message);
      }
    if (!fits)
      throw new HallError ('sfu.cannot_consume', 'the capabilities do not fit the codec of the producer');
    if (this.consumers.size >= MAX_CONSUMERS)
      throw new HallError ('rate_limited', `at most ${MAX_CONSUMERS} consumers`, { retryAfterMs: 1000 });
    const consumer = await transport.consume ({ producerId, rtpCapabilities, paused: true });
    this.consumers.set (consumer.id, consumer);
    consumer.observer.once ('close', () => this.consumers.delete (consumer.id));
    consumer.on ('producerclose', () => this.tell ('consumer_closed', { consumerId: consumer.id, reason: 'producer_closed' }));
    consumer.on ('producerpause', () => this.tell ('consumer_paused', { consumerId: consumer.id }));
    consumer.on ('producerresume', () => this.tell ('consumer_resumed', { consumerId: consumer.id }));
    consumer.on ('layerschange', layers => this.tell ('consumer_layers', {
      consumerId: consumer.id, spatialLayer: layers?.spatialLayer ?? null, temporalLayer: layers?.temporalLayer ?? null,
    }));
    return { id: consumer.id, producerId, kind: consumer.kind, rtpParameters: consumer.rtpParameters,
             type: consumer.type, producerPaused: consumer.producerPaused };
  }

  async resume_consumer ({ consumerId })
  {
    await this.#consumer (consumerId).resume ();
    return {};
  }

  async pause_consumer ({ consumerId })
  {
    await this.#consumer (consumerId).pause ();
    return {};
  }

  async close_consumer ({ consumerId })
  {
    this.#consumer (consumerId).close ();
    await this.sfu.settle ();           // its last packet has been sent
    return {};
  }

  async request_key_frame ({ consumerId })
  {
    await this.#consumer (consumerId).requestKeyFrame ();
    return {};
  }

  async set_preferred_layers ({ consumerId, spatialLayer, temporalLayer })
  {
    check (Number.isInteger (spatialLayer), 'spatialLayer', 'an integer');
    await this.#consumer (consumerId).setPreferredLayers ({ spatialLayer, temporalLayer });
    return {};
  }

  async produce ({ transportId, kind, rtpParameters, source })
  {
    const transport = this.#transport (transportId);
    check (['webcam', 'screen', 'microphone'].includes (source), 'source', 'webcam, screen or microphone');
    check ((kind === 'audio') === (source === 'microphone'), 'kind', 'does not fit the source');
    let producer;
    try
      {
        producer = await transport.produce ({ kind, rtpParameters });
      }
    catch (error)
      {
        throw new HallError ('invalid', error.message, { field: 'rtpParameters' });
      }
    this.producers.set (producer.id, producer);
    producer.observer.once ('close', () => this.producers.delete (producer.id));
    return producer;
  }

  producer (id)
  {
    const producer = this.producers.get (id);
    if (!producer)
      throw new HallError ('sfu.no_such_producer', `no producer ${id}`);
    return producer;
  }

  close ()
  {
    this.closed = true;
    for (const transport of [...this.transports.values ()])
      transport.close ();
  }
}
