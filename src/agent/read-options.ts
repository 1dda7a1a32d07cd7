import os from 'node:os';
import path from 'node:path';
import type { Source } from '#foundation/kernel/counting.ts';
import { isUuid } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { DeckInput } from './decks/watch-decks.ts';
import type { Input } from './sound/open-input.ts';
import type { DeviceKey } from './talk-to-server.ts';

export const usage = `ngoma listen --device DEVICE --server URL --key DEVICEID:DEVICEKEY

DEVICE is one of
  alsa[:CARD]        a sound card through arecord, such as alsa:plughw:1,0
  pipewire[:NODE]    a PipeWire node through pw-record
  stdin              raw 16-bit little-endian sound; --rate (16000) and --channels (1)
  file:PATH          a WAV file, or anything ffmpeg reads
  http://...         a stream, through ffmpeg
  prolink            what Pioneer decks on this network report (not tried on hardware)
  stagelinq          what Denon decks on this network report (not tried on hardware)

  --state DIR        where plays wait; default $STATE_DIRECTORY, else ~/.local/state/ngoma-listen
  --every SECONDS    how often plays are sent (60)
  --source SOURCE    venue (default), radio or deck
  --collection FILE  for prolink: the rekordbox collection (XML) that names the tracks
  --index FILE       also name what is heard here, by an index of ngoma index, and show it in the status;
                     the server decides what counts
  --once             hear the input to its end, or a minute of it, send what was heard and stop
  --status           say how the agent with this state is doing, and stop

The key may come from NGOMA_LISTEN_KEY, so that it stands in no list of processes.`;

const everySMin = 5;
const everySMax = 24 * 3_600;
const rateMax = 192_000;
const sources: readonly Source[] = ['venue', 'radio', 'deck'];

export type ListenOptions = {
  readonly input: Input | DeckInput;
  readonly server: string;
  readonly device: DeviceKey;
  readonly state: string;
  readonly everyMs: number;
  readonly source: string;
  readonly once: boolean;
  /** An index to name things by while the server is away. */
  readonly index: string | null;
};
export type Order =
  | { readonly kind: 'listen'; readonly options: ListenOptions }
  | { readonly kind: 'status'; readonly state: string }
  | { readonly kind: 'help' };

type Environment = Readonly<Record<string, string | undefined>>;
const valued = [
  '--device',
  '--server',
  '--key',
  '--state',
  '--every',
  '--source',
  '--rate',
  '--channels',
  '--collection',
  '--index',
];
const flags = ['--once', '--status', '--help', '-h'];

export function readOptions(words: readonly string[], env: Environment): Order | Refusal<'USAGE'> {
  const given = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const [name = '', inline] = words[i]!.split(/=(.*)/s);
    if (flags.includes(name)) given.set(name, '');
    else if (!valued.includes(name)) return usageError(`does not know ${words[i]}`);
    else {
      const value = inline ?? words[++i];
      if (value === undefined || value === '') return usageError(`needs a value after ${name}`);
      given.set(name, value);
    }
  }
  if (given.has('--help') || given.has('-h')) return { kind: 'help' };
  const state = path.resolve(given.get('--state') ?? defaultState(env));
  if (given.has('--status')) return { kind: 'status', state };

  const input = readDevice(given);
  if ('code' in input) return input;
  const server = readServer(given.get('--server') ?? env['NGOMA_LISTEN_SERVER']);
  if (server === null)
    return usageError('needs --server with an address such as https://ngoma.example.org');
  const device = readKey(given.get('--key') ?? env['NGOMA_LISTEN_KEY']);
  if (device === null)
    return usageError('needs --key DEVICEID:DEVICEKEY, as enrolling a device shows it');
  const everyS = Number(given.get('--every') ?? 60);
  if (!(everyS >= everySMin && everyS <= everySMax))
    return usageError(`sends every ${everySMin} to ${everySMax} seconds, not ${everyS}`);
  const isDeck = input.kind === 'prolink' || input.kind === 'stagelinq';
  const source = given.get('--source') ?? (isDeck ? 'deck' : 'venue');
  if (!(sources as readonly string[]).includes(source))
    return usageError(`knows the sources ${sources.join(', ')}`);
  const once = given.has('--once');
  const index = given.get('--index') ?? null;
  return {
    kind: 'listen',
    options: { input, server, device, state, everyMs: everyS * 1_000, source, once, index },
  };
}

function usageError(what: string): Refusal<'USAGE'> {
  return refuse('USAGE', `ngoma listen ${what}; ngoma listen --help says more.`);
}

function readDevice(given: ReadonlyMap<string, string>): Input | DeckInput | Refusal<'USAGE'> {
  const text = given.get('--device');
  if (text === undefined) return usageError('needs --device');
  if (/^https?:\/\//.test(text)) return { kind: 'url', url: text };
  const [kind, rest = ''] = text.split(/:(.*)/s);
  switch (kind) {
    case 'alsa':
      return { kind, card: rest === '' ? 'default' : rest };
    case 'pipewire':
      return { kind, node: rest === '' ? null : rest };
    case 'file':
      return rest === '' ? usageError('needs a path after file:') : { kind, path: rest };
    case 'prolink':
      return { kind, collection: given.get('--collection') ?? null };
    case 'stagelinq':
      return { kind };
    case 'stdin': {
      const rate = Number(given.get('--rate') ?? 16_000);
      const channels = Number(given.get('--channels') ?? 1);
      const isKnown = Number.isInteger(rate) && rate >= 4_000 && rate <= rateMax;
      if (!isKnown || ![1, 2].includes(channels))
        return usageError(`reads 1 or 2 channels at 4000 to ${rateMax} samples a second`);
      return { kind, rate, channels };
    }
    default:
      return usageError(`does not know the device ${text}`);
  }
}

function readServer(text: string | undefined): string | null {
  if (text === undefined || !URL.canParse(text)) return null;
  const { protocol, origin } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? origin : null;
}

function readKey(text: string | undefined): DeviceKey | null {
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0) return null;
  const deviceId = text.slice(0, colon).toLowerCase();
  const secret = text.slice(colon + 1).trim();
  return isUuid(deviceId) && secret !== '' ? { deviceId, secret } : null;
}

function defaultState(env: Environment): string {
  const home = env['XDG_STATE_HOME'] ?? path.join(os.homedir(), '.local', 'state');
  return env['STATE_DIRECTORY']?.split(':')[0] ?? path.join(home, 'ngoma-listen');
}
