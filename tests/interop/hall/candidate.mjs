// SPDX-License-Identifier: GPL-3.0-or-later
// A candidate in a real browser (docs/protocol.md, section 11): publishes webcam
// and microphone with mediasoup-client, makes the events call every few seconds
// and does what it answers. Bundled by esbuild; hall.mjs serves it.
//
// The rule above all: no failure here stops the candidate. Everything is tried
// again with a longer and longer pause.
import { Device } from 'mediasoup-client';
import { io } from 'socket.io-client';

const { token, examId, studentId } = JSON.parse (decodeURIComponent (location.hash.slice (1)));
const api = `/api/v1/exams/${encodeURIComponent (examId)}/candidates/${encodeURIComponent (studentId)}`;
const socket = io ('/candidate', { transports: ['websocket'], auth: { token } });

let media = null;               // the camera and microphone while proctoring is on
let transport = null;
let producers = [];
let proctoring = 'off';
let interval_seconds = 5;
let pending = [];               // violations of the next events call
let publishing = Promise.resolve ();

function show (text)
{
  document.getElementById ('state').textContent = text;
  console.log (`candidate: ${text}`);
}

const pause = ms => new Promise (done => setTimeout (done, ms));

async function ask (name, argument = {})
{
  const answer = await socket.timeout (10000).emitWithAck (name, argument);
  if (!answer.ok)
    throw Object.assign (new Error (answer.error.message), { code: answer.error.code });
  return answer;
}

/* Two at once would publish twice: one after the other. */
function set_proctoring (wanted)
{
  publishing = publishing.then (() => wanted === 'on' ? start () : stop ()).catch (error => show (`trouble: ${error.message}`));
  return publishing;
}

async function start ()
{
  proctoring = 'on';
  for (let attempt = 0; proctoring === 'on' && socket.connected && !transport; attempt++)
    try
      {
        await publish ();
        show ('publishing');
      }
    catch (error)
      {
        transport?.close ();
        transport = null;
        show (`waiting: ${error.message}`);
        await pause (Math.min (500 * 2 ** attempt, 5000));
      }
}

async function publish ()
{
  media ??= await navigator.mediaDevices.getUserMedia ({ audio: true, video: { width: 320, height: 240, frameRate: 10 } });
  document.getElementById ('own').srcObject = media;

  const device = new Device ({ handlerName: 'Chrome111' });
  await device.load ({ routerRtpCapabilities: (await ask ('getRouterRtpCapabilities')).rtpCapabilities });
  const { id, iceParameters, iceCandidates, dtlsParameters } = await ask ('createWebRtcTransport', { direction: 'send' });
  transport = device.createSendTransport ({ id, iceParameters, iceCandidates, dtlsParameters });
  transport.on ('connect', ({ dtlsParameters: own }, done, failed) =>
    ask ('connectTransport', { transportId: id, dtlsParameters: own }).then (done, failed));
  transport.on ('produce', ({ kind, rtpParameters, appData }, done, failed) =>
    ask ('produce', { transportId: id, kind, rtpParameters, source: appData.source }).then (done, failed));

  const vp8 = device.rtpCapabilities.codecs.find (codec => codec.mimeType.toLowerCase () === 'video/vp8');
  producers = [
    await transport.produce ({ track: media.getVideoTracks ()[0].clone (), codec: vp8, encodings: [{ maxBitrate: 300000 }], appData: { source: 'webcam' } }),
    await transport.produce ({ track: media.getAudioTracks ()[0].clone (), appData: { source: 'microphone' } }),
  ];
}

async function stop ()
{
  proctoring = 'off';
  // The hall hears of it before the packets end: nobody is to wonder why.
  await Promise.all (producers.map (({ id }) => ask ('closeProducer', { producerId: id }).catch (() => {})));
  producers = [];
  transport?.close ();
  transport = null;
  media?.getTracks ().forEach (track => track.stop ());
  media = null;
  document.getElementById ('own').srcObject = null;
  show ('proctoring is off');
}

/* What this machine can see by itself: the picture as JPEG, and how dark it is. */
async function look ()
{
  const own = document.getElementById ('own');
  if (!media || !own.videoWidth)
    return null;
  const canvas = new OffscreenCanvas (own.videoWidth, own.videoHeight);
  const context = canvas.getContext ('2d');
  context.drawImage (own, 0, 0);
  const { data } = context.getImageData (0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 64)
    sum += data[i] + data[i + 1] + data[i + 2];
  return { brightness: sum / (data.length / 64) / 3, jpeg: await canvas.convertToBlob ({ type: 'image/jpeg', quality: 0.8 }) };
}

async function call (path, options)
{
  const response = await fetch (api + path, { method: 'POST', ...options, headers: { authorization: `Bearer ${token}`, ...options.headers } });
  if (!response.ok)
    throw new Error (`${path}: ${response.status}`);
  return response.json ();
}

async function tell_events ()
{
  const seen = await look ();
  const at = Date.now ();
  if (seen)
    {
      await call (`/evidence?kind=camera&at=${at}`, { body: seen.jpeg, headers: { 'content-type': 'image/jpeg' } });
      if (seen.brightness < 60)
        pending.push ({ type: 'low_light', at });
    }
  const violations = pending.splice (0, 100);
  const answer = await call ('/events', {
    body: JSON.stringify ({ batch: crypto.randomUUID (), at, violations, isStreaming: transport !== null }),
    headers: { 'content-type': 'application/json' },
  }).catch (error => { pending = [...violations, ...pending]; throw error; });
  interval_seconds = answer.intervalSeconds;
  if (answer.proctoring !== proctoring || (answer.proctoring === 'on' && !transport))
    await set_proctoring (answer.proctoring);
}

async function events_forever ()
{
  for (;;)
    {
      await tell_events ().catch (error => show (`events: ${error.message}`));
      await pause (interval_seconds * 1000);
    }
}

document.addEventListener ('visibilitychange', () => {
  if (document.hidden)
    pending.push ({ type: 'tab_switch', at: Date.now () });
});

socket.on ('connect', async () => {
  try
    {
      const joined = await ask ('joinAsCandidate', { platform: navigator.userAgent.match (/\w*Chrome\/\d+/)?.[0] ?? 'browser' });
      transport?.close ();
      transport = null;
      await set_proctoring (joined.proctoring);
    }
  catch (error)
    {
      show (`join: ${error.message}`);
    }
});
socket.on ('disconnect', () => {
  transport?.close ();
  transport = null;
  show ('not connected, trying again');
});
socket.on ('transport_closed', () => {
  transport?.close ();
  transport = null;
  set_proctoring (proctoring);
});
socket.on ('intervention', ({ id, kind, text }) => {
  const item = document.createElement ('li');
  item.textContent = `${kind}: ${text ?? ''}`;
  document.getElementById ('messages').append (item);
  if (kind === 'warn')
    ask ('acknowledge', { interventionId: id }).catch (() => {});
});
socket.on ('connect_error', error => show (`refused: ${error.message}`));

events_forever ();
