// SPDX-License-Identifier: GPL-3.0-or-later
// The test's hand in the hall: one JSON command a line on stdin, answered with
// {"event":"done","cmd",…} or {"event":"error","cmd","message"} on stdout.
// None of it is part of the protocol.
import { createInterface } from 'node:readline';

export function tell (object)
{
  process.stdout.write (JSON.stringify (object) + '\n');
}

async function state_of (hall)
{
  const transports = [];
  for (const session of hall.sockets.sfu_sessions ())
    for (const transport of session.transports.values ())
      {
        const [stats] = await transport.getStats ().catch (() => [null]);
        transports.push ({ ice: transport.iceState, dtls: transport.dtlsState, tuple: transport.iceSelectedTuple ?? null,
                           received: stats?.bytesReceived ?? null, sent: stats?.bytesSent ?? null });
      }
  const consumers = {};
  for (const session of hall.sockets.sfu_sessions ())
    for (const consumer of session.consumers.values ())
      consumers[consumer.producerId] = consumer.paused ? 'paused' : 'playing';
  const candidates = {};
  for (const candidate of hall.store.candidates.values ())
    {
      const webcam = candidate.producers.find (p => p.source === 'webcam');
      candidates[candidate.studentId] = {
        look: hall.feeds.has (candidate.studentId) ? hall.feeds.get (candidate.studentId).look % hall.studio.looks : null,
        connected: candidate.connected, isStreaming: candidate.isStreaming, webcam: webcam?.producerId ?? null,
        consumed: webcam ? consumers[webcam.producerId] ?? null : null, bypass: candidate.bypass?.active ?? false, score: candidate.score,
      };
    }
  return { transports, consoles: hall.sockets.consoles.size, consumers: Object.keys (consumers).length,
           playing: Object.values (consumers).filter (c => c === 'playing').length, sfu_pid: hall.sfu.pid, seq: hall.store.seq,
           key_frames: hall.studio.streams.reduce ((sum, s) => sum + s.key_frame_requests, 0), candidates };
}

/** The commands; each gets its line's members, may return members for the answer. */
function make_commands (hall)
{
  // A new producer takes the place of a candidate's webcam.
  const renew = async (id, change) => {
    const feed = hall.feeds.get (id);
    hall.unproduce (id, 'webcam');
    await hall.sfu.settle ();
    Object.assign (feed, change, { webcam: null });
    await hall.produce (id);
  };

  return {
    state: () => state_of (hall),
    // A feed appears, ends, or is produced but silent (and speaks again).
    add_producer: ({ studentId }) => hall.produce (studentId),
    close_producer: ({ studentId, source }) => hall.unproduce (studentId, source),
    freeze: ({ studentId, frozen = true }) => { hall.feeds.get (studentId).webcam.frozen = frozen; },
    // What no camera should send: random payloads ('payload') or a payload type that was not agreed on ('type'); null: as before.
    garbage: ({ studentId, kind = null }) => { hall.feeds.get (studentId).webcam.garbage = kind; },
    // In band, on the same producer.
    resize: async ({ studentId, larger = true }) => {
      const { webcam, look } = hall.feeds.get (studentId);
      const studio = larger ? await hall.other_studio (studentId, { larger: true }) : hall.studio;
      webcam.replace_stream (studio.stream ('video', look));
    },
    codec: ({ studentId, codec = null }) => renew (studentId, { codec }),
    // In two sizes at once, of which each consumer gets one.
    simulcast: ({ studentId, simulcast = true }) => renew (studentId, { simulcast }),
    // A candidate arrives, or goes.
    add_candidate: ({ studentId, name }) => { hall.store.add_candidate ({ studentId, name }); },
    leave: ({ studentId }) => { hall.unproduce (studentId); hall.store.left (studentId); },
    // One who left is back; his webcam as well, if it is this hall that feeds it.
    come_back: async ({ studentId }) => {
      hall.store.update (studentId, { connected: true, leftAt: null, lastSeenAt: Date.now () });
      if (hall.sfu?.router && !hall.store.exam.sfu)
        await hall.produce (studentId);
    },
    // The exam's video comes from a Janus: those many candidates publish there, the first as feed 1, mid "0"; of those the
    // first so many have a microphone as well, in the mid behind it.
    janus: ({ url, room, pin, candidates, first = 0, voices = 0 }) => {
      hall.store.exam.sfu = { kind: 'janus', url, room, pin };
      for (let i = first; i < candidates; i++)
        {
          const id = `s-${String (i + 1).padStart (5, '0')}`;
          hall.store.add_producer (id, { producerId: `${i + 1}/${i}`, source: 'webcam', kind: 'video', worker: null });
          if (i < voices)
            hall.store.add_producer (id, { producerId: `${i + 1}/${i + 1}`, source: 'microphone', kind: 'audio', worker: null });
        }
    },
    janus_left: ({ index }) => {
      const id = `s-${String (index + 1).padStart (5, '0')}`;
      hall.store.remove_producer (id, `${index + 1}/${index}`);
      hall.store.remove_producer (id, `${index + 1}/${index + 1}`);
    },
    // The exam's video comes over WHEP: those many candidates have an endpoint there, the first as mountpoint-1; of those the
    // first so many have one for their microphone as well.
    whep: ({ url, token, candidates, first = 0, voices = 0 }) => {
      hall.store.exam.sfu = { kind: 'whep', url, token };
      for (let i = first; i < candidates; i++)
        {
          const id = `s-${String (i + 1).padStart (5, '0')}`;
          hall.store.add_producer (id, { producerId: `mountpoint-${i + 1}`, source: 'webcam', kind: 'video', worker: null });
          if (i < voices)
            hall.store.add_producer (id, { producerId: `microphone-${i + 1}`, source: 'microphone', kind: 'audio', worker: null });
        }
    },
    whep_left: ({ index }) => {
      const id = `s-${String (index + 1).padStart (5, '0')}`;
      hall.store.remove_producer (id, `mountpoint-${index + 1}`);
      hall.store.remove_producer (id, `microphone-${index + 1}`);
    },
    // The SFU's worker dies and comes back by itself; a frozen one just hangs.
    kill_worker: ({ restartMs }) => {
      if (restartMs !== undefined)
        hall.sfu.restart_ms = restartMs;
      process.kill (hall.sfu.pid, 'SIGKILL');
      return { pid: hall.sfu.pid };
    },
    freeze_worker: ({ frozen = true }) => { process.kill (hall.sfu.pid, frozen ? 'SIGSTOP' : 'SIGCONT'); },
    // The server ends every console's transport, and says so.
    close_transports: () => {
      for (const session of hall.sockets.sfu_sessions ())
        for (const transport of [...session.transports.values ()])
          {
            session.tell ('transport_closed', { transportId: transport.id, reason: 'closed by the test' });
            transport.close ();
          }
    },
    // What the next transports can be reached over, and the TURN servers that come with them.
    network: ({ udp = true, tcp = false, iceServers = null, iceTransportPolicy = null }) => {
      hall.sfu.network = { udp, tcp };
      hall.sfu.relays = iceServers ? { iceServers, iceTransportPolicy } : {};
    },
    // Every console's connection, cut; or its token, expired.
    drop_consoles: () => hall.sockets.drop_consoles (),
    expire: ({ role }) => { hall.tokens.expire (hall.consoles[role]); hall.sockets.expire (hall.consoles[role]); },
    token: ({ role, expiresAt = null }) => ({ token: hall.consoles[role] = hall.tokens.issue ({ user: `${role}.one`, role, expires_at: expiresAt }) }),
    // Scores.
    pause_scores: () => { hall.scores_paused = true; },
    resume_scores: () => { hall.scores_paused = false; },
    score: ({ studentId, score, flags = [] }) => hall.sockets.broadcast ('proctoring_score', {
      studentId, quizId: hall.store.exam.quizId, score, flags, timestamp: Date.now () }),
    batch: () => hall.sockets.broadcast ('proctoring_scores', [...hall.store.candidates.keys ()].map (id => hall.store.rescore (id))),
    violation: ({ studentId, type }) => ({ violation: hall.violate (studentId, type) }),
    // A webcam as plain RTP to a port of the test's: proves what the SFU forwards.
    tap: ({ studentId, port }) => hall.tap (studentId, port),
    // Anything at all, as an event to every console.
    emit: ({ name, payload }) => hall.sockets.broadcast (name, payload),
    system: ({ part, degraded, reason = null }) => degraded ? hall.degrade (part, reason) : hall.restore (part),
    // The address a real browser opens to be this candidate.
    invite: ({ studentId, name = studentId }) => ({ url: hall.invite (studentId, name) }),
    config: ({ studentId }) => hall.store.config (studentId),
  };
}

export function listen_for_commands (hall, quit)
{
  const commands = { ...make_commands (hall), quit };
  createInterface ({ input: process.stdin })
    .on ('line', async line => {
      let cmd = null;
      try
        {
          const { cmd: name, ...rest } = JSON.parse (line);
          cmd = name;
          if (!Object.hasOwn (commands, cmd))
            throw new Error (`no command "${cmd}"`);
          const answer = await commands[cmd] (rest);
          tell ({ event: 'done', cmd, ...(answer && typeof answer === 'object' ? answer : {}) });
        }
      catch (error)
        {
          tell ({ event: 'error', cmd, message: error.message });
        }
    })
    .on ('close', quit);
}
