// Plays a score: every part through its voice and strip, the drums, the room; the result is not yet mastered.

import { genres } from './genres.ts';
import { addPanned, type Grid, gridOf } from './grid.ts';
import { hertz } from './harmony.ts';
import type { Random } from './random.ts';
import { fillDuck, playHits, playLoop } from './play-drums.ts';
import type { Part, Score } from './score.ts';
import { chorus, echo, reverberate, type Stereo } from './synth/effects.ts';
import { bell, highPass } from './synth/filters.ts';
import { singers, strips, type Strip } from './synth/instruments.ts';
import { sing } from './synth/sing.ts';
import { noteVoices, type Booth } from './synth/voices.ts';
import { createTables } from './synth/wavetable.ts';

const longestNoteSeconds = 6;

type Desk = {
  readonly mix: Stereo;
  readonly room: Float32Array;
  readonly delay: Float32Array;
  readonly duck: Float32Array;
  readonly part: Stereo;
  readonly note: Float32Array;
  readonly booth: Booth;
  readonly random: Random;
};

/** The unmastered mix. With `loop`, that takes the place of the drums wherever drums play. */
export function mixScore(score: Score, rate: number, random: Random, loop?: Stereo): Stereo {
  const grid = gridOf(score, rate);
  const desk = openDesk(grid, random);
  const drums = random.fork('strokes');
  if (loop === undefined) playHits(score.hits, score, grid, drums, desk);
  else playLoop(loop, score, grid, desk);
  fillDuck(score.hits, grid, desk.duck);
  for (const [index, part] of score.parts.entries())
    playPart(part, score, grid, desk, random.fork(`${part.instrument}${index}`));
  const echoSteps = score.meter.stepsPerBeat === 3 ? 2 : 3;
  echo(
    desk.delay,
    desk.mix,
    Math.round((grid.barFrames / score.meter.stepsPerBar) * echoSteps),
    0.42,
  );
  reverberate(desk.room, desk.mix, genres[score.genre].roomSeconds, rate);
  fadeTail(desk.mix, score.bars * grid.barFrames, rate);
  return desk.mix;
}

function openDesk(grid: Grid, random: Random): Desk {
  const { frames, rate } = grid;
  const stereo = (): Stereo => ({
    left: new Float32Array(frames),
    right: new Float32Array(frames),
  });
  const longest = Math.round(longestNoteSeconds * rate);
  return {
    mix: stereo(),
    part: stereo(),
    room: new Float32Array(frames),
    delay: new Float32Array(frames),
    duck: new Float32Array(frames),
    note: new Float32Array(longest),
    random,
    booth: {
      rate,
      tables: createTables(rate),
      random: random.fork('booth'),
      string: new Float32Array(4096),
      spare: new Float32Array(longest),
    },
  };
}

// ── parts ───────────────────────────────────────────────────────────────

type Span = { readonly from: number; readonly to: number };

/** After the last note of a stretch, time for strings to ring and choruses to empty. */
const spanTailSeconds = 0.4;

/** Where a part sounds at all: nothing else of its buffers need be filtered, measured or added. */
function soundingSpans(part: Part, grid: Grid, releaseSeconds: number): readonly Span[] {
  const tail = Math.round((releaseSeconds + spanTailSeconds) * grid.rate);
  const lead = Math.round(0.01 * grid.rate);
  const spans: { from: number; to: number }[] = [];
  for (const note of [...part.notes].sort((a, b) => a.step - b.step)) {
    const from = Math.max(0, grid.frameOf(note.step) - lead);
    const to = Math.min(grid.frames, grid.frameOf(note.step + note.steps) + tail);
    const last = spans.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else spans.push({ from, to });
  }
  return spans;
}

function playPart(part: Part, score: Score, grid: Grid, desk: Desk, random: Random): void {
  const strip = strips[part.instrument];
  const { left, right } = desk.part;
  const spans = soundingSpans(part, grid, strip.releaseSeconds);
  for (const { from, to } of spans) {
    left.fill(0, from, to);
    right.fill(0, from, to);
  }
  const choir = singers[part.instrument];
  if (choir !== undefined) singPart(part, choir, strip, spans, grid, desk, random);
  else playNotes(part, strip, grid, desk, random);
  for (const { from, to } of spans) {
    const stretch = { left: left.subarray(from, to), right: right.subarray(from, to) };
    for (const channel of [stretch.left, stretch.right]) {
      highPass(channel, channel.length, strip.highPassHz, grid.rate);
      for (const [hz, q, gainDb] of strip.tone ?? [])
        if (hz < grid.rate * 0.4) bell(channel, channel.length, hz, q, gainDb, grid.rate);
    }
    if (strip.chorus > 0) chorus(stretch, strip.chorus, grid.rate);
  }
  const level = strip.levelDb + (genres[score.genre].balance[part.instrument] ?? 0);
  const gain = 10 ** (level / 20) / playingRms(desk.part, spans, grid.rate);
  for (const span of spans) addStrip(desk, strip, gain, span);
}

function playNotes(part: Part, strip: Strip, grid: Grid, desk: Desk, random: Random): void {
  const voice = noteVoices[part.instrument];
  if (voice === undefined) throw new Error(`no voice for ${part.instrument}`);
  const longest = desk.note.length;
  for (const note of part.notes) {
    const loose = Math.round(random.between(-0.003, 0.004) * grid.rate);
    const from = Math.max(0, grid.frameOf(note.step) + loose);
    const held = Math.max(
      64,
      Math.round((grid.frameOf(note.step + note.steps) - from) * strip.gate),
    );
    const frames = Math.min(
      longest,
      held + Math.round(strip.releaseSeconds * grid.rate),
      grid.frames - from,
    );
    if (frames <= 64) continue;
    voice(
      desk.note,
      { hz: hertz(note.midi), velocity: note.velocity, frames, held: Math.min(held, frames) },
      desk.booth,
    );
    const pan = strip.pan + strip.spread * (random.next() * 2 - 1);
    addPanned(
      desk.note,
      frames,
      from,
      1,
      Math.max(-1, Math.min(1, pan)),
      desk.part.left,
      desk.part.right,
    );
  }
}

type Choir = NonNullable<(typeof singers)[Part['instrument']]>;

function singPart(
  part: Part,
  choir: Choir,
  strip: Strip,
  spans: readonly Span[],
  grid: Grid,
  desk: Desk,
  random: Random,
): void {
  const line = new Float32Array(grid.frames);
  choir.voices.forEach(([cents, side], index) => {
    line.fill(0);
    const late = index * Math.round(0.011 * grid.rate);
    const sung = part.notes.map((note) => {
      const from = grid.frameOf(note.step) + late;
      return {
        from,
        frames: Math.round((grid.frameOf(note.step + note.steps) + late - from) * strip.gate),
        hz: hertz(note.midi),
        velocity: note.velocity,
      };
    });
    sing(
      line,
      sung,
      { range: choir.range, cents, vowelsOnly: choir.vowelsOnly, gain: 1 },
      grid.rate,
      desk.booth.tables,
      random.fork(`singer${index}`),
    );
    const pan = Math.max(-1, Math.min(1, strip.pan + side * strip.spread));
    for (const { from, to } of spans)
      addPanned(line.subarray(from, to), to - from, from, 1, pan, desk.part.left, desk.part.right);
  });
}

/** RMS over the tenths of a second in which the part plays. */
function playingRms({ left, right }: Stereo, spans: readonly Span[], rate: number): number {
  const block = Math.round(rate / 10);
  const powers: number[] = [];
  for (const span of spans) {
    for (let from = span.from; from + block <= span.to; from += block) {
      let sum = 0;
      for (let i = from; i < from + block; i += 2)
        sum += left[i]! * left[i]! + right[i]! * right[i]!;
      powers.push(sum / block);
    }
  }
  const loudest = Math.max(...powers, 1e-12);
  const playing = powers.filter((power) => power > loudest * 0.01);
  return Math.sqrt(playing.reduce((a, b) => a + b, 1e-12) / Math.max(1, playing.length));
}

function addStrip(
  { mix, part, room, delay, duck }: Desk,
  strip: Strip,
  gain: number,
  { from, to }: Span,
): void {
  for (const [side, own] of [
    [mix.left, part.left],
    [mix.right, part.right],
  ] as const) {
    if (strip.duck > 0)
      for (let i = from; i < to; i++) own[i] = own[i]! * (1 - strip.duck * duck[i]!);
    for (let i = from; i < to; i++) side[i]! += own[i]! * gain;
    for (const [send, share] of [
      [room, strip.reverb],
      [delay, strip.delay],
    ] as const) {
      const level = share * 0.5 * gain;
      if (level > 0) for (let i = from; i < to; i++) send[i]! += own[i]! * level;
    }
  }
}

function fadeTail({ left, right }: Stereo, from: number, rate: number): void {
  const hold = Math.round(1.2 * rate);
  const long = left.length - from - hold;
  for (let i = 0; i < long; i++) {
    const gain = (1 - i / long) ** 2;
    left[from + hold + i]! *= gain;
    right[from + hold + i]! *= gain;
  }
}
