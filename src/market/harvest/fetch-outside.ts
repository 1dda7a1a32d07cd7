import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

// One request to the outside, bounded in everything a stranger can make large: time, bytes before and after unpacking,
// redirects, and where it may lead. Only addresses of the public internet, or the one an operator wrote down.

export type PinAddress = (
  host: string,
  allowPrivate: boolean,
) => Promise<{ readonly kind: 'address'; readonly address: string } | { readonly kind: string }>;

export type Fetched = {
  readonly kind: 'fetched';
  readonly status: number;
  readonly contentType: string | null;
  readonly etag: string | null;
  readonly retryAfterS: number | null;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
};
export type NotFetched = { readonly kind: 'not fetched'; readonly problem: string };

export type FetchOptions = {
  readonly pinAddress: PinAddress;
  /** The host an operator named; it may lie inside the own network, where a redirect may not lead. */
  readonly trustedHost: string | null;
  readonly etag?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

export const bodyMaxBytes = 16 * 1024 * 1024;
const timeMaxMs = 20_000;
const redirectsMax = 5;
const userAgent = 'Ngoma/0.1 (open music platform; the operator of this installation)';

export async function fetchOutside(
  address: string,
  options: FetchOptions,
): Promise<Fetched | NotFetched> {
  const deadline = AbortSignal.any([
    AbortSignal.timeout(timeMaxMs),
    ...(options.signal === undefined ? [] : [options.signal]),
  ]);
  let next = address;
  for (let hop = 0; hop <= redirectsMax; hop++) {
    const answer = await request(next, options, deadline);
    if (answer.kind !== 'redirect') return answer;
    next = new URL(answer.to, next).href;
  }
  return failed(`It was redirected more than ${redirectsMax} times.`);
}

type Redirect = { readonly kind: 'redirect'; readonly to: string };

async function request(
  address: string,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<Fetched | NotFetched | Redirect> {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol))
    return failed('The address is none of http or https.');
  const pinned = await options.pinAddress(url.hostname, url.host === options.trustedHost);
  if (pinned.kind === 'forbidden')
    return failed(`${url.hostname} lies inside this network, and no setting names it.`);
  if (!('address' in pinned)) return failed(`${url.hostname} has no address.`);
  // The name was judged by this address, so the connection goes to it and not to what a second look-up says.
  const lookup: LookupFunction = (_host, wanted, done) => {
    const family = pinned.address.includes(':') ? 6 : 4;
    if (wanted.all === true) done(null, [{ address: pinned.address, family }]);
    else done(null, pinned.address, family);
  };
  return new Promise((resolve) => {
    const give = (problem: string): void => resolve(failed(problem));
    const sent = (url.protocol === 'https:' ? https : http).get(
      url,
      {
        lookup,
        signal,
        agent: false,
        headers: {
          'user-agent': userAgent,
          'accept-encoding': 'gzip, br, deflate',
          ...options.headers,
          ...(options.etag ? { 'if-none-match': options.etag } : {}),
        },
      },
      (response) => {
        const status = response.statusCode ?? 0;
        const location = response.headers.location;
        if (status >= 300 && status < 400 && status !== 304 && location !== undefined) {
          response.destroy();
          resolve({ kind: 'redirect', to: location });
          return;
        }
        readBody(response).then(
          (body) =>
            resolve({
              kind: 'fetched',
              status,
              contentType: response.headers['content-type'] ?? null,
              etag: response.headers.etag ?? null,
              retryAfterS: secondsOf(response.headers['retry-after']),
              headers: response.headers,
              body,
            }),
          (error: Error) => {
            response.destroy();
            give(explain(error));
          },
        );
      },
    );
    sent.on('error', (error) => give(explain(error)));
  });
}

async function readBody(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const collect = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      chunks.push(chunk);
      done(bytes > bodyMaxBytes ? new TooLarge() : null);
    },
  });
  const encoding = response.headers['content-encoding'];
  if (encoding === 'gzip') await pipeline(response, createGunzip(), collect);
  else if (encoding === 'br') await pipeline(response, createBrotliDecompress(), collect);
  else if (encoding === 'deflate') await pipeline(response, createInflate(), collect);
  else await pipeline(response, collect);
  return Buffer.concat(chunks);
}

class TooLarge extends Error {}

function explain(error: Error & { code?: string }): string {
  if (error instanceof TooLarge)
    return `The answer is larger than ${bodyMaxBytes / 1024 / 1024} MiB.`;
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `There was no whole answer within ${timeMaxMs / 1_000} seconds.`;
  if (error.code?.startsWith('CERT_') || error.code?.includes('SELF_SIGNED'))
    return `Its certificate is not valid (${error.code}).`;
  if (error.code?.startsWith('Z_')) return 'The answer is packed and cannot be unpacked.';
  return `The connection failed (${error.code ?? error.message}).`;
}

function secondsOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1_000));
}

function failed(problem: string): NotFetched {
  return { kind: 'not fetched', problem };
}
