import type { Genre } from './genre.ts';

const fourFour = { stepsPerBeat: 4, stepsPerBar: 16 };
const twelveEight = { stepsPerBeat: 3, stepsPerBar: 12 };
/** The five of the intore: two and three quavers, felt as one lame bar. */
const fiveEight = { stepsPerBeat: 4, stepsPerBar: 10 };

export const intore: Genre = {
  name: 'intore',
  tempoBpm: [108, 124],
  meter: fiveEight,
  swing: [0, 0],
  phraseBars: 8,
  modes: ['major', 'minor', 'dorian'],
  melodyScale: 'pentatonic',
  progressions: {
    major: {
      verse: ['I5 I5 I5 I5 V5 V5 I5 I5', 'I5 I5 ii I5 I5 I5 V5 I5'],
      chorus: ['I5 I5 IV5 IV5 I5 V5 I5 I5'],
      break: ['I5 I5 I5 I5 I5 I5 I5 I5'],
    },
    minor: {
      verse: ['i5 i5 i5 i5 VII VII i5 i5'],
      chorus: ['i5 i5 iv5 iv5 VII VII i5 i5', 'i5 VII i5 VII III VII i5 i5'],
      break: ['i5 i5 i5 i5 i5 i5 i5 i5'],
    },
  },
  grooves: [
    {
      ingoma: 'X...x.....',
      ishakwe: 'x.xxx.xxxx',
      jingles: 'X...X.....',
      clap: 'x...x.....',
      conga: 'l..hl.h.h.',
    },
    {
      ingoma: 'X...x..g..X...x.x.x.',
      ishakwe: 'xxx.xxx.xx',
      jingles: 'x...X.x...',
      conga: 'h.l.hh.l.h',
      clap: '....x.....',
    },
    {
      ingoma: 'X..gX.....X...x...x.',
      ishakwe: 'x.x.x.x.xx',
      jingles: 'X...X..x..',
      clap: 'x...x.....',
    },
  ],
  breakGrooves: [
    {
      ingoma: 'X.x.X..x.xX.x.X.xxx.',
      ishakwe: 'xxxxxxxxxx',
      jingles: 'X...X.....',
      conga: 'lhhlhlhhlh',
      clap: 'x...x.....',
    },
    { ingoma: 'X...X.X.X.Xxx.X.x.x.', ishakwe: 'x.xxx.xxxx', jingles: 'x...X.x...' },
  ],
  drumsWhere: { ingoma: 'VCBSO', conga: 'CBS', clap: 'VCBSO', ishakwe: 'IVCBSO', jingles: 'CBSO' },
  fills: [
    { ingoma: 'XxxxXxXxXx', ishakwe: 'xxxxxxxxxx', clap: 'x...x.....' },
    { ingoma: 'X.X.X.XXXX', ishakwe: 'x.xxx.xxxx', jingles: 'X.X.X.X.X.' },
  ],
  bass: {
    instrument: 'musicalBow',
    low: 38,
    lines: ['r---r-----', 'r---5-r---', 'r-----5---'],
    breakLines: ['r---r-----'],
    where: 'IVCBO',
  },
  comps: [],
  riffs: [
    {
      instrument: 'inanga',
      rhythms: ['x.x.x.xx.x', 'xx.xx.x.x.', 'x.xxx.x.xx'],
      low: 48,
      high: 69,
      doubled: false,
      where: 'IVCBSO',
    },
    {
      instrument: 'inanga',
      rhythms: ['x...x.....', 'x...x..x..'],
      low: 60,
      high: 76,
      doubled: false,
      where: 'VC',
    },
  ],
  leads: [
    { instrument: 'tenor', low: 52, high: 69, where: 'VC' },
    { instrument: 'alto', low: 56, high: 72, where: 'VC' },
  ],
  melodyRhythms: ['x.x.x.....', 'x...x.x.x.', '..x.x.x...', 'xx.xx.....', 'x.x.x.x...'],
  answers: [
    { instrument: 'choirLow', low: 47, high: 62, where: 'VC' },
    { instrument: 'choirMid', low: 52, high: 69, where: 'C' },
    { instrument: 'flute', low: 69, high: 86, where: 'IBS' },
  ],
  balance: { inanga: 3, ishakwe: -2, jingles: -3 },
  roomSeconds: 1.6,
};

export const kinyarwandaRnb: Genre = {
  name: 'kinyarwanda-rnb',
  tempoBpm: [76, 94],
  meter: fourFour,
  swing: [0.08, 0.26],
  phraseBars: 4,
  modes: ['major', 'minor'],
  melodyScale: 'pentatonic',
  progressions: {
    major: {
      verse: ['IVmaj7 iii7 vi9 Imaj9', 'ii9 V Imaj7 vi7', 'Imaj9 vi9 ii9 V9'],
      chorus: ['IVmaj9 V vi9 iii7', 'vi9 IVmaj7 Imaj9 V', 'IVmaj7 iii7 ii9 Imaj9'],
      break: ['ii9 iii7 IVmaj7 IVmaj7', 'vi9 vi9 IVmaj9 V'],
    },
    minor: {
      verse: ['i9 VImaj7 iv9 v7', 'VImaj7 VII i9 i9'],
      chorus: ['VImaj9 VII i9 IIImaj7', 'iv9 VII IIImaj7 VImaj7'],
      break: ['iv9 v7 VImaj7 VII', 'i9 i9 VImaj9 v7'],
    },
  },
  grooves: [
    {
      kick: 'X......x..x.....',
      snare: '....X.......X..g',
      hat: 'x.xxx.xxx.xxx.xo',
      rim: '..........?..x..',
      shaker: 'XgxgXgxgXgxgXgxg',
    },
    {
      kick: 'X..x......x..?..',
      clap: '....X.......X...',
      snare: '....x.......x.gg',
      hat: 'x?x?x?xxx?x?xxx?',
      shaker: '..x...x...x...x.',
    },
    {
      kick: 'X.....x.x..x....',
      rim: '....X..?....X...',
      hat: 'xgxgxgxgxgxgxgxg',
      shaker: 'xgXgxgXgxgXgxgXg',
      conga: '......h..l....hs',
    },
  ],
  breakGrooves: [
    { rim: '....X.......X...', shaker: 'XgxgXgxgXgxgXgxg', conga: '..h...l...h.l.s.' },
    { kick: 'X.......x.......', clap: '....X.......X...', hat: '..x...x...x...x.' },
  ],
  drumsWhere: { kick: 'VCSO', clap: 'CS', snare: 'VCS', shaker: 'CBSO', conga: 'CBS', hat: 'VCSO' },
  fills: [
    { snare: '....X...g.xgxxX.', kick: 'X......x..x.....', hat: 'x.xxx.xx........' },
    { tom: '........h..m.ml.', snare: '....X...........', kick: 'X......x........' },
  ],
  bass: {
    instrument: 'subBass',
    low: 32,
    lines: ['r------r--r-----', 'r-----..r-5-..a-', 'r--.--8---r---a-', 'r-----r---..5-r-'],
    breakLines: ['r---------------'],
    where: 'VCSO',
  },
  comps: [
    {
      instrument: 'electricPiano',
      style: 'rhythm',
      patterns: ['x-------..x-----', 'x-----x---------', 'x---..x---..x---'],
      centre: 62,
      voices: 4,
      where: 'IVCBSO',
    },
    { instrument: 'pad', style: 'held', patterns: [], centre: 59, voices: 3, where: 'CBSO' },
    {
      instrument: 'guitar',
      style: 'arpeggio',
      patterns: ['x..x..x...x.x...', '..x.x.x...x...x.'],
      centre: 65,
      voices: 4,
      where: 'IVBO',
    },
  ],
  riffs: [
    {
      instrument: 'mallet',
      rhythms: ['......x.x...x...', 'x...x.....x.....'],
      low: 67,
      high: 84,
      doubled: false,
      where: 'CS',
    },
  ],
  leads: [
    { instrument: 'alto', low: 57, high: 74, where: 'VC' },
    { instrument: 'tenor', low: 52, high: 69, where: 'VC' },
  ],
  melodyRhythms: [
    'x.xx.x..x.......',
    '..x.x.xx.x......',
    '....x.x.x..x.x..',
    'x..x.x.xx.......',
    'x.x.x...x.xx....',
    '..xxx.x.........',
  ],
  answers: [
    { instrument: 'choirHigh', low: 60, high: 77, where: 'C' },
    { instrument: 'choirMid', low: 55, high: 71, where: 'C' },
    { instrument: 'soloGuitar', low: 62, high: 81, where: 'BS' },
  ],
  balance: { hat: -2, subBass: -1 },
  roomSeconds: 2,
};

export const gospel: Genre = {
  name: 'gospel',
  tempoBpm: [66, 80],
  meter: twelveEight,
  swing: [0, 0],
  phraseBars: 4,
  modes: ['major'],
  melodyScale: 'diatonic',
  progressions: {
    major: {
      verse: ['I,I/3 IV,#ivdim I/5,vi ii7,V7', 'I vi7 ii7 V7', 'I,V/7 vi,I/5 IV,iv I,V7'],
      chorus: ['IV,V iii7,vi7 ii7,V7 I', 'I,I7 IV,iv I/5,V7 I', 'IV,#ivdim I/5,vi7 ii7,V7 I,V7'],
      break: ['vi7 IV I/5 V7', 'IV iii7 ii7 V7'],
    },
    minor: { verse: ['i iv VII i'], chorus: ['iv i V i'], break: ['iv i V V'] },
  },
  grooves: [
    {
      kick: 'X.....x..x..',
      snare: '...X.....X..',
      hat: 'x.xx.xx.xx.x',
      tambourine: '...x.....x..',
    },
    { kick: 'X....xX.....', rim: '...X.....X..', hat: 'xxxxxxxxxxxx', tambourine: 'x.xX.xx.xX.x' },
    {
      kick: 'X..g..X..g.x',
      snare: '...X....gX.g',
      ride: 'x.xx.xx.xx.x',
      clap: '...x.....x..',
      tambourine: 'x.xX.xx.xX.x',
    },
  ],
  breakGrooves: [
    { clap: '...X.....X..', tambourine: 'x.xX.xx.xX.x', kick: 'X.....X.....' },
    { hat: 'x.xx.xx.xx.x', rim: '...X.....X..' },
  ],
  drumsWhere: { kick: 'VCBSO', snare: 'VCS', tambourine: 'CS', clap: 'CBS', ride: 'CS' },
  fills: [
    { snare: '...X..xxxxxx', kick: 'X.....x.....' },
    { tom: '......hhmmll', snare: '...X........', kick: 'X...........' },
  ],
  bass: {
    instrument: 'fingerBass',
    low: 32,
    lines: ['r-----5--8-a', 'r----.r--5-a', 'r--3--5--8-a'],
    breakLines: ['r-----------'],
    where: 'VCBSO',
  },
  comps: [
    {
      instrument: 'piano',
      style: 'rhythm',
      patterns: ['x--x-xx--x-x', 'x-----x--x--', 'x--x--x--x--'],
      centre: 62,
      voices: 4,
      where: 'IVCBSO',
    },
    { instrument: 'organ', style: 'held', patterns: [], centre: 60, voices: 4, where: 'IVCBSO' },
  ],
  riffs: [],
  leads: [
    { instrument: 'alto', low: 57, high: 75, where: 'VC' },
    { instrument: 'tenor', low: 53, high: 70, where: 'VC' },
  ],
  melodyRhythms: ['x..x.xx.....', 'x.xx..x..x..', '...x.xx..x..', 'x..x..x.....', 'x..x.xx.xx..'],
  answers: [
    { instrument: 'choirHigh', low: 60, high: 77, where: 'CS' },
    { instrument: 'choirMid', low: 55, high: 72, where: 'CBS' },
    { instrument: 'choirLow', low: 48, high: 65, where: 'CBS' },
  ],
  balance: { organ: 1, choirHigh: 2, choirMid: 2, choirLow: 2 },
  roomSeconds: 2.6,
};
