import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { addressOf } from '#foundation/platform/http.ts';
import type { Listener, SubsonicContext } from './context.ts';
import type { Failure } from './envelope.ts';
import { textOf, type Params } from './read-call.ts';

// Who plays: an app password by token and salt or in the clear, or an API key. Wrong guesses are counted for the account and
// the address together, so that nobody locks out whoever shares an address.

const wrongGuessesMax = 30;
const windowS = 60;

export type IdentifyPlayer = (
  request: FastifyRequest,
  params: Params,
) => Promise<Listener | Failure>;

export function createIdentifyPlayer(ctx: SubsonicContext): IdentifyPlayer {
  const wrong = new RateLimiterMemory({ points: wrongGuessesMax, duration: windowS });
  return async (request, params) => {
    const [user, token, salt, password, apiKey] = ['u', 't', 's', 'p', 'apiKey'].map((name) =>
      textOf(params, name),
    );
    if (apiKey !== null) {
      if (user !== null || token !== null || password !== null)
        return failure(43, 'An API key comes alone: leave out u, p, t and s.');
      return (await ctx.byApiKey(apiKey!)) ?? failure(44, 'This API key is not valid.');
    }
    if (user === null) return failure(10, 'Required parameter is missing: u, or apiKey.');
    if (password === null && (token === null || salt === null))
      return failure(10, 'Required parameters are missing: t and s, or p.');
    const key = `${addressOf(request)} ${user!.toLowerCase()}`;
    const tried = await wrong.get(key);
    if (tried !== null && tried.consumedPoints >= wrongGuessesMax)
      return failure(40, 'Too many wrong passwords; wait a minute.');
    const listener = await ctx.byAppPassword(user!, (known) =>
      password === null ? isToken(known, token!, salt!) : isSame(clear(password!), known),
    );
    if (listener !== null) return listener;
    await wrong.consume(key).catch(() => {}); // only counted here; the next call is refused
    return failure(
      40,
      'Wrong username or password. Players sign in with a password of their own, from Settings, Players.',
    );
  };
}

/** `t = md5(password + salt)`: the protocol's proof of knowing, not a way to store anything. */
function isToken(password: string, token: string, salt: string): boolean {
  return isSame(
    token.toLowerCase(),
    createHash('md5')
      .update(password + salt)
      .digest('hex'),
  );
}

/** In the clear, or as `enc:` and hexadecimal. */
function clear(password: string): string {
  return password.startsWith('enc:')
    ? Buffer.from(password.slice(4), 'hex').toString('utf8')
    : password;
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function failure(code: Failure['code'], message: string): Failure {
  return { code, message };
}
