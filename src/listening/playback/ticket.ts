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
