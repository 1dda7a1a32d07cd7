import type { troubleCodes } from './contract.ts';

// Why a stream is not heard, as a code with what it is about, so that every reader is told in their own language; here in
// English, for the command line and the log.

const said: Readonly<Record<TroubleCode, string>> = {
  'not-http': 'it is not an http or https address, or leads to one that is not',
  redirects: 'it redirects more than {times} times',
  'no-http': 'what answers there does not speak HTTP',
  'no-answer': 'it does not answer',
  refused: 'nothing answers at this address and port',
  reset: 'the server closed the connection',
  'no-way': 'there is no way to this address',
  'unknown-name': 'the name {name} is not known',
  'no-address': 'the name {name} has no address',
  inside:
    '{name} is an address of this network; stations inside it are read only when the operator allows it',
  status: 'the server answered {status}',
  'no-beginning': 'the stream ended before it began',
  page: 'there is a page there, not sound',
  'no-stream': 'it is a text that names no stream',
  'large-playlist': 'its playlist is too large',
  'no-playlist': 'it is not a playlist',
  'empty-playlist': 'the playlist names no stream',
  'soundless-playlist': 'the playlist names no sound',
  'unreadable-streams': 'its streams cannot be read',
  'many-segments': 'it names more than {segments} segments',
  'wrong-ranges': 'it names parts of a file (byte ranges) that cannot be',
  'sample-aes':
    'its sound is encrypted sample by sample (SAMPLE-AES): only players with its licence can read it',
  encrypted: 'it is encrypted in a way that is not read here ({method})',
  'too-large': 'it is larger than it may be',
  'short-file': 'the file is shorter than its playlist says',
  'no-segments': 'its segments cannot be fetched',
  'nothing-new': 'the playlist names nothing new any more',
  'nothing-arrives': 'nothing arrives any more',
  'no-sound': 'no sound arrives',
  unreadable: 'what comes from there is not sound that can be read',
  soundless: 'no sound is found in what it sends',
  recording: 'there is a recording there, not a broadcast',
  ended: 'the station ended the stream',
  other: '{message}',
};

type TroubleCode = (typeof troubleCodes)[number];
export type Trouble = {
  readonly code: TroubleCode;
  readonly params: Readonly<Record<string, string | number>>;
};

export function trouble(code: TroubleCode, params: Trouble['params'] = {}): Trouble {
  return { code, params };
}

export function sayTrouble({ code, params }: Trouble): string {
  return said[code].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''));
}

/** A trouble in the middle of a stream. */
export class StreamFault extends Error {
  readonly trouble: Trouble;
  constructor(what: Trouble) {
    super(sayTrouble(what));
    this.trouble = what;
  }
}

const messageMax = 200;

export function troubleOf(error: unknown): Trouble {
  if (error instanceof StreamFault) return error.trouble;
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ECONNREFUSED':
      return trouble('refused');
    case 'ECONNRESET':
      return trouble('reset');
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return trouble('no-way');
    default:
      return trouble('other', { message: message.slice(0, messageMax) });
  }
}
