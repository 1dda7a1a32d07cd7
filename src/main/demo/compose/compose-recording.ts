import { type Key, keyName } from './harmony.ts';
import { master } from './master.ts';
import { gridOf } from './grid.ts';
import { mixScore } from './mix.ts';
import { renderLoop } from './play-drums.ts';
import type { Stereo } from './synth/effects.ts';
import { type Random, seededRandom } from './random.ts';
import { type GenreName, genreNames, type Score } from './score.ts';
import type { ComposedRecording, ComposedSection, RecordingFacts } from './composed-recording.ts';
import { insertSample, startWithIntro } from './share-material.ts';
import { writeScore } from './write-score.ts';

export type ComposeOptions = {
  readonly genre?: GenreName;
  /** Wanted length; the form is whole phrases, so the result is within about half a phrase (5 s) of it. */
  readonly seconds?: number;
  readonly tempoBpm?: number;
  readonly key?: Key;
  /** 44,100 Hz unless said; a recogniser's distractors need no more than 16,000. */
  readonly sampleRate?: number;
  readonly channels?: 1 | 2;
  /** Recordings with the same word here are made over the same two bars of drums, sample for sample, and so at one tempo. */
  readonly sharedLoop?: string;
  /** Starts with this recording's own intro, sample for sample. */
  readonly sharedIntro?: ComposedRecording;
  /** Has a two-bar phrase of this recording repeated through its break. */
  readonly sampleOf?: ComposedRecording;
};

const loopBars = 2;
const defaultSeconds = 75;
const defaultRate = 44_100;

/** The recording of a seed: the same seed and options always give the same samples. */
export function composeRecording(seed: string, options: ComposeOptions = {}): ComposedRecording {
  const rate =
    options.sampleRate ??
    options.sharedIntro?.sampleRate ??
    options.sampleOf?.sampleRate ??
    defaultRate;
  const random = seededRandom(seed);
  const loop =
    options.sharedLoop === undefined
      ? undefined
      : composeLoop(options.sharedLoop, options.genre, rate);
  const score = scoreOf(random, options, loop);
  const mix = mixScore(score, rate, random.fork('mix'), loop?.audio);
  const facts = factsOf(score, rate);
  const body: readonly Float32Array[] =
    options.channels === 1 ? [toMono(mix.left, mix.right)] : [mix.left, mix.right];
  const sampled =
    options.sampleOf === undefined
      ? []
      : insertSample(body, rate, facts.sections, options.sampleOf);
  const levels = master(body, rate);
  const own: ComposedRecording = { ...facts, ...levels, channels: body, shared: sampled };
  return options.sharedIntro === undefined ? own : startWithIntro(own, options.sharedIntro);
}

/** What the recording of a seed will be, without its sound: a thousandth of the work. */
export function describeRecording(
  seed: string,
  options: Pick<ComposeOptions, 'genre' | 'seconds' | 'tempoBpm' | 'key' | 'sampleRate'> = {},
): RecordingFacts {
  return factsOf(
    scoreOf(seededRandom(seed), options, undefined),
    options.sampleRate ?? defaultRate,
  );
}

function scoreOf(random: Random, options: ComposeOptions, loop: SharedLoop | undefined): Score {
  const tempoBpm = loop?.tempoBpm ?? options.tempoBpm;
  const genre = loop?.genre ?? options.genre;
  return writeScore(random.fork('score'), {
    seconds: options.seconds ?? defaultSeconds,
    ...(genre === undefined ? {} : { genre }),
    ...(tempoBpm === undefined ? {} : { tempoBpm }),
    ...(options.key === undefined ? {} : { key: options.key }),
  });
}

function factsOf(score: Score, rate: number): RecordingFacts {
  return {
    sampleRate: rate,
    genre: score.genre,
    tempoBpm: score.tempoBpm,
    key: score.key,
    keyName: keyName(score.key),
    durationMs: Math.round((gridOf(score, rate).frames * 1000) / rate),
    sections: timeSections(score, rate),
    instruments: [...new Set(score.parts.map((part) => part.instrument))],
  };
}

type SharedLoop = { readonly audio: Stereo; readonly tempoBpm: number; readonly genre: GenreName };

/** The two bars of drums named by a word, as they sound in every recording that shares them. */
export function composeLoop(word: string, wanted: GenreName | undefined, rate: number): SharedLoop {
  const random = seededRandom(`loop/${word}`);
  const genre = wanted ?? random.fork('genre').pick(genreNames);
  const score = writeScore(random.fork('score'), { genre, seconds: 1 });
  // The bars of the first verse: the groove as it is meant, without the intro's gaps or a fill.
  const verse = score.sections.find((section) => section.kind === 'verse') ?? score.sections[0]!;
  const shift = verse.bar * score.meter.stepsPerBar;
  const moved: Score = {
    ...score,
    hits: score.hits.map((hit) => ({ ...hit, step: hit.step - shift })),
  };
  return {
    audio: renderLoop(moved, rate, random.fork('strokes'), loopBars),
    tempoBpm: score.tempoBpm,
    genre,
  };
}

function timeSections(score: Score, rate: number): readonly ComposedSection[] {
  const { barFrames } = gridOf(score, rate);
  const ms = (bar: number): number => Math.round((bar * barFrames * 1000) / rate);
  return score.sections.map(({ kind, bar, bars }) => ({
    kind,
    startMs: ms(bar),
    endMs: ms(bar + bars),
  }));
}

function toMono(left: Float32Array, right: Float32Array): Float32Array {
  for (let i = 0; i < left.length; i++) left[i] = 0.5 * (left[i]! + right[i]!);
  return left;
}
