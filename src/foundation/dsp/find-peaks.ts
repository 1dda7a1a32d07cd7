import { createSpectrumAnalyser } from './power-spectrum.ts';

// The landmarks of sound: where in time and frequency something begins that stands out of its neighbourhood. Level does
// not matter, because the spectrum is logarithmic and each bin is measured against its own recent past; and no band can
// take all peaks, because each has its own quota. Runs in Node, a worker and a browser with the same result.

export const fingerprintRate = 16_000;
export const frameSamples = 1_024;
export const hopSamples = 128;
export const frameMs = (hopSamples * 1_000) / fingerprintRate;
export const framesPerSecond = fingerprintRate / hopSamples;
/** Frequencies of peaks are counted in these: half a bin of the transform, 7.8 Hz. */
export const stepsPerBin = 2;
/** A peak as one number: frame * 1024 + frequency step. Frames fit 22 bits: nine hours. */
export const stepsMax = 1_024;
export const frameMax = (1 << 22) - 1;

/** Bins where bands begin; the last is where the last one ends. 94 Hz to 6.5 kHz, narrower where music is dense. */
const bandEdges = [6, 13, 21, 31, 43, 59, 81, 113, 163, 241, 416] as const;
export const bandCount = bandEdges.length - 1;
/** Peaks of a band and block in a query: denser than an index, so that what noise adds does not push out what that knows. */
export const queryPeaksPerBlock = 6;
/** Quotas are counted over blocks of this many frames. */
export const blockFrames = 64;
/** For so many frames before and after, a peak is the highest. */
export const reachFrames = 7;
const memory = 0.995;
/** Share of the level itself in a peak's strength: what is loud survives noise, and an overall gain changes no order. */
const levelShare = 0.6;

/** Peaks with the same number share a quota. */
export function quotaGroupOf(place: number): number {
  const step = place % stepsMax;
  const bin = Math.min(bins - 1, Math.round(step / stepsPerBin));
  return Math.floor(Math.floor(place / stepsMax) / blockFrames) * bandCount + bandOf[bin]!;
}

export type PeakFinder = {
  /** Feeds samples at 16 kHz in blocks of any length. */
  readonly push: (samples: Float32Array) => void;
  /** What is still undecided is decided as if silence followed. */
  readonly end: () => void;
};

/** `level` is log2 of the power at the peak. */
export type PeakSink = (frame: number, step: number, strength: number, level: number) => void;
/** Sees each frame as it was measured: by how much each bin rises above its recent past. Valid until it returns. */
export type FrameSink = (frame: number, rise: Float32Array, level: Float32Array) => void;

const bins = frameSamples / 2;
/** Levels as a byte: 0.75 dB each, from 120 dB below full scale. */
export const levelUnitsPerOctave = 4;
const levelLowest = -40;
export function levelByte(level: number): number {
  const units = (level - levelLowest) * levelUnitsPerOctave + 0.5;
  return units <= 0 ? 0 : units >= 254 ? 254 : units | 0;
}
/** Stands for a level nobody knows. */
export const levelUnknown = 255;
/** The band of a bin, from 0 to bandCount - 1. */
export function bandOfBin(bin: number): number {
  return bandOf[bin]!;
}

/** The bins that are looked at. */
export const lowest = bandEdges[0];
export const highest = bandEdges[bandCount]!;
const candidatesMax = 64;

/** How far a peak rules over its neighbours in frequency, in bins: ears and notes are logarithmic. */
export const reachBins = Uint8Array.from({ length: bins }, (_, bin) => 3 + Math.floor(bin / 20));
const bandOf = Uint8Array.from({ length: bins }, (_, bin) => {
  let band = 0;
  while (band < bandCount - 1 && bin >= bandEdges[band + 1]!) band++;
  return band;
});

/**
 * Finds peaks in a stream and hands them to `sink` ordered by frame, then frequency: at most `peaksPerBlock` in each band
 * and block of 0.512 s, the strongest first. The peaks of a smaller quota are always among those of a larger.
 */
export function createPeakFinder(
  peaksPerBlock: number,
  sink: PeakSink,
  onFrame: FrameSink | null = null,
): PeakFinder {
  const analyser = createSpectrumAnalyser(frameSamples);
  const rows = 2 * reachFrames + 1;
  const rise = Array.from({ length: rows }, () => new Float32Array(bins));
  const level = Array.from({ length: rows }, () => new Float32Array(bins));
  const candidates = Array.from({ length: rows }, () => new Uint16Array(candidatesMax));
  const candidateCounts = new Uint16Array(rows);
  const kept = createQuota(peaksPerBlock, sink);
  const queue = new Float32Array(frameSamples + 8_192);
  let queued = 0;
  let frame = 0;

  function analyse(from: number): void {
    const now = level[frame % rows]!;
    const before = level[(frame + rows - 1) % rows]!;
    analyser.logPower(queue, from, now);
    const row = rise[frame % rows]!;
    const last = rise[(frame + rows - 1) % rows]!;
    if (frame === 0) row.fill(0);
    else
      for (let bin = lowest - 2; bin < highest + 2; bin++)
        row[bin] = now[bin]! - before[bin]! + memory * last[bin]!;
    onFrame?.(frame, row, now);
    candidateCounts[frame % rows] = gather(row, candidates[frame % rows]!);
    if (frame >= reachFrames) decide(frame - reachFrames, frame);
    frame += 1;
  }

  /** A candidate is a peak when nothing in its neighbourhood, from reachFrames before to reachFrames after, is higher. */
  function decide(at: number, newest: number): void {
    const row = rise[at % rows]!;
    const found = candidates[at % rows]!;
    next: for (let c = 0, count = candidateCounts[at % rows]!; c < count; c++) {
      const bin = found[c]!;
      const value = row[bin]!;
      const from = Math.max(lowest, bin - reachBins[bin]!);
      const to = Math.min(highest - 1, bin + reachBins[bin]!);
      // The nearest frames first: they refute most.
      for (let away = 1; away <= reachFrames; away++) {
        if (at >= away && exceeds(rise[(at - away) % rows]!, from, to, value)) continue next;
        if (at + away <= newest && exceeds(rise[(at + away) % rows]!, from, to, value))
          continue next;
      }
      const loud = level[at % rows]![bin]!;
      kept.offer(at, stepOf(row, bin), bandOf[bin]!, value + levelShare * loud, loud);
    }
  }

  return {
    push(samples) {
      for (let from = 0; from < samples.length;) {
        const take = Math.min(queue.length - queued, samples.length - from);
        queue.set(samples.subarray(from, from + take), queued);
        queued += take;
        from += take;
        let start = 0;
        for (; start + frameSamples <= queued; start += hopSamples) analyse(start);
        queue.copyWithin(0, start, queued);
        queued -= start;
      }
    },
    end() {
      for (let at = Math.max(0, frame - reachFrames); at < frame; at++) decide(at, frame - 1);
      kept.end();
    },
  };
}

/** The frequency of the summit between bins, in steps, by the parabola through three points. */
function stepOf(row: Float32Array, bin: number): number {
  const a = row[bin - 1]!;
  const b = row[bin]!;
  const c = row[bin + 1]!;
  const bend = a - 2 * b + c;
  const shift = bend < 0 ? (0.5 * (a - c)) / bend : 0;
  return Math.round((bin + Math.max(-0.5, Math.min(0.5, shift))) * stepsPerBin);
}

function exceeds(row: Float32Array, from: number, to: number, value: number): boolean {
  for (let bin = from; bin <= to; bin++) if (row[bin]! > value) return true;
  return false;
}

/** The bins that rise and are the highest within their reach in this frame. */
function gather(row: Float32Array, found: Uint16Array): number {
  let count = 0;
  for (let bin = lowest; bin < highest && count < candidatesMax; bin++) {
    const value = row[bin]!;
    if (value <= 0 || value < row[bin - 1]! || value <= row[bin + 1]!) continue;
    const reach = reachBins[bin]!;
    if (exceeds(row, Math.max(lowest, bin - reach), bin - 1, value)) continue;
    if (exceeds(row, bin + 1, Math.min(highest - 1, bin + reach), value)) continue;
    found[count++] = bin;
  }
  return count;
}

/** Keeps the strongest of each band and block, and lets a block go when it is over. */
function createQuota(peaksPerBlock: number, sink: PeakSink) {
  const strengths = new Float32Array(bandCount * peaksPerBlock);
  const places = new Float64Array(bandCount * peaksPerBlock);
  const levels = new Float32Array(bandCount * peaksPerBlock);
  const counts = new Uint16Array(bandCount);
  const order = new Float64Array(bandCount * peaksPerBlock);
  let block = 0;

  function release(): void {
    let count = 0;
    for (let band = 0; band < bandCount; band++)
      for (let i = 0; i < counts[band]!; i++) order[count++] = band * peaksPerBlock + i;
    const sorted = order.subarray(0, count).sort((a, b) => places[a]! - places[b]!);
    for (let i = 0; i < count; i++) {
      const at = sorted[i]!;
      const place = places[at]!;
      sink(Math.floor(place / stepsMax), place % stepsMax, strengths[at]!, levels[at]!);
    }
    counts.fill(0);
  }

  return {
    offer(frame: number, step: number, band: number, strength: number, level: number): void {
      const own = Math.floor(frame / blockFrames);
      if (own !== block) {
        release();
        block = own;
      }
      const base = band * peaksPerBlock;
      const count = counts[band]!;
      let at = count;
      if (count < peaksPerBlock) counts[band] = count + 1;
      else {
        at = 0;
        for (let i = 1; i < count; i++) if (strengths[base + i]! < strengths[base + at]!) at = i;
        if (strengths[base + at]! >= strength) return;
      }
      strengths[base + at] = strength;
      places[base + at] = frame * stepsMax + step;
      levels[base + at] = level;
    },
    end: release,
  };
}
