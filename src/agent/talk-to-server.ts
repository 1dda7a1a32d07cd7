import { createHash, createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock, TimeSource } from './keep-time.ts';

// One way to the server: signed, compressed where it pays, in bounded time; every answer also tells the time.

const timeoutMs = 30_000;
const answerMaxBytes = 8 * 1024 * 1024;
const compressMinBytes = 512;
const compress = promisify(gzip);

/** `deviceId:deviceKey` as enrolling a device shows it. */
export type DeviceKey = { readonly deviceId: string; readonly secret: string };

export type Answer = {
  readonly status: number;
  readonly json: unknown;
  readonly retryAfterMs: number | null;
};
export type Server = {
  /** The answer, or null when none came. */
  post(path: string, body: unknown): Promise<Answer | null>;
  /** Bytes that went out, bodies only, since the start. */
  readonly bytesSent: () => number;
};

/**
 * HMAC-SHA256 of the body as it was before compression. Its key is SHA-256 of the device key, which is all that the
 * server keeps of it, so both sides can compute it and a stored batch can be checked later.
 */
export function signBody(secret: string, body: string): string {
  const key = createHash('sha256').update(secret).digest();
  return `hmac-sha256=${createHmac('sha256', key).update(body).digest('base64url')}`;
}

export function talkTo(origin: string, device: DeviceKey, clock: Clock, time: TimeSource): Server {
  let bytesSent = 0;
  return {
    bytesSent: () => bytesSent,
    async post(path, body) {
      const text = JSON.stringify(body);
      const packed = text.length >= compressMinBytes ? await compress(text) : null;
      const sentMs = time.monotonic();
      try {
        const answer = await fetch(origin + path, {
          method: 'POST',
          headers: {
            authorization: `Device ${device.deviceId}:${device.secret}`,
            'content-type': 'application/json',
            accept: 'application/json',
            'ngoma-signature': signBody(device.secret, text),
            ...(packed === null ? {} : { 'content-encoding': 'gzip' }),
          },
          body: packed === null ? text : new Uint8Array(packed),
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        });
        bytesSent += packed?.length ?? Buffer.byteLength(text);
        const serverMs = Date.parse(answer.headers.get('date') ?? '');
        if (!Number.isNaN(serverMs)) clock.learn(sentMs, time.monotonic(), serverMs);
        return {
          status: answer.status,
          json: await readJson(answer),
          retryAfterMs: readRetryAfter(answer.headers.get('retry-after')),
        };
      } catch {
        return null; // no network, no server, no answer in time: the caller tries again
      }
    },
  };
}

async function readJson(answer: Response): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += (part as Uint8Array).length;
    if (length > answerMaxBytes) throw new RangeError('the answer is too long');
    parts.push(part as Uint8Array);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    return null; // a proxy in between answers in HTML
  }
}

/** Seconds only: a date would need a clock that is right. */
function readRetryAfter(header: string | null): number | null {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}
