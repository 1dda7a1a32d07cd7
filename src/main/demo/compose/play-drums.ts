import { genres } from './genres.ts';
import { addMono, addPanned, type Grid, gridOf } from './grid.ts';
import { hertz, type Key, nearestPitch } from './harmony.ts';
import type { Random } from './random.ts';
import type { DrumName, Hit, Score } from './score.ts';
import { type DrumStrip, drumStrips } from './synth/drum-strips.ts';
import { drumVoices } from './synth/drum-voices.ts';
import type { Stereo } from './synth/effects.ts';

/** Takes of each stroke, so that two in a row are never the same sound. */
const turns = 3;

type Room = { readonly mix: Stereo; readonly room: Float32Array };

/** Adds the hits to the mix. Softer strokes are quieter; each drum has three takes of each stroke. */
export function playHits(
  hits: readonly Hit[],
  score: Score,
  grid: Grid,
  random: Random,
  desk: Room,
): void {
  const takes = new Map<string, Float32Array>();
  const tunes = new Map<DrumName, number>();
  const { balance } = genres[score.genre];
  hits.forEach((hit, index) => {
    const strip = drumStrips[hit.drum];
    let tune = tunes.get(hit.drum);
    if (tune === undefined)
      tunes.set(hit.drum, (tune = tuneDrum(strip, score.key, random.fork(hit.drum))));
    const turn = index % turns;
    const key = `${hit.drum}${hit.stroke}${turn}`;
    let take = takes.get(key);
    if (take === undefined) {
      const slightly = 1 + (turn - 1) * 0.008;
      take = drumVoices[hit.drum]({
        letter: hit.stroke,
        rate: grid.rate,
        random: random.fork(key),
        tune: tune * slightly,
      });
      takes.set(key, take);
    }
    const loose = hit.drum === 'kick' ? 0 : Math.round(random.between(-0.0015, 0.003) * grid.rate);
    const gain = 10 ** ((strip.levelDb + (balance[hit.drum] ?? 0)) / 20) * hit.velocity ** 1.4;
    addPanned(
      take,
      take.length,
      grid.frameOf(hit.step) + loose,
      gain,
      strip.pan,
      desk.mix.left,
      desk.mix.right,
    );
    addMono(take, take.length, grid.frameOf(hit.step) + loose, gain * strip.reverb, desk.room);
  });
}

/** The factor by which a drum is tighter or slacker than usual. */
function tuneDrum(strip: DrumStrip, key: Key, random: Random): number {
  const free = random.between(...strip.tunes);
  if (strip.tunedHz === undefined) return free;
  const midi = 69 + 12 * Math.log2((strip.tunedHz * free) / 440);
  const places = [key.tonic, key.tonic + 7].map((tone) =>
    nearestPitch(tone % 12, Math.round(midi)),
  );
  const nearest =
    Math.abs(places[0]! - midi) < Math.abs(places[1]! - midi) ? places[0]! : places[1]!;
  return hertz(nearest) / strip.tunedHz;
}

/** Drums alone, of `bars` bars, whose tails run on into their own beginning: it can be repeated without a seam. */
export function renderLoop(score: Score, rate: number, random: Random, bars: number): Stereo {
  const grid = gridOf(score, rate);
  const long = bars * grid.barFrames;
  const frames = long + 3 * rate;
  const mix = { left: new Float32Array(frames), right: new Float32Array(frames) };
  const within = score.hits.filter(
    (hit) => hit.step >= 0 && hit.step < bars * score.meter.stepsPerBar,
  );
  playHits(within, score, grid, random, { mix, room: new Float32Array(frames) });
  const wrap = (x: Float32Array): Float32Array => {
    const out = x.slice(0, long);
    for (let i = long; i < frames; i++) out[i % long]! += x[i]!;
    return out;
  };
  return { left: wrap(mix.left), right: wrap(mix.right) };
}

export function playLoop(loop: Stereo, score: Score, grid: Grid, desk: Room): void {
  const end = score.bars * grid.barFrames;
  for (let from = 0; from < end; from += loop.left.length) {
    const long = Math.min(loop.left.length, end - from);
    for (let i = 0; i < long; i++) {
      desk.mix.left[from + i]! += loop.left[i]!;
      desk.mix.right[from + i]! += loop.right[i]!;
    }
  }
}

/** 1 at each kick, gone some 150 ms later: what the bass makes room by. */
export function fillDuck(hits: readonly Hit[], grid: Grid, duck: Float32Array): void {
  const long = Math.round(0.16 * grid.rate);
  for (const hit of hits) {
    if (hit.drum !== 'kick') continue;
    const from = grid.frameOf(hit.step);
    for (let i = 0; i < long && from + i < duck.length; i++) {
      const value = hit.velocity * (1 - i / long) ** 1.5;
      if (value > duck[from + i]!) duck[from + i] = value;
    }
  }
}
