import { identify, hear, prepareSearch } from '#counting/recognition/engine.ts';
import { fingerprintRate } from '#foundation/dsp/find-peaks.ts';
import { resample } from '#foundation/dsp/resample.ts';
import { fingerprintSound } from '../src/counting/recognition/fingerprint-sound.ts';
import { buildSegment, type Fingerprinted } from '../src/counting/recognition/segment.ts';
import { composed, familyOf } from './composed.ts';

// Recordings that share drum loops, intros and samples, all of one synthesiser, on one tempo grid and tuned alike: the
// look-alikes that a count of hashes credits wrongly. Part of every family is left out of the index and asked for all the same.
// Arguments: how many recordings, and how many of them to ask for.

const [recordings = 200, asked = 100] = process.argv.slice(2).map(Number);
const querySeconds = 10;

/** One of each pair that shares an intro or a sample in every other ten, one of each loop's three, one unrelated in ten. */
function isHeldOut(index: number): boolean {
  const digit = index % 10;
  const even = Math.floor(index / 10) % 2 === 0;
  return digit === 1 || digit === 9 || (even && (digit === 4 || digit === 6));
}

const listed: Fingerprinted[] = [];
for (let i = 0; i < recordings; i++) {
  if (isHeldOut(i)) continue;
  const { name, samples } = await composed(i);
  listed.push({
    recordingId: name,
    title: name,
    artist: '',
    file: null,
    ...fingerprintSound(samples),
  });
}
const shards = [{ segment: buildSegment(listed), isLive: () => true }];
const search = prepareSearch();

/** The beginning, which some share, and what comes after it. */
const places = [
  ['intro', 0.01],
  ['body', 0.4],
] as const;
const treatments: Readonly<Record<string, (samples: Float32Array) => Float32Array>> = {
  clean: (samples) => samples,
  'noise 0 dB': withNoise,
  'speed +3 %': (samples) => resample(samples, fingerprintRate * 1.03, fingerprintRate),
};
/** `shared`: named was the neighbour whose intro it is, sample for sample; it does sound. */
type Cell = { asked: number; right: number; wrong: number; undecided: number; shared: number };
const cells = new Map<string, Cell>();
for (let i = 0; i < recordings; i += Math.max(1, Math.floor(recordings / asked))) {
  const { name, samples, family } = await composed(i);
  for (const [place, share] of places) {
    const from = Math.floor(share * samples.length);
    const part = samples.slice(from, from + Math.ceil(1.04 * querySeconds * fingerprintRate));
    for (const [treatment, treat] of Object.entries(treatments)) {
      const query = treat(part).subarray(0, querySeconds * fingerprintRate);
      const { match, sameAudio, alternatives } = identify(search, shards, hear(query));
      const kind = family.split('-')[0]!;
      const key = `${(isHeldOut(i) ? 'absent' : 'present').padEnd(8)} ${kind.padEnd(7)} ${place.padEnd(7)} ${treatment}`;
      const cell = cells.get(key) ?? { asked: 0, right: 0, wrong: 0, undecided: 0, shared: 0 };
      cells.set(key, cell);
      cell.asked += 1;
      if (match === null) cell.undecided += alternatives.length > 0 ? 1 : 0;
      else if ([match, ...sameAudio].some(({ recordingId }) => recordingId === name))
        cell.right += 1;
      else if (kind === 'intro' && place === 'intro' && familyOfName(match.recordingId) === family)
        cell.shared += 1;
      else {
        cell.wrong += 1;
        console.log(`WRONG: ${key}: ${name} was named ${match.recordingId}`);
      }
    }
  }
}

function familyOfName(name: string): string {
  return familyOf(Number(name.slice(-4))).family;
}

console.log(`${listed.length} of ${recordings} composed recordings indexed`);
console.log('in index shares  where   treatment   asked  right  undecided  shared  WRONG');
for (const [key, cell] of [...cells].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(
    `${key.padEnd(38)} ${[cell.asked, cell.right, cell.undecided, cell.shared, cell.wrong].map((count) => String(count).padStart(6)).join(' ')}`,
  );
console.log(
  `families: ${familyOf(0).family} is three over one drum loop, intro-0 and sample-0 are pairs`,
);

function withNoise(samples: Float32Array): Float32Array {
  let state = 9;
  let power = 0;
  for (const sample of samples) power += sample * sample;
  const amplitude = Math.sqrt((3 * power) / samples.length);
  return samples.map((sample) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return sample + amplitude * (state / 2 ** 31 - 1);
  });
}
