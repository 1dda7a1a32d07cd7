import net from 'node:net';
import tls from 'node:tls';
import { pinAddress } from './guard-address.ts';
import {
  readChunked,
  readCounted,
  readToEnd,
  streamBytes,
  type ByteReader,
} from './byte-reader.ts';
import { StreamFault, trouble, troubleOf, type Trouble } from './trouble.ts';

// As much HTTP as stations speak. Node's own client refuses the answer of Shoutcast 1 (`ICY 200 OK`) and its bytes after
// the head; here the first line may be either, headers are bounded, and redirects stay within http and https.

const headBytesMax = 16_384;
const redirectsMax = 5;
const connectMsMax = 10_000;
const urlMax = 2_000;

export type HttpAnswer = {
  readonly kind: 'answer';
  /** Where it was found in the end. */
  readonly url: URL;
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: AsyncGenerator<Buffer>;
  close(): void;
};

/** Why a stream cannot be had: whether the address is wrong, or it does not answer now. */
export type StreamProblem = {
  readonly kind: 'wrong-address' | 'unreachable';
  readonly trouble: Trouble;
};

export type RequestOptions = {
  /** The installation reads stations in its own network too. */
  readonly allowPrivate: boolean;
  /** Nothing arrives for this long: the connection is given up. */
  readonly stallMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

export async function request(
  address: string,
  options: RequestOptions,
): Promise<HttpAnswer | StreamProblem> {
  let url = parseAddress(address);
  for (let hop = 0; url !== null && hop <= redirectsMax; hop++) {
    const answer = await requestOnce(url, options);
    if (answer.kind !== 'answer') return answer;
    const location = answer.headers.get('location');
    if (answer.status < 300 || answer.status >= 400 || location === undefined) return answer;
    answer.close();
    url = URL.canParse(location, url.href) ? parseAddress(new URL(location, url.href).href) : null;
  }
  return {
    kind: 'wrong-address',
    trouble: url === null ? trouble('not-http') : trouble('redirects', { times: redirectsMax }),
  };
}

export function parseAddress(address: string): URL | null {
  if (address.length > urlMax || !URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}

async function requestOnce(url: URL, options: RequestOptions): Promise<HttpAnswer | StreamProblem> {
  const pinned = await pinAddress(url.hostname, options.allowPrivate);
  if (pinned.kind !== 'address')
    return {
      kind: pinned.kind === 'forbidden' ? 'wrong-address' : 'unreachable',
      trouble: pinned.trouble,
    };
  let socket: net.Socket | null = null;
  try {
    socket = await connect(url, pinned.address, options.signal);
    socket.write(headOf(url, options.headers ?? {}));
    const bytes = streamBytes(socket, options.stallMs);
    const head = await readHead(bytes);
    if (head === null) {
      socket.destroy();
      return { kind: 'wrong-address', trouble: trouble('no-http') };
    }
    const opened = socket;
    return {
      kind: 'answer',
      url,
      ...head,
      body: bodyOf(bytes, head.headers),
      close: () => void opened.destroy(),
    };
  } catch (error) {
    socket?.destroy();
    options.signal.throwIfAborted();
    return { kind: 'unreachable', trouble: troubleOf(error) };
  }
}

function connect(url: URL, address: string, signal: AbortSignal): Promise<net.Socket> {
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port) || (isSecure ? 443 : 80);
  return new Promise((resolve, reject) => {
    const name = url.hostname.replace(/^\[|\]$/g, '');
    const socket = isSecure
      ? tls.connect({ host: address, port, ...(net.isIP(name) === 0 && { servername: name }) })
      : net.connect({ host: address, port });
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    const late = setTimeout(() => fail(new StreamFault(trouble('no-answer'))), connectMsMax);
    const abort = () => fail(new Error('stopped'));
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
    socket.once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      clearTimeout(late);
      resolve(socket);
    });
  });
}

/** HTTP/1.0, as players send it: Shoutcast and old Icecast then send bytes and not chunks. */
function headOf(url: URL, headers: Readonly<Record<string, string>>): string {
  const credentials =
    url.username === ''
      ? []
      : [
          `Authorization: Basic ${Buffer.from(
            `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`,
          ).toString('base64')}`,
        ];
  return [
    `GET ${url.pathname}${url.search} HTTP/1.0`,
    `Host: ${url.host}`,
    'User-Agent: Ngoma',
    'Accept: */*',
    'Connection: close',
    ...credentials,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n');
}

type Head = { readonly status: number; readonly headers: ReadonlyMap<string, string> };

async function readHead(bytes: ByteReader): Promise<Head | null> {
  const raw = await bytes.takeHead(headBytesMax);
  if (raw === null) return null;
  const [first, ...lines] = raw.toString('latin1').split(/\r?\n/);
  const status = /^(?:HTTP\/1\.[01]|ICY) (\d{3})\b/.exec(first ?? '')?.[1];
  if (status === undefined) return null;
  return { status: Number(status), headers: readHeaders(lines) };
}

/** Header lines as a map of lower-case names; the first of a repeated one counts. */
export function readHeaders(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
}

/** The body a head announces; without a length it is what comes until the end. */
export function bodyOf(
  bytes: ByteReader,
  headers: ReadonlyMap<string, string>,
): AsyncGenerator<Buffer> {
  if (/\bchunked\b/i.test(headers.get('transfer-encoding') ?? '')) return readChunked(bytes);
  const length = headers.get('content-length');
  return length !== undefined && /^\d{1,15}$/.test(length) && Number(length) > 0
    ? readCounted(bytes, Number(length))
    : readToEnd(bytes);
}
