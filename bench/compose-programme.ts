import { createReadStream, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fingerprintSound } from '#counting/recognition/fingerprint-sound.ts';
import { buildSegment, type Segment } from '#counting/recognition/segment.ts';
import { pumpStream } from '#foundation/streams/pump-stream.ts';
import { composed } from './composed.ts';

// A programme of radio of which it is known to the sample what was played: songs whole and cut, crossfades, talk between and
// over them, jingle pauses, a repeat, songs a little too fast, music that is in no index.

export const rate = 16_000;
const audio = path.resolve(import.meta.dirname, '../../shared/data/audio');
/** In no index: what is named while they play is wrong. One artist has both kinds. */
const unknownNames = [
  'jonathan-coulton--better',
  'brad-sucks--total-breakdown',
  'setuniman--sweet-waltz',
];
const composedCount = 10;

type Sound = { readonly name: string; readonly samples: Float32Array };
export type Played = {
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
  readonly speed: number;
};

/** The same programme every time. */
function chance(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function decode(file: string): Promise<Float32Array> {
  const format = file.endsWith('.mp3') ? 'mp3' : 'ogg';
  const blocks: Float32Array[] = [];
  async function* parts() {
    for await (const bytes of createReadStream(file))
      yield { kind: 'sound' as const, bytes: bytes as Buffer };
  }
  await pumpStream(parts(), format, { onSound: (pcm) => blocks.push(pcm), onTitle: () => {} });
  const all = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

/** Turned faster, pitch and all, as a deck does. */
function atSpeed(samples: Float32Array, speed: number): Float32Array {
  if (speed === 1) return samples;
  return Float32Array.from({ length: Math.floor(samples.length / speed) - 1 }, (_, i) => {
    const at = i * speed;
    const whole = Math.floor(at);
    return samples[whole]! + (samples[whole + 1]! - samples[whole]!) * (at - whole);
  });
}

function mixIn(
  programme: Float32Array,
  atS: number,
  sound: Float32Array,
  gain: (s: number) => number,
): void {
  const start = Math.round(atS * rate);
  for (let i = 0; i < sound.length && start + i < programme.length; i++)
    programme[start + i] = programme[start + i]! + sound[i]! * gain(i / rate);
}

export type Library = {
  readonly songs: readonly Sound[];
  readonly unknown: readonly Sound[];
  readonly talk: Float32Array;
  /** Of the songs, and not of the unknown. */
  readonly segment: Segment;
};

export async function readLibrary(): Promise<Library> {
  if (!existsSync(audio)) throw new Error(`this needs ${audio}`);
  const sounds: Sound[] = [];
  for (const file of (await readdir(audio)).filter((name) => /\.(mp3|ogg)$/.test(name)).sort())
    sounds.push({
      name: file.replace(/\.\w+$/, ''),
      samples: await decode(path.join(audio, file)),
    });
  for (let i = 0; i < composedCount; i++) sounds.push(await composed(i));
  const talkFiles = (await readdir(path.join(audio, 'talkover'))).filter((name) =>
    name.endsWith('.ogg'),
  );
  const talk = await decode(path.join(audio, 'talkover', talkFiles[0]!));
  const songs = sounds.filter(({ name }) => !unknownNames.includes(name));
  const segment = buildSegment(
    songs.map(({ name, samples }) => ({
      recordingId: name,
      title: name,
      artist: '',
      file: null,
      ...fingerprintSound(samples),
    })),
  );
  return { songs, unknown: sounds.filter((sound) => !songs.includes(sound)), talk, segment };
}

/** The same seed gives the same programme. */
export function composeProgramme(
  { songs, unknown, talk }: Library,
  programmeS: number,
  seed: number,
): { readonly programme: Float32Array; readonly truth: readonly Played[] } {
  const random = chance(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const programme = new Float32Array(programmeS * rate);
  const truth: Played[] = [];
  const speak = (atS: number, seconds: number): void => {
    const from = Math.floor(between(0, talk.length - seconds * rate - 1));
    mixIn(programme, atS, talk.subarray(from, from + Math.round(seconds * rate)), () => 1.4);
  };
  let deck: Sound[] = [];
  let last: Sound | null = null;
  for (let at = 4, n = 0; at < programmeS - 20; n++) {
    if (deck.length === 0) deck = [...songs].sort(() => random() - 0.5);
    const isUnknown = n % 7 === 5;
    // Every eleventh is the song before once more.
    const sound: Sound = isUnknown
      ? unknown[n % unknown.length]!
      : n % 11 === 10 && last !== null
        ? last
        : deck.pop()!;
    const speed = n % 5 === 3 ? [1.02, 0.98, 1.04][n % 3]! : 1;
    const whole = atSpeed(sound.samples, speed);
    const startS = random() < 0.3 ? between(0, 15) : 0;
    const lengthS = Math.min(
      whole.length / rate - startS,
      random() < 0.35 ? between(45, 90) : between(120, 240),
      programmeS - at,
    );
    const [fadeIn, fadeOut] = [
      random() < 0.5 ? between(2, 8) : 0.05,
      random() < 0.6 ? between(3, 8) : 0.05,
    ];
    const ducks: [number, number][] = [];
    if (random() < 0.5) ducks.push([0, between(6, 14)]);
    if (lengthS > 80 && random() < 0.4) ducks.push([lengthS / 2, lengthS / 2 + between(6, 16)]);
    if (random() < 0.3) ducks.push([lengthS - between(5, 9), lengthS]);
    const part = whole.subarray(Math.round(startS * rate), Math.round((startS + lengthS) * rate));
    mixIn(programme, at, part, (s) => {
      const fade = Math.min(1, s / fadeIn, (lengthS - s) / fadeOut);
      return 0.8 * fade * (ducks.some(([a, b]) => s >= a && s < b) ? 0.35 : 1);
    });
    for (const [a, b] of ducks) speak(at + a, b - a);
    if (!isUnknown) {
      truth.push({ name: sound.name, fromS: at, toS: at + lengthS, speed });
      last = sound;
    }
    at += lengthS;
    const next = random();
    if (next < 0.45) at -= fadeOut;
    else if (next < 0.75) {
      const seconds = between(8, 45);
      speak(at, seconds);
      at += seconds;
    } else at += between(0, 3);
  }
  let peak = 0;
  for (const sample of programme) peak = Math.max(peak, Math.abs(sample));
  for (let i = 0; i < programme.length; i++) programme[i] = (0.9 * programme[i]!) / peak;
  return { programme, truth };
}
