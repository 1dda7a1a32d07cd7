// Keys, chords and how they are voiced. Pitches are MIDI note numbers (60 = middle C, 69 = 440 Hz).

export type Mode = 'major' | 'minor' | 'dorian' | 'mixolydian';
export type Key = { readonly tonic: number; readonly mode: Mode };

const tonicNames = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'] as const;

const scales: Readonly<Record<Mode, readonly number[]>> = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
};

/** Five notes without semitones: nothing a singer lands on is wrong over any chord of the key. */
const pentatonics: Readonly<Record<Mode, readonly number[]>> = {
  major: [0, 2, 4, 7, 9],
  minor: [0, 3, 5, 7, 10],
  dorian: [0, 3, 5, 7, 10],
  mixolydian: [0, 2, 4, 7, 9],
};

export function tonicName(key: Key): string {
  return tonicNames[key.tonic]!;
}

/** `F# minor`. */
export function keyName(key: Key): string {
  return `${tonicName(key)} ${key.mode}`;
}

/** Pitch classes of the key, from the tonic. */
export function scaleOf(key: Key, kind: 'diatonic' | 'pentatonic'): readonly number[] {
  const steps = kind === 'diatonic' ? scales[key.mode] : pentatonics[key.mode];
  return steps.map((step) => (key.tonic + step) % 12);
}

export type Chord = {
  readonly root: number;
  readonly bass: number;
  /** Pitch classes, root first. */
  readonly tones: readonly number[];
  /** Where it starts and how long it lasts, in steps from the start of the progression. */
  readonly step: number;
  readonly steps: number;
};

const numerals = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii'];
const chordPattern =
  /^([b#]?)(vii|vi|v|iv|iii|ii|i|VII|VI|V|IV|III|II|I)(maj9|maj7|m7b5|dim|sus4|5|6|7|9|)(?:\/([1-7]))?$/;

function intervals(minor: boolean, suffix: string): readonly number[] {
  const third = minor ? 3 : 4;
  switch (suffix) {
    case 'maj7':
      return [0, third, 7, 11];
    case 'maj9':
      return [0, third, 7, 11, 14];
    case '7':
      return [0, third, 7, 10];
    case '9':
      return [0, third, 7, 10, 14];
    case '6':
      return [0, third, 7, 9];
    case 'sus4':
      return [0, 5, 7];
    case '5':
      return [0, 7];
    case 'dim':
      return [0, 3, 6, 9];
    case 'm7b5':
      return [0, 3, 6, 10];
    default:
      return [0, third, 7];
  }
}

/**
 * Reads a progression such as `i9 VImaj7 iv7,v7 i9`: one word a bar, commas divide a bar, lower case is minor,
 * degrees are of the key's own scale (`b` and `#` from there), `/3` puts that degree of the key in the bass.
 */
export function readProgression(text: string, key: Key, stepsPerBar: number): readonly Chord[] {
  const scale = scales[key.mode];
  return text.split(' ').flatMap((bar, barIndex) => {
    const words = bar.split(',');
    return words.map((word, index) => {
      const match = chordPattern.exec(word);
      if (match === null) throw new Error(`not a chord: ${word}`);
      const numeral = match[2]!;
      const shift = match[1] === 'b' ? -1 : match[1] === '#' ? 1 : 0;
      const root = (key.tonic + scale[numerals.indexOf(numeral.toLowerCase())]! + shift + 12) % 12;
      const tones = intervals(numeral === numeral.toLowerCase(), match[3]!).map(
        (i) => (root + i) % 12,
      );
      const bass = match[4] === undefined ? root : (key.tonic + scale[Number(match[4]) - 1]!) % 12;
      const from = Math.round((index * stepsPerBar) / words.length);
      const to = Math.round(((index + 1) * stepsPerBar) / words.length);
      return { root, bass, tones, step: barIndex * stepsPerBar + from, steps: to - from };
    });
  });
}

/** The note of this pitch class nearest to `near`. */
export function nearestPitch(pitchClass: number, near: number): number {
  const below = near - ((((near - pitchClass) % 12) + 12) % 12);
  return near - below <= below + 12 - near ? below : below + 12;
}

/**
 * Close voicing of up to `voices` tones around `centre`, moving as little as it can from `before`: each tone
 * goes to the place nearest to the old chord's, as a pianist's hand does. Sorted upwards, without doubles.
 */
export function voiceChord(
  chord: Chord,
  centre: number,
  voices: number,
  before: readonly number[] = [],
): readonly number[] {
  // With more tones than fingers the root goes first (the bass has it), then the fifth.
  const tones =
    chord.tones.length > voices
      ? chord.tones.filter((_, i) => i !== 0).slice(0, voices)
      : chord.tones;
  const anchor = before.length === 0 ? centre : before.reduce((a, b) => a + b, 0) / before.length;
  const target = Math.round(anchor * 0.6 + centre * 0.4);
  const pitches = new Set(tones.map((tone) => nearestPitch(tone, target)));
  return [...pitches].sort((a, b) => a - b);
}

export function hertz(midi: number): number {
  return 440 * 2 ** ((midi - 69) / 12);
}
