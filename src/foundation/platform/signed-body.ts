import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

// A body that somebody signed is kept as it was sent until the request is over: JSON written again is not the same bytes.

const header = 'ngoma-signature';
const bodies = new WeakMap<FastifyRequest, Buffer>();

export type SignatureCheck = 'unsigned' | 'right' | 'wrong';

/** The body as it was before compression. */
export function keepSigned(request: FastifyRequest, body: Buffer): void {
  if (request.headers[header] !== undefined) bodies.set(request, body);
}

/**
 * Checks `Ngoma-Signature: hmac-sha256=<base64url>` of the body. `keyHash` is SHA-256 of the device key and the key of the
 * HMAC: it is what the server keeps, so a stored batch can be checked later too.
 */
export function checkSignature(request: FastifyRequest, keyHash: Buffer): SignatureCheck {
  const given = request.headers[header];
  if (given === undefined) return 'unsigned';
  const body = bodies.get(request);
  const text = /^hmac-sha256=([\w-]{43})$/.exec(String(given))?.[1];
  if (body === undefined || text === undefined) return 'wrong';
  const expected = createHmac('sha256', keyHash).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(text, 'base64url')) ? 'right' : 'wrong';
}
