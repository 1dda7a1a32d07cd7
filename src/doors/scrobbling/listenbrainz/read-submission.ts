import { clockSkewS, listenedAtSMin, type Listen } from '../accept-listens.ts';
import {
  isObject,
  listenBytesMax,
  listensPerRequestMax,
  readInteger,
  readMetadata,
  tooLarge,
  type Metadata,
} from '../read-metadata.ts';

// The body of /1/submit-listens, refused in ListenBrainz's words, because programs show them to people.

export const submissionBytesMax = listenBytesMax * listensPerRequestMax;

export type Submission =
  | { readonly kind: 'listens'; readonly listens: readonly Listen[] }
  | { readonly kind: 'playing now'; readonly metadata: Metadata };

export type Wrong = { readonly kind: 'wrong'; readonly message: string };

export function readSubmission(body: Buffer, nowS: number): Submission | Wrong {
  const document = parseJson(body);
  if (document.kind === 'wrong') return document;
  const data = document.value;
  if (!isObject(data))
    return wrong(
      'Invalid JSON document submitted. Top level of JSON document should be a json object.',
    );
  if (data['payload'] === undefined || data['listen_type'] === undefined)
    return wrong('Invalid JSON document submitted.');
  const { payload, listen_type: type } = data;
  if (!Array.isArray(payload))
    return wrong('The payload in the JSON document should be a list of listens.');
  if (payload.length === 0) return wrong('JSON document does not contain any listens');
  if (payload.length > listensPerRequestMax)
    return wrong(
      `Too many listens. You may not submit more than ${listensPerRequestMax} listens at once.`,
    );
  if (body.length > payload.length * listenBytesMax) return wrong(tooLarge);
  if (type !== 'playing_now' && type !== 'single' && type !== 'import')
    return wrong('JSON document requires a valid listen_type key.');
  if (type !== 'import' && payload.length > 1)
    return wrong(
      'JSON document contains more than listen for a single/playing_now. It should contain only one.',
    );
  if (type === 'playing_now') {
    const metadata = readPlayingNow(payload[0]);
    return typeof metadata === 'string' ? wrong(metadata) : { kind: 'playing now', metadata };
  }
  const listens: Listen[] = [];
  for (const raw of payload) {
    const listen = readListen(raw, nowS);
    if (typeof listen === 'string') return wrong(listen);
    listens.push(listen);
  }
  return { kind: 'listens', listens };
}

function wrong(message: string): Wrong {
  return { kind: 'wrong', message };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function parseJson(body: Buffer): { readonly kind: 'json'; value: unknown } | Wrong {
  try {
    return { kind: 'json', value: JSON.parse(utf8.decode(body)) };
  } catch (error) {
    return wrong(`Cannot parse JSON document: ${(error as Error).message}`);
  }
}

function readListen(raw: unknown, nowS: number): Listen | string {
  if (!isObject(raw)) return 'Listen is empty and cannot be validated.';
  if (!('listened_at' in raw))
    return 'JSON document must contain the key listened_at at the top level.';
  const listenedAtS = readInteger(raw['listened_at']);
  if (listenedAtS === null) return 'JSON document must contain an int value for listened_at.';
  if (listenedAtS >= nowS + clockSkewS) return 'Value for key listened_at is too high.';
  if (listenedAtS < listenedAtSMin)
    return `Value for key listened_at is too low. listened_at timestamp should be greater than ${listenedAtSMin} (2002-10-01 00:00:00 UTC).`;
  if (!('track_metadata' in raw))
    return 'JSON document must contain the key track_metadata at the top level.';
  if (Object.keys(raw).length > 2)
    return 'JSON document may only contain listened_at and track_metadata top level keys';
  const metadata = readMetadata(raw['track_metadata']);
  return typeof metadata === 'string' ? metadata : { listenedAtS, metadata };
}

function readPlayingNow(raw: unknown): Metadata | string {
  if (!isObject(raw)) return 'Listen is empty and cannot be validated.';
  if ('listened_at' in raw)
    return 'JSON document must not contain listened_at while submitting playing_now.';
  if (!('track_metadata' in raw))
    return 'JSON document must contain the key track_metadata at the top level.';
  if (Object.keys(raw).length > 1)
    return 'JSON document may only contain track_metadata as top level key when submitting playing_now.';
  return readMetadata(raw['track_metadata']);
}
