import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { hourMs, type Instant } from '#foundation/kernel/time.ts';

// An <audio> element sends no Authorization header, so the address itself carries the right to be read: for one
// recording, until an hour, signed. It says nothing of who listens.

const validMs = 12 * hourMs;

export function ticketFor(secret: Buffer, recordingId: RecordingId, now: Instant): string {
  // To the full hour, so that hearing a song again finds it in the browser's cache.
  const until = ((Math.ceil(now / hourMs) * hourMs + validMs) / 1000).toString(36);
  return `${until}.${sign(secret, recordingId, until)}`;
}

export function isTicketValid(
  secret: Buffer,
  recordingId: RecordingId,
  ticket: string,
  now: Instant,
): boolean {
  const [until, signature] = ticket.split('.');
  if (until === undefined || signature === undefined || parseInt(until, 36) * 1000 < now)
    return false;
  const expected = Buffer.from(sign(secret, recordingId, until));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function sign(secret: Buffer, recordingId: RecordingId, until: string): string {
  return createHmac('sha256', secret).update(`media ${recordingId} ${until}`).digest('base64url');
}

const sessionTicketMs = 24 * hourMs;

/** The right to fetch the segments of one recording in one session, for 24 hours: part of the path, so that relative addresses keep it. */
export function sessionTicket(
  secret: Buffer,
  recordingId: RecordingId,
  sessionId: string,
  now: Instant,
): string {
  const until = Math.ceil((now + sessionTicketMs) / 1000).toString(36);
  return `${sessionId}.${until}.${signSession(secret, recordingId, sessionId, until)}`;
}

/** The session a ticket is of and until when it holds; null where it was not made here, or for another recording. */
export function readSessionTicket(
  secret: Buffer,
  recordingId: string,
  ticket: string,
): { readonly sessionId: string; readonly untilMs: number } | null {
  const [sessionId, until, signature, more] = ticket.split('.');
  if (!sessionId || !until || !signature || more !== undefined) return null;
  const expected = Buffer.from(signSession(secret, recordingId, sessionId, until));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return { sessionId, untilMs: parseInt(until, 36) * 1000 };
}

function signSession(
  secret: Buffer,
  recordingId: string,
  sessionId: string,
  until: string,
): string {
  return createHmac('sha256', secret)
    .update(`hls ${recordingId} ${sessionId} ${until}`)
    .digest('base64url');
}
