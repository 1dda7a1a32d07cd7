import { createHash, createHmac, randomBytes } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { isUuid, type Id, type UserId } from '#foundation/kernel/ids.ts';
import { dayMs, minuteMs, secondMs, type Instant } from '#foundation/kernel/time.ts';
import type { SigningKey } from './signing-key.ts';

export type SessionId = Id<'session'>;

export const accessTokenMs = 10 * minuteMs;
/** A refresh token unused for this long is worth nothing. */
export const refreshIdleMs = 30 * dayMs;
/** However often it is refreshed, a session ends (ASVS 10.4.8). */
export const sessionMsMax = 90 * dayMs;
/** A client whose answer was lost may ask again for this long and gets the same successor. */
export const refreshRepeatMs = 30 * secondMs;

const issuer = 'ngoma';
const audience = 'ngoma-api';
const tokenType = 'at+jwt'; // RFC 9068: nothing else we may ever sign passes for an access token
const algorithm = 'EdDSA';
const clockToleranceS = 5;

export type AccessClaims = { readonly userId: UserId; readonly sessionId: SessionId };

export async function signAccessToken(
  key: SigningKey,
  claims: AccessClaims,
  now: Instant,
): Promise<string> {
  const issuedS = Math.floor(now / secondMs);
  return new SignJWT({ sid: claims.sessionId })
    .setProtectedHeader({ alg: algorithm, typ: tokenType, kid: key.id })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(claims.userId)
    .setIssuedAt(issuedS)
    .setNotBefore(issuedS)
    .setExpirationTime(issuedS + accessTokenMs / secondMs)
    .sign(key.privateKey);
}

/** Null for anything but a token of ours that is valid now. The key is ours alone: jku, x5u and jwk are never looked at. */
export async function verifyAccessToken(
  key: SigningKey,
  token: string,
  now: Instant,
): Promise<AccessClaims | null> {
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [algorithm],
      typ: tokenType,
      issuer,
      audience,
      requiredClaims: ['sub', 'sid', 'iat', 'nbf', 'exp'],
      currentDate: new Date(now),
      clockTolerance: clockToleranceS,
    });
    const { sub, sid } = payload;
    if (typeof sub !== 'string' || typeof sid !== 'string' || !isUuid(sub) || !isUuid(sid))
      return null;
    return { userId: sub as UserId, sessionId: sid as SessionId };
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/** 256 random bits, opaque to whoever holds them. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret of 256 random bits; such a secret needs no slow hash. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The only successor a refresh token can have, so that a repeated request gets the same answer without our keeping it. */
export function successorOf(key: SigningKey, refreshToken: string): string {
  return createHmac('sha256', key.successorSecret).update(refreshToken).digest('base64url');
}
