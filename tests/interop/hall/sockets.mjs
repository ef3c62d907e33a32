// SPDX-License-Identifier: GPL-3.0-or-later
// The Socket.IO half of docs/protocol.md: consoles on "/" (sections 8 to 10),
// candidates on "/candidate" (section 11).
import { load } from '../modules.mjs';
import { Limiter, need_console, need_role } from './auth.mjs';
import { HallError, check } from './errors.mjs';
import { SfuSession } from './sfu.mjs';

const { Server } = load ('socket.io');

const CONSOLE_RATE = 200;

function refusal_of (error)
{
  const { code, message } = HallError.from (error);
  return Object.assign (new Error (message), { data: { code } });
}

/* Every request: one object and an acknowledgement; answers beside `ok`. */
function serve_requests (socket, handlers, { per_second = Infinity } = {})
{
  const limiter = new Limiter (per_second);
  const run = async (name, argument) => {
    limiter.take ();
    check (Object.hasOwn (handlers, name), 'request', `no request "${name}"`);
    check (argument !== null && typeof argument === 'object' && !Array.isArray (argument), 'argument', 'not an object');
    return await handlers[name] (argument) ?? {};
  };
  socket.onAny ((name, ...args) => {
    const ack = args.at (-1);
    if (typeof ack !== 'function')
      return;
    run (name, args.length > 1 ? args[0] : {})
      .then (answer => ack ({ ok: true, ...answer }), error => ack ({ ok: false, error: HallError.from (error).to_wire () }));
  });
}

function sfu_requests (session, direction)
{
  return {
    getRouterRtpCapabilities: () => session.router_rtp_capabilities (),
    createWebRtcTransport: request => session.create_transport (request, direction),
    connectTransport: request => session.connect_transport (request),
    closeTransport: request => session.close_transport (request),
  };
}

export class Sockets
{
  constructor (hall, http)
  {
    this.hall = hall;
    this.io = new Server (http, {
      transports: ['websocket'], serveClient: false, pingInterval: hall.ping_interval, pingTimeout: hall.ping_timeout,
      maxHttpBufferSize: 1 << 20, perMessageDeflate: false, destroyUpgradeTimeout: 1000,
    });
    this.consoles = new Map ();         // socket → SfuSession
    this.candidates = new Map ();       // studentId → socket

    const admit = need => (socket, next) => {
      try
        {
          socket.data.session = hall.tokens.session (socket.handshake.auth?.token);
          socket.data.token = socket.handshake.auth.token;
          need (socket.data.session);
          next ();
        }
      catch (error)
        {
          next (refusal_of (error));
        }
    };
    this.io.use (admit (need_console));
    this.io.on ('connection', socket => this.#serve_console (socket));
    this.io.of ('/candidate').use (admit (session => need_role (session, ['candidate'])));
    this.io.of ('/candidate').on ('connection', socket => this.#serve_candidate (socket));
    // A namespace nobody serves is refused with the contract's code.
    this.io.of (/.*/).use ((socket, next) => next (refusal_of (new HallError ('not_found', 'no such namespace'))));

    hall.store.on ('event', (name, payload) => this.broadcast (name, payload));
    hall.store.on ('bypass', bypass => this.#tell_proctoring (bypass.studentId));
    hall.store.on ('intervention', intervention => this.#deliver (intervention));
  }

  /** To every console that has joined the exam. */
  broadcast (name, payload)
  {
    this.io.to (this.hall.store.exam.examId).emit (name, payload);
  }

  sfu_sessions ()
  {
    return [...this.consoles.values ()];
  }

  has_console (user)
  {
    return [...this.consoles.keys ()].some (socket => socket.data.session.user === user);
  }

  /** Cuts the TCP connection of every console, without a word. */
  drop_consoles ()
  {
    for (const socket of this.consoles.keys ())
      socket.conn.transport.socket?._socket?.destroy ();
  }

  expire (token)
  {
    for (const socket of this.consoles.keys ())
      if (socket.data.token === token)
        {
          socket.emit ('session_expired', {});
          socket.disconnect ();
        }
  }

  #serve_console (socket)
  {
    const { store, sfu } = this.hall;
    const session = new SfuSession (sfu, (event, payload) => socket.emit (event, payload));
    this.consoles.set (socket, session);

    const joined = handler => request => {
      if (!socket.data.joined)
        throw new HallError ('conflict', 'join an exam first');
      return handler (request);
    };
    const guarded = {
      ...sfu_requests (session, 'recv'),
      consume: request => session.consume (request),
      resumeConsumer: request => session.resume_consumer (request),
      pauseConsumer: request => session.pause_consumer (request),
      closeConsumer: request => session.close_consumer (request),
      requestKeyFrame: request => session.request_key_frame (request),
      setConsumerPreferredLayers: request => session.set_preferred_layers (request),
    };
    const handlers = {
      joinExam: ({ examId }) => {
        if (examId !== store.exam.examId)
          throw new HallError ('not_found', `no exam ${examId}`);
        socket.data.joined = true;
        socket.join (examId);
        for (const [part, state] of this.hall.degraded)
          socket.emit ('system', { part, degraded: true, ...state });
        return { serverTime: Date.now (), epoch: store.epoch, seq: store.seq, exam: store.exam_now () };
      },
      leaveExam: () => {
        socket.data.joined = false;
        socket.leave (store.exam.examId);
      },
    };
    for (const [name, handler] of Object.entries (guarded))
      handlers[name] = joined (handler);
    serve_requests (socket, handlers, { per_second: CONSOLE_RATE });

    socket.on ('disconnect', () => {
      session.close ();
      this.consoles.delete (socket);
    });
  }

  #serve_candidate (socket)
  {
    const { store, sfu } = this.hall;
    const id = socket.data.session.studentId;
    const session = new SfuSession (sfu, (event, payload) => socket.emit (event, payload));
    this.candidates.get (id)?.disconnect ();
    this.candidates.set (id, socket);

    serve_requests (socket, {
      ...sfu_requests (session, 'send'),
      joinAsCandidate: ({ platform = null }) => {
        const candidate = store.candidate (id);
        const now = Date.now ();
        store.update (id, { connected: true, joinedAt: candidate.joinedAt ?? now, lastSeenAt: now, leftAt: null, platform });
        return { serverTime: now, examId: store.exam.examId, studentId: id, exam: store.exam_now (), state: candidate.state,
                 proctoring: store.proctoring (id), bypass: candidate.bypass };
      },
      produce: async request => {
        const producer = await session.produce (request);
        const wire = { producerId: producer.id, source: request.source, kind: producer.kind, worker: sfu.worker_id };
        sfu.publish (producer, () => store.remove_producer (id, producer.id));
        store.add_producer (id, wire);
        return { id: producer.id };
      },
      pauseProducer: ({ producerId }) => session.producer (producerId).pause (),
      resumeProducer: ({ producerId }) => session.producer (producerId).resume (),
      closeProducer: ({ producerId }) => session.producer (producerId).close (),
      raiseHand: ({ raised }) => {
        check (typeof raised === 'boolean', 'raised', 'a boolean');
        store.update (id, { handRaised: raised });
      },
      acknowledge: ({ interventionId }) => {
        const intervention = (store.interventions.get (id) ?? []).find (i => i.id === interventionId);
        if (!intervention)
          throw new HallError ('not_found', 'no such intervention');
        intervention.acknowledgedAt = Date.now ();
        store.publish ('intervention', intervention);
      },
    });

    socket.on ('disconnect', async () => {
      session.close ();
      await sfu.settle ();
      if (this.candidates.get (id) !== socket)
        return;
      this.candidates.delete (id);
      for (const { producerId } of store.candidate (id).producers)
        store.remove_producer (id, producerId);
      store.left (id);
    });
  }

  #tell_proctoring (id)
  {
    this.candidates.get (id)?.emit ('proctoring', { proctoring: this.hall.store.proctoring (id), bypass: this.hall.store.candidate (id).bypass });
  }

  #deliver (intervention)
  {
    const socket = this.candidates.get (intervention.studentId);
    if (!socket)
      return;
    const { by, ...told } = intervention;
    socket.emit ('intervention', told);
    intervention.deliveredAt = Date.now ();
    this.hall.store.publish ('intervention', intervention);
  }
}
