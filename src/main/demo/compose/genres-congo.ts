import type { Genre } from './genre.ts';

const fourFour = { stepsPerBeat: 4, stepsPerBar: 16 };

const soukousMelody = [
  'x.x.x.x.x.......',
  '..x.x.x.x.x.x...',
  'x...x.x.x...x...',
  '....x.x.x.x.x...',
  'x.xx.x.x..x.....',
  '..x...x.x.x.....',
];

// The sebene: the song stops, the guitars turn short figures over I IV V IV until everybody dances.
export const rumba: Genre = {
  name: 'rumba',
  tempoBpm: [108, 122],
  meter: fourFour,
  swing: [0, 0.08],
  phraseBars: 4,
  modes: ['major'],
  melodyScale: 'diatonic',
  progressions: {
    major: {
      verse: ['I IV V IV', 'I I V V', 'I V IV V', 'I vi IV V'],
      chorus: ['IV V I I', 'I IV V I', 'vi IV V I'],
      break: ['I IV V IV', 'I,IV V I,IV V', 'IV V I V'],
    },
    minor: { verse: ['i iv V iv'], chorus: ['iv V i i'], break: ['i iv V iv'] },
  },
  grooves: [
    {
      kick: 'x.......x...x...',
      clave: 'x..x..x...x.x...',
      conga: 't.s.t.hht.s.t.ll',
      shaker: 'XgxxXgxxXgxxXgxx',
      rim: '....x.......x...',
      hat: '..x...x...x...x.',
    },
    {
      kick: 'x.....x.x.....x.',
      clave: '..x.x...x..x..x.',
      conga: 'h.s.t.llt.s.h.ll',
      shaker: 'X.xgX.xgX.xgX.xg',
      snare: '...g..x....g..x.',
      hat: 'x.x.x.x.x.x.x.x.',
    },
    {
      kick: 'x...x...x...x...',
      rim: 'x..x..x...x.x...',
      conga: 't.s.thhlt.s.thhl',
      shaker: 'XgxgXgxgXgxgXgxg',
      hat: '..x...x...x...o.',
    },
  ],
  breakGrooves: [
    {
      kick: 'X...X...X...X...',
      snare: 'x..x..x..x..x.x.',
      hat: 'x.xxx.xxx.xxx.xx',
      conga: 't.s.t.hhtls.t.ll',
      shaker: 'XxxxXxxxXxxxXxxx',
      bell: 'x.x.x.x.x.x.x.x.',
    },
    {
      kick: 'X...X...X...X...',
      snare: 'x.xx.x.xx.xx.xx.',
      hat: '..o...o...o...o.',
      shaker: 'XgxxXgxxXgxxXgxx',
      tom: '......h.......m.',
      bell: 'x..xx.x.x..xx.x.',
    },
  ],
  drumsWhere: { kick: 'VCBSO', snare: 'VCBSO', conga: 'IVCBSO', clave: 'IVC', bell: 'S' },
  fills: [
    { snare: 'x.xxx.xxxxxxX.X.', kick: 'X...X...X...X...', shaker: 'XgxxXgxx........' },
    { tom: 'h.hhm.mml.llX...', kick: 'X...X...X...X...' },
    { conga: 'hhlhhlsshhllssll', shaker: 'XgxxXgxxXgxxXgxx', kick: 'X...........X...' },
  ],
  bass: {
    instrument: 'fingerBass',
    low: 33,
    lines: ['r---..5-8-..5-..', 'r-..3-5-..8-5-a-', 'r-----5---8-5---', '..r-..5-8--.5-a-'],
    breakLines: ['r-.r-5.8r-.r-5.a', 'r-r.5-8.r-r.5-3a', '..r-r-5-..8-5-a-'],
    where: 'IVCBSO',
  },
  comps: [
    {
      instrument: 'guitarTwo',
      style: 'arpeggio',
      patterns: ['x.x.xx.x.xx.x.x.', 'x.xx.x.xx.xx.x.x'],
      centre: 62,
      voices: 4,
      where: 'IVCBSO',
    },
    { instrument: 'strings', style: 'held', patterns: [], centre: 64, voices: 3, where: 'C' },
  ],
  riffs: [
    {
      instrument: 'soloGuitar',
      rhythms: ['xxxxxxxxxxxx.xx.', 'x.xxxxx.x.xxxxxx', 'xxx.xxx.xxx.xxxx'],
      low: 66,
      high: 86,
      doubled: true,
      where: 'S',
    },
    {
      instrument: 'guitar',
      rhythms: ['x.xx.xx.x.xx.xx.', 'xx.xxx.xxx.xx.x.', '.xx.xx.x.xx.xxx.'],
      low: 59,
      high: 76,
      doubled: false,
      where: 'BSO',
    },
    {
      instrument: 'palmGuitar',
      rhythms: ['..x.x...x.x.x...', 'x...x.x...x.x.x.'],
      low: 64,
      high: 81,
      doubled: true,
      where: 'IV',
    },
  ],
  leads: [
    { instrument: 'tenor', low: 55, high: 72, where: 'VC' },
    { instrument: 'alto', low: 58, high: 75, where: 'VC' },
  ],
  melodyRhythms: soukousMelody,
  answers: [
    { instrument: 'choirHigh', low: 60, high: 77, where: 'CS' },
    { instrument: 'choirMid', low: 55, high: 72, where: 'CS' },
    { instrument: 'brass', low: 58, high: 76, where: 'C' },
  ],
  balance: { soloGuitar: 2, conga: 1 },
  roomSeconds: 1.3,
};

export const ndombolo: Genre = {
  ...rumba,
  name: 'ndombolo',
  tempoBpm: [124, 136],
  swing: [0, 0.05],
  modes: ['major', 'major', 'minor'],
  progressions: {
    major: {
      verse: ['I IV V IV', 'I V IV V'],
      chorus: ['I IV V IV', 'IV V I V'],
      break: ['I IV V IV', 'I,IV V,IV I,IV V'],
    },
    minor: {
      verse: ['i VII VI VII', 'i iv VII i'],
      chorus: ['VI VII i i', 'iv VII i VI'],
      break: ['i VII VI VII', 'i iv VII VII'],
    },
  },
  grooves: [
    {
      kick: 'X...X...X...X..x',
      snare: '..x..x....x.x...',
      hat: 'x.xxx.xxx.xxx.xx',
      shaker: 'XgxxXgxxXgxxXgxx',
      conga: 't.s.t.hht.s.t.ll',
      clap: '....x.......x...',
    },
    {
      kick: 'X...X...X...X...',
      snare: 'x..x..x...x.x..g',
      hat: '..o...o...o...o.',
      shaker: 'XxxxXxxxXxxxXxxx',
      tom: '..............lm',
      rim: '..x.....x.x.....',
    },
    {
      kick: 'X..xX...X..xX...',
      snare: '....x..x..x.x...',
      hat: 'xxxxxxxxxxxxxxxx',
      shaker: 'X.x.X.x.X.x.X.x.',
      conga: 'h.hls.t.h.hls.tt',
    },
  ],
  drumsWhere: { kick: 'IVCBSO', snare: 'VCBSO', conga: 'VCBSO', clap: 'CS', bell: 'S', tom: 'CS' },
  bass: {
    ...rumba.bass,
    lines: ['r-.r-.5-8-.5-.a-', 'r.r-..r-5.5-..a-', 'r-.8-.r-5-.3-.a-'],
  },
  comps: [
    {
      instrument: 'guitarTwo',
      style: 'rhythm',
      patterns: ['x.x.xx.x.xx.x.x.', '.xx..xx..xx..xx.'],
      centre: 64,
      voices: 3,
      where: 'IVCBSO',
    },
    {
      instrument: 'brass',
      style: 'rhythm',
      patterns: ['x-..........x-x-', '......x-x-......'],
      centre: 65,
      voices: 3,
      where: 'C',
    },
    {
      instrument: 'synthLead',
      style: 'rhythm',
      patterns: ['..x...x...x...x.'],
      centre: 72,
      voices: 2,
      where: 'S',
    },
  ],
  riffs: [
    {
      instrument: 'soloGuitar',
      rhythms: ['xxxxxxxxxxxxxxxx', 'xx.xxx.xxx.xxxxx', 'x.xxxxxxx.xxxxxx'],
      low: 67,
      high: 88,
      doubled: true,
      where: 'IBS',
    },
    {
      instrument: 'guitar',
      rhythms: ['x.xx.xx.x.xx.xx.', '.xx.xx.x.xx.xxx.'],
      low: 59,
      high: 76,
      doubled: false,
      where: 'VCBSO',
    },
  ],
  answers: [
    { instrument: 'choirMid', low: 57, high: 74, where: 'CS' },
    { instrument: 'choirHigh', low: 62, high: 79, where: 'CS' },
  ],
  balance: { soloGuitar: 1, kick: 1, snare: 1 },
  roomSeconds: 1,
};
