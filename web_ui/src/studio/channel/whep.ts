/** Plays the preview of a live stream by WebRTC (WHEP). */
import { Problem, problemOf } from '../../../shared/problem';
import { post } from '../api/http';

interface Ticket {
  url: string;
  token: string;
}

/** Codes of problems of the server, and our own: no WebRTC, no picture in time, a connection that was lost. */
export const REASONS = [
  'previews_off',
  'not_running',
  'not_received',
  'received_elsewhere',
  'no_pictures',
  'too_many_previews',
  'no_webrtc',
  'no_picture',
  'lost',
] as const;
export type Reason = (typeof REASONS)[number];

/** Until the first picture: keyframes are at most two seconds apart. */
const PICTURE_MS = 10_000;
/** A connection that is interrupted for longer is lost. */
const INTERRUPTED_MS = 2_000;

export const reasonOf = (error: unknown): Reason | null =>
  REASONS.find((reason) => error instanceof Problem && error.code === reason) ?? null;

/** The offer to receive one video track and one audio track, with what the server needs of ICE. */
async function offerOf(connection: RTCPeerConnection): Promise<string> {
  for (const kind of ['video', 'audio']) connection.addTransceiver(kind, { direction: 'recvonly' });
  await connection.setLocalDescription(await connection.createOffer());
  return connection.localDescription!.sdp;
}

/** The answer to an offer, and the address that ends the preview. The host is that of this page. */
async function answerOf(ticket: Ticket, offer: string, signal: AbortSignal) {
  const { pathname } = new URL(ticket.url, location.href);
  const response = await fetch(pathname, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${ticket.token}` },
    credentials: 'omit',
    body: offer,
    signal,
  });
  if (response.status !== 201) throw await problemOf(response);
  return { sdp: await response.text(), place: response.headers.get('Location') };
}

/**
 * Plays the preview of a channel in `video` until `signal` is aborted. Resolves at its first picture; `onLost` is
 * called when it ends by itself after that. Rejects with a Problem when it does not come.
 */
export async function playPreview(
  channel: string,
  video: HTMLVideoElement,
  signal: AbortSignal,
  onLost: () => void,
): Promise<void> {
  if (!('RTCPeerConnection' in window)) throw new Problem(0, 'no_webrtc');
  const connection = new RTCPeerConnection();
  let place: string | null = null;
  let timer = 0;
  const stop = () => {
    window.clearTimeout(timer);
    connection.close();
    video.srcObject = null;
    if (place) void fetch(place, { method: 'DELETE', credentials: 'omit', keepalive: true }).catch(() => {});
  };
  signal.addEventListener('abort', stop, { once: true });
  const stream = new MediaStream();
  connection.addEventListener('track', ({ track, receiver }) => {
    stream.addTrack(track);
    if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
  });
  const ticket = await post<Ticket>(`/api/v1/dashboard/channels/${channel}/preview`, {}, { signal });
  const answer = await answerOf(ticket, await offerOf(connection), signal);
  place = answer.place;
  if (signal.aborted) return stop();
  video.srcObject = stream;
  await connection.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
  await new Promise<void>((resolve, reject) => {
    timer = window.setTimeout(() => reject(new Problem(0, 'no_picture')), PICTURE_MS);
    video.addEventListener('loadeddata', () => resolve(), { once: true });
    connection.addEventListener('connectionstatechange', () => {
      if (connection.connectionState === 'failed') reject(new Problem(0, 'no_picture'));
    });
  });
  window.clearTimeout(timer);
  connection.addEventListener('connectionstatechange', () => {
    window.clearTimeout(timer);
    const state = connection.connectionState;
    if (signal.aborted) return;
    if (state === 'failed' || state === 'closed') onLost();
    else if (state === 'disconnected') timer = window.setTimeout(onLost, INTERRUPTED_MS);
  });
}
