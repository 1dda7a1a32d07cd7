import { stepsMax, framesPerSecond } from '#foundation/dsp/find-peaks.ts';
import { readSegment, writeSegment } from '../src/counting/recognition/segment-file.ts';
import { fingerprintSound } from '../src/counting/recognition/fingerprint-sound.ts';
import {
  buildSegment,
  fingerprintedOf,
  type Fingerprinted,
} from '../src/counting/recognition/segment.ts';
import { composed } from './composed.ts';

// Makes an index as large as a country's: 1,000 composed recordings and, up to the number wanted, padding of 3.5 minutes
// each. Padding is made of the peaks of the composed and of real music, in stretches of five seconds drawn at random and moved
// in pitch and pace, so that hashes keep their uneven distribution and no stretch repeats.
// Arguments: the file to write, how many tracks in all, how many composed, and an index of real music (npx ngoma index).

const [out, wanted = '10000', composedWanted = '1000', music] = process.argv.slice(2);
if (out === undefined) throw new Error('bench/pad-index.ts OUT [TRACKS] [COMPOSED] [MUSIC.index]');
const trackFrames = 210 * framesPerSecond;
const stretchFrames = 5 * framesPerSecond;
/** Composed recordings are one synthesiser's; of real music there is more in the padding. */
const composedSourcesMax = 60;

const random = seeded(20_261);
const distractors: Fingerprinted[] = [];
for (let i = 0; i < Number(composedWanted); i++) {
  const { name, samples } = await composed(i);
  distractors.push({
    recordingId: name,
    title: name,
    artist: '',
    file: null,
    ...fingerprintSound(samples),
  });
}
const sources = distractors.slice(0, composedSourcesMax);
if (music !== undefined) {
  const segment = await readSegment(music);
  sources.push(...segment.recordings.map((_, index) => fingerprintedOf(segment, index)));
}
const padding = Array.from({ length: Number(wanted) - distractors.length }, (_, i) => ({
  recordingId: `padding-${i}`,
  title: '',
  artist: '',
  file: null,
  ...pad(),
}));
const start = process.cpuUsage();
const segment = buildSegment([...distractors, ...padding]);
const used = process.cpuUsage(start);
await writeSegment(out, segment);
const bytes =
  segment.levels.byteLength +
  segment.postings.byteLength +
  segment.directory.byteLength +
  segment.places.byteLength +
  segment.starts.byteLength;
console.log(
  `${wanted} tracks, ${distractors.length} of them composed, padding from ${sources.length} recordings: ` +
    `${(segment.postings.length / 2e6).toFixed(1)} M postings, ${(bytes / 1e9).toFixed(2)} GB, built in ${((used.user + used.system) / 1e6).toFixed(0)} s CPU`,
);

function pad(): { places: Uint32Array; levels: Uint8Array } {
  const peaks: number[] = [];
  for (let base = 0; base < trackFrames; base += stretchFrames) {
    const { places, levels } = sources[Math.floor(random() * sources.length)]!;
    const pitch = 2 ** (random() * 1.2 - 0.6);
    const pace = 0.8 + 0.4 * random();
    const first = Math.floor(random() * places.length * 0.8);
    for (let i = first; i < places.length; i++) {
      const frame = Math.round(((places[i]! >>> 10) - (places[first]! >>> 10)) * pace);
      if (frame >= stretchFrames) break;
      const step = Math.round((places[i]! & (stepsMax - 1)) * pitch);
      // The level goes along in the lower byte, so that sorting by place keeps the two together.
      if (step > 12 && step < 830)
        peaks.push(((base + frame) * stepsMax + step) * 256 + (levels?.[i] ?? 0));
    }
  }
  const sorted = Float64Array.from(peaks).sort();
  return {
    places: Uint32Array.from(sorted, (peak) => Math.floor(peak / 256)),
    levels: Uint8Array.from(sorted, (peak) => peak % 256),
  };
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
