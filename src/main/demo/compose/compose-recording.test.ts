import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createFft, hann } from '#foundation/dsp/fft.ts';
import { composeLoop, composeRecording } from './compose-recording.ts';
import type { ComposedRecording } from './composed-recording.ts';
import { genres } from './genres.ts';
import { scaleOf } from './harmony.ts';
import { genreNames } from './score.ts';

const rate = 16_000;
const songs = genreNames.map((genre) =>
  composeRecording(`test ${genre}`, { genre, sampleRate: rate }),
);

function hashOf(recording: ComposedRecording): string {
  const hash = createHash('sha256');
  for (const channel of recording.channels)
    hash.update(new Uint8Array(channel.buffer, channel.byteOffset, channel.byteLength));
  return hash.digest('hex');
}

function mono(recording: ComposedRecording): Float32Array {
  const [left, right] = recording.channels;
  return left!.map((value, i) => 0.5 * (value + (right ?? left)![i]!));
}

/** Magnitude spectra of overlapping frames. */
function spectra(x: Float32Array, size: number, hop: number): readonly Float32Array[] {
  const fft = createFft(size);
  const window = hann(size);
  const frames: Float32Array[] = [];
  for (let from = 0; from + size <= x.length; from += hop) {
    const re = window.map((w, i) => w * x[from + i]!);
    const im = new Float32Array(size);
    fft.forward(re, im);
    frames.push(re.slice(0, size / 2).map((r, i) => Math.hypot(r, im[i]!)));
  }
  return frames;
}

/** Strength of the periodicity of onsets at `lag` frames: autocorrelation of rectified spectral flux. */
function onsetPeriodicity(recording: ComposedRecording): {
  at: (lagFrames: number) => number;
  framesPerSecond: number;
} {
  const hop = 256;
  const frames = spectra(mono(recording), 1024, hop).map((frame) =>
    frame.map((value) => Math.log1p(100 * value)),
  );
  const flux = frames.map((frame, i) =>
    i === 0 ? 0 : frame.reduce((sum, value, k) => sum + Math.max(0, value - frames[i - 1]![k]!), 0),
  );
  const mean = flux.reduce((a, b) => a + b, 0) / flux.length;
  const centred = flux.map((value) => value - mean);
  const whole = (lag: number): number => {
    let sum = 0;
    for (let i = 0; i + lag < centred.length; i++) sum += centred[i]! * centred[i + lag]!;
    return sum / (centred.length - lag);
  };
  const known = new Map<number, number>();
  const cached = (lag: number): number => {
    if (!known.has(lag)) known.set(lag, whole(lag));
    return known.get(lag)!;
  };
  return {
    framesPerSecond: rate / hop,
    at: (lag) => cached(Math.floor(lag)) * (1 - (lag % 1)) + cached(Math.ceil(lag)) * (lag % 1),
  };
}

/** The tempo whose beat and its multiples agree best with the onsets. */
function hearTempo(recording: ComposedRecording, slowestBpm: number, fastestBpm: number): number {
  const { at, framesPerSecond } = onsetPeriodicity(recording);
  let best = { bpm: 0, score: -Infinity };
  for (let bpm = slowestBpm; bpm <= fastestBpm; bpm *= 1.004) {
    const lag = (60 / bpm) * framesPerSecond;
    const score = [1, 2, 3, 4, 8].reduce((sum, multiple) => sum + at(lag * multiple), 0);
    if (score > best.score) best = { bpm, score };
  }
  return best.bpm;
}

function chroma(recording: ComposedRecording): readonly number[] {
  const size = 8192;
  const energy = new Array<number>(12).fill(0);
  for (const frame of spectra(mono(recording), size, 4096)) {
    for (let bin = 0; bin < frame.length; bin++) {
      const hz = (bin * rate) / size;
      if (hz < 110 || hz > 1400) continue;
      // Only peaks: drums fill the valleys between them.
      if (!(frame[bin]! > frame[bin - 1]! && frame[bin]! > frame[bin + 1]!)) continue;
      energy[(Math.round(69 + 12 * Math.log2(hz / 440)) + 1200) % 12]! += frame[bin]!;
    }
  }
  const total = energy.reduce((a, b) => a + b, 0);
  return energy.map((value) => value / total);
}

test('the same seed gives the same bytes, another seed others', () => {
  const again = composeRecording('test afrobeats', { genre: 'afrobeats', sampleRate: rate });
  const other = composeRecording('test afrobeatz', { genre: 'afrobeats', sampleRate: rate });
  assert.equal(hashOf(again), hashOf(songs[0]!));
  assert.notEqual(hashOf(other), hashOf(songs[0]!));
});

for (const song of songs) {
  test(`${song.genre}: -14 LUFS within half, true peak at most -1 dBTP, every sample finite`, () => {
    assert.ok(Math.abs(song.integratedLufs + 14) <= 0.5, `${song.integratedLufs} LUFS`);
    assert.ok(song.truePeakDbtp <= -1, `${song.truePeakDbtp} dBTP`);
    for (const channel of song.channels) assert.ok(channel.every(Number.isFinite));
  });

  test(`${song.genre}: 60 to 90 s of intro, verse, chorus, break and outro without gap`, () => {
    assert.ok(song.durationMs >= 60_000 && song.durationMs <= 90_000, `${song.durationMs} ms`);
    assert.deepEqual([...new Set(song.sections.map((section) => section.kind))].sort(), [
      'break',
      'chorus',
      'intro',
      'outro',
      'verse',
    ]);
    song.sections.forEach((section, i) =>
      assert.equal(section.startMs, i === 0 ? 0 : song.sections[i - 1]!.endMs),
    );
    assert.ok(song.sections.at(-1)!.endMs < song.durationMs);
  });

  test(`${song.genre}: the stated tempo is heard, or a metrical relative of it`, () => {
    const { stepsPerBar, stepsPerBeat } = genres[song.genre].meter;
    const beatsPerBar = stepsPerBar / stepsPerBeat;
    // In a bar of five quavers the crotchet is no period of the music; the bar is.
    const limping = !Number.isInteger(beatsPerBar);
    const stated = limping ? song.tempoBpm / beatsPerBar : song.tempoBpm;
    const heard = limping ? hearTempo(song, 34, 66) : hearTempo(song, 60, 180);
    // Three in a beat leave the levels beside it as strong as the beat.
    const allowed = stepsPerBeat === 3 ? [0.5, 2 / 3, 1, 1.5, 2] : limping ? [1] : [0.5, 1, 2];
    assert.ok(
      allowed.some((ratio) => Math.abs(heard / (stated * ratio) - 1) < 0.02),
      `${heard} heard, ${stated} stated`,
    );
  });

  test(`${song.genre}: what sounds is in the stated key`, () => {
    const energy = chroma(song);
    const shareIn = (tonic: number): number =>
      scaleOf({ ...song.key, tonic }, 'diatonic').reduce(
        (sum, pitchClass) => sum + energy[pitchClass]!,
        0,
      );
    const inKey = shareIn(song.key.tonic);
    assert.ok(inKey > 0.72, `${inKey} of the energy`);
    // The neighbours in the circle of fifths share six notes of seven; every other key must fit worse.
    for (const distance of [1, 2, 3, 4, 6, 8, 9, 10, 11])
      assert.ok(shareIn((song.key.tonic + distance) % 12) < inKey);
  });

  test(`${song.genre}: loud and quiet parts, lows and highs, two different sides`, () => {
    const x = mono(song);
    const frames = spectra(x, 2048, 8192);
    const share = (from: number, to: number): number => {
      let inside = 0;
      let all = 0;
      for (const frame of frames) {
        frame.forEach((value, bin) => {
          const hz = (bin * rate) / 2048;
          all += value * value;
          if (hz >= from && hz < to) inside += value * value;
        });
      }
      return 10 * Math.log10(inside / all);
    };
    assert.ok(share(0, 250) > -8 && share(0, 250) < -0.8, `lows ${share(0, 250)} dB`);
    assert.ok(share(250, 2000) > -9, `middle ${share(250, 2000)} dB`);
    assert.ok(share(4000, 8000) > -28 && share(4000, 8000) < -8, `highs ${share(4000, 8000)} dB`);
    assert.ok(song.channels[0]!.some((value, i) => Math.abs(value - song.channels[1]![i]!) > 0.02));
  });
}

// ── what a recogniser is tried with ─────────────────────────────────────

/** Best normalised correlation of two excerpts over all shifts, and the shift. */
function crossCorrelate(a: Float32Array, b: Float32Array): { peak: number; shift: number } {
  const size = 2 ** Math.ceil(Math.log2(a.length + b.length));
  const fft = createFft(size);
  const load = (x: Float32Array): [Float32Array, Float32Array] => {
    const re = new Float32Array(size);
    re.set(x);
    const im = new Float32Array(size);
    fft.forward(re, im);
    return [re, im];
  };
  const [ar, ai] = load(a);
  const [br, bi] = load(b);
  const re = ar.map((value, i) => value * br[i]! + ai[i]! * bi[i]!);
  const im = ar.map((value, i) => value * bi[i]! - ai[i]! * br[i]!);
  fft.forward(re, im); // forward of a conjugate is the inverse, up to scale
  const power = (x: Float32Array): number => x.reduce((sum, value) => sum + value * value, 0);
  const norm = size * Math.sqrt(power(a) * power(b));
  let best = { peak: -1, shift: 0 };
  re.forEach((value, i) => {
    if (value / norm > best.peak) best = { peak: value / norm, shift: i < size / 2 ? i : i - size };
  });
  return best;
}

function slopes(x: Float32Array): Float32Array {
  return x.map((value, i) => value - (x[i - 1] ?? 0));
}

const small = { sampleRate: 16_000, channels: 1, seconds: 45 } as const;

test('eight recordings of one genre are all different', () => {
  const excerpts = Array.from({ length: 8 }, (_, i) =>
    composeRecording(`different ${i}`, { ...small, genre: 'afrobeats' }).channels[0]!.subarray(
      320_000,
      384_000,
    ),
  );
  for (let i = 0; i < excerpts.length; i++) {
    for (let j = 0; j < i; j++)
      assert.ok(crossCorrelate(excerpts[i]!, excerpts[j]!).peak < 0.6, `${i} and ${j}`);
  }
});

test('recordings that share a loop have its two bars sample for sample, others do not', () => {
  const loop = composeLoop('yard', 'ndombolo', 16_000);
  const bars = loop.audio.left.map((value, i) => 0.5 * (value + loop.audio.right[i]!));
  const one = composeRecording('one', { ...small, genre: 'ndombolo', sharedLoop: 'yard' });
  const two = composeRecording('two', { ...small, genre: 'ndombolo', sharedLoop: 'yard' });
  const none = composeRecording('one', { ...small, genre: 'ndombolo', tempoBpm: loop.tempoBpm });
  assert.equal(one.tempoBpm, two.tempoBpm);
  const repeats = (song: ComposedRecording): { peak: number; shift: number } => {
    const from = 4 * bars.length;
    // Of the slopes: the deepest octave arrives turned by the mastering's low cut.
    return crossCorrelate(
      slopes(bars),
      slopes(song.channels[0]!.subarray(from, from + bars.length)),
    );
  };
  for (const song of [one, two]) {
    assert.equal(repeats(song).shift, 0);
    assert.ok(repeats(song).peak > 0.35, `${repeats(song).peak}`);
  }
  assert.ok(repeats(none).peak < repeats(one).peak * 0.8);
  assert.notEqual(hashOf(one), hashOf(two));
});

test('a shared intro is the same samples, and what follows is not', () => {
  const first = composeRecording('first', { ...small, genre: 'rumba' });
  const second = composeRecording('second', { ...small, genre: 'highlife', sharedIntro: first });
  const { endMs } = second.shared[0]!;
  const intro = Math.floor((endMs * 16_000) / 1000) - 1;
  assert.ok(endMs > 3_000);
  assert.deepEqual(second.channels[0]!.subarray(0, intro), first.channels[0]!.subarray(0, intro));
  assert.ok(
    crossCorrelate(
      second.channels[0]!.subarray(intro + 16_000, intro + 80_000),
      first.channels[0]!.subarray(intro + 16_000, intro + 80_000),
    ).peak < 0.5,
  );
  assert.ok(Math.abs(second.integratedLufs + 14) < 0.7 && second.truePeakDbtp <= -1);
});

test('a sampled phrase is found in the break at the stated place', () => {
  const source = composeRecording('source', { ...small, genre: 'highlife' });
  const taker = composeRecording('taker', { ...small, genre: 'amapiano', sampleOf: source });
  assert.ok(taker.shared.length > 0);
  const { startMs, endMs, sourceStartMs } = taker.shared[0]!;
  const cut = (song: ComposedRecording, fromMs: number): Float32Array =>
    song.channels[0]!.subarray(fromMs * 16, (fromMs + endMs - startMs) * 16);
  const found = crossCorrelate(cut(source, sourceStartMs), cut(taker, startMs));
  assert.ok(Math.abs(found.shift) <= 16, `${found.shift} frames off`);
  assert.ok(found.peak > 0.5, `${found.peak}`);
});

test('a distractor of 40 to 60 s is not longer or shorter for its genre', () => {
  for (const genre of genreNames) {
    const { durationMs } = composeRecording('length', {
      genre,
      sampleRate: 8_000,
      channels: 1,
      seconds: 50,
    });
    assert.ok(durationMs >= 40_000 && durationMs <= 63_000, `${genre}: ${durationMs} ms`);
  }
});
