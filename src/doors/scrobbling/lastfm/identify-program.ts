import type { ScrobblingContext } from '../context.ts';
import {
  findByApiKey,
  findBySessionKey,
  findByToken,
  md5,
  sameText,
  sharedSecretOf,
  type Person,
} from '../tokens.ts';
import { fail, type Failure } from './errors.ts';

export type Fields = ReadonlyMap<string, string>;

/** A program that calls, and whom it may speak for. */
export type Program = {
  readonly kind: 'program';
  readonly apiKey: string | null;
  /** Whose token the api_key is the public name of, when the request is signed with its secret. */
  readonly signer: Person | null;
  readonly person: Person | null;
};

const apiKeyCharsMax = 64;

/**
 * Who calls. An api_key of ours has a shared secret, so its signature is checked wherever Last.fm wants one, and anywhere
 * it is given. Other programs carry keys whose secrets only Last.fm knows; they are known by the session key alone.
 * A scrobble token serves as session key and as api_key too.
 */
export async function identifyProgram(
  ctx: ScrobblingContext,
  fields: Fields,
  mustSign: boolean,
): Promise<Program | Failure> {
  const apiKey = fields.get('api_key') ?? null;
  if (apiKey !== null && apiKey.length > apiKeyCharsMax) return fail(10);
  const owner = apiKey === null ? null : await findByApiKey(ctx, apiKey);
  const signature = fields.get('api_sig');
  if (owner !== null && (mustSign || signature !== undefined)) {
    const expected = signatureOf(fields, sharedSecretOf(ctx, owner.tokenId));
    if (signature === undefined || !sameText(signature.toLowerCase(), expected)) return fail(13);
  }
  const signer = signature === undefined ? null : owner;
  const sessionKey = fields.get('sk');
  if (sessionKey === undefined || sessionKey === '') {
    const person = signer ?? (apiKey === null ? null : await findByToken(ctx, apiKey));
    return { kind: 'program', apiKey, signer, person };
  }
  const person = (await findBySessionKey(ctx, sessionKey)) ?? (await findByToken(ctx, sessionKey));
  return person === null ? fail(9) : { kind: 'program', apiKey, signer, person };
}

const unsigned = new Set(['api_sig', 'format', 'callback']);

/** md5 over every name and value in order of names, and the secret. */
export function signatureOf(fields: Fields, secret: string): string {
  const text = [...fields]
    .filter(([name]) => !unsigned.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value)
    .join('');
  return md5(text + secret).toString('hex');
}
