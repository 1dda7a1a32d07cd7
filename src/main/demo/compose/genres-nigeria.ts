import type { Genre } from './genre.ts';

const fourFour = { stepsPerBeat: 4, stepsPerBar: 16 };
const twelveEight = { stepsPerBeat: 3, stepsPerBar: 12 };

const popMelody = [
  'x.x.x...x.x..x..', '..x.x.x.x...x...', 'x..x..x.x.......', '....x.x.x.xxx...', 'x.xx..x...x.x...',
  '..xx.x..x..x....', 'x...x..x..x.x...', '......x.x.x.x.x.',
];

export const afrobeats: Genre = {
  name: 'afrobeats',
  tempoBpm: [98, 112],
  meter: fourFour,
  swing: [0.06, 0.2],
  phraseBars: 4,
  modes: ['minor', 'minor', 'dorian', 'major'],
  melodyScale: 'pentatonic',
  progressions: {
    minor: {
      verse: ['i VI III VII', 'i i iv VII', 'i9 iv7 VII i9', 'i7 VII VI VII'],
      chorus: ['VI VII i III', 'i VI III VII', 'iv7 VII i7 VImaj7', 'VImaj7 v7 i9 i9'],
      break: ['i i VI VII', 'iv7 iv7 i9 i9'],
    },
    major: {
      verse: ['I V vi IV', 'vi7 IVmaj7 I V', 'Imaj7 iii7 vi7 IVmaj7'],
      chorus: ['IV V vi I', 'I V vi IV', 'IVmaj7 iii7 vi7 V'],
      break: ['vi vi IV V', 'IVmaj7 IVmaj7 vi7 vi7'],
    },
  },
  grooves: [
    { kick: 'X..g..x.x.....x.', rim: '...x..x....x..x.', clap: '....x.......x...', shaker: 'XgxgXgxgXgxgXgxg', hat: '..x...x...x..?o.', conga: '..l.?h..s..l.hh.', bell: 'x..x..x...x.x...' },
    { kick: 'X.....x.X....?x.', snare: '...x..x....x..xg', rim: 'x..x..x...x.x...', shaker: 'xgXgxgXgxgXgxgXg', hat: 'x.x.x.x.x.x.x.xo', conga: 'h..s..l.h..s.ll.', talking: '......L.....H/..' },
    { kick: 'X...x...X...x...', rim: '...x..x...x.x...', clap: '...x.......x....', shaker: 'XgggxgggXgggxggg', hat: '..o...o...o...o.', conga: '..hl..s...hl.s.t', talking: '..........H.M.L.' },
    { kick: 'X..x..x...x..x..', snare: '....X..g.g..X..g', shaker: 'xgxgxgxgxgxgxgxg', hat: 'x?xxx?xxx?xxx?xo', bell: 'x..x..x...x.x...', conga: 'l..h..s.l..hs..t' },
  ],
  breakGrooves: [
    { kick: 'X...x...X...x...', conga: 'h.hls.h.hhl.s.ht', shaker: 'XgxgXgxgXgxgXgxg', talking: 'H.L.M/..H.H.L\\..', bell: 'x..x..x...x.x...', clap: '....x.......x...' },
    { rim: '...x..x....x..x.', shaker: 'XgxgXgxgXgxgXgxg', conga: '..l.?h..s..l.hh.', talking: '..H.M.L...H/..L.' },
  ],
  drumsWhere: { kick: 'VCSO', snare: 'VCS', clap: 'CS', conga: 'VCBSO', talking: 'CBS', bell: 'CS', hat: 'VCS' },
  fills: [
    { snare: '........x..xx.xx', kick: 'X.....x.x.......', shaker: 'XgxgXgxgX.......' },
    { talking: 'H.HML.H/..M.L\\..', rim: '...x..x.....x...', shaker: 'XgxgXgxgXgxgXgxg' },
    { tom: '........h.hm.mll', kick: 'X...x...........', shaker: 'XgxgXgxgX.......' },
  ],
  bass: {
    instrument: 'subBass', low: 33,
    lines: ['r--.--r-..r-5-8-', 'r-..r-r-..5-r-..', 'r--r--r-8-r-.-5-', '..r-..r-r--.5-a-', 'r---..r-..8-r-..'],
    breakLines: ['r-------r-------', 'r--r--r---r-r---'],
    where: 'VCSO',
  },
  comps: [
    { instrument: 'electricPiano', style: 'rhythm', patterns: ['x-----x---x-----', '..x---x-..x---x-', '...x--x-...x--x-'], centre: 62, voices: 4, where: 'IVCBS' },
    { instrument: 'pad', style: 'held', patterns: [], centre: 60, voices: 3, where: 'CBSO' },
    { instrument: 'guitar', style: 'arpeggio', patterns: ['x..x..x.x..x..x.', '..x.x..x..x.x.x.'], centre: 66, voices: 3, where: 'VCSO' },
  ],
  riffs: [
    { instrument: 'mallet', rhythms: ['x..x..x...x.x...', 'x.x..x.x..x..x..', '..x.x.x...x.x.xx'], low: 64, high: 84, doubled: false, where: 'ICSO' },
    { instrument: 'palmGuitar', rhythms: ['x.xx.x.xx.xx.x..', 'xx.xx.x.xx.x.x.x'], low: 60, high: 77, doubled: false, where: 'VS' },
  ],
  leads: [
    { instrument: 'tenor', low: 53, high: 70, where: 'VC' },
    { instrument: 'alto', low: 57, high: 74, where: 'VC' },
  ],
  melodyRhythms: popMelody,
  answers: [
    { instrument: 'choirHigh', low: 60, high: 76, where: 'C' },
    { instrument: 'brass', low: 55, high: 72, where: 'CS' },
    { instrument: 'flute', low: 67, high: 86, where: 'BS' },
  ],
  balance: {},
  roomSeconds: 1.2,
};

export const highlife: Genre = {
  name: 'highlife',
  tempoBpm: [110, 126],
  meter: fourFour,
  swing: [0.02, 0.14],
  phraseBars: 4,
  modes: ['major'],
  melodyScale: 'diatonic',
  progressions: {
    major: {
      verse: ['I IV I V', 'I I IV V', 'I IV V I', 'I vi ii V'],
      chorus: ['IV I V I', 'I IV V IV', 'I IV,V I V', 'IV V I,vi V'],
      break: ['I IV V IV', 'I I V V', 'ii V I I'],
    },
    minor: { verse: ['i iv i v'], chorus: ['iv i v i'], break: ['i iv v iv'] },
  },
  grooves: [
    { kick: 'X...x...X...x...', rim: '..x...x...x.x...', bell: 'x.x.x.x.xx.x.x..', hat: 'x.xxx.xxx.xxx.xx', conga: 't.s.t.hht.s.t.ll', shekere: 'X.xgX.xgX.xgX.xg' },
    { kick: 'X.....x.X.....x.', snare: '....g..xg.....x.', bell: 'x..x..x...x.x...', hat: 'x.o.x.o.x.o.x.o.', conga: 'l..hs..hl..hs.hh', shekere: 'x.xxx.xxx.xxx.xx' },
    { kick: 'x...X...x...X...', rim: 'x..x..x...x.x...', bell: 'x.xx.x.x.xx.x.x.', hat: '..x...x...x...x.', conga: 't.h.s.tlt.h.s.ll', talking: '....H.......L/..', shekere: 'xgxgxgxgxgxgxgxg' },
  ],
  breakGrooves: [
    { kick: 'X...x...X...x...', bell: 'x.x.x.x.xx.x.x..', conga: 'h.hls.hlh.hls.hh', shekere: 'XgxgXgxgXgxgXgxg', clap: '....x.......x...' },
    { bell: 'x..x..x...x.x...', conga: 'l..hs..hl..hs.hh', talking: 'H.M.L...H.H.M/L.', shekere: 'x.xxx.xxx.xxx.xx' },
  ],
  drumsWhere: { kick: 'VCBSO', snare: 'VCS', conga: 'VCBSO', talking: 'BS', bell: 'IVCBSO', clap: 'BS' },
  fills: [
    { snare: 'x..x..x.xxx.xxxx', kick: 'X...x...X...x...', bell: 'x.x.x.x.........' },
    { conga: 'h.hlh.hlssllhhll', kick: 'X...x...X...x...', hat: 'x.xxx.xx........' },
    { tom: '....h.h.m.mml.ll', kick: 'X...x...x.......' },
  ],
  bass: {
    instrument: 'fingerBass', low: 33,
    lines: ['r---3-5-8---5-3-', 'r--.3-5-r-..5-a-', 'r-..5-..8-5-3-a-', '..r-3-5-..8-5-3-'],
    breakLines: ['r---r-5-8---5-a-', 'r-r-5-5-8-8-5-a-'],
    where: 'IVCBSO',
  },
  comps: [
    { instrument: 'guitar', style: 'rhythm', patterns: ['..x-..x-..x-..x-', '..xx..x...xx..x.'], centre: 64, voices: 3, where: 'VCBSO' },
    { instrument: 'organ', style: 'held', patterns: [], centre: 60, voices: 3, where: 'CS' },
  ],
  riffs: [
    { instrument: 'palmGuitar', rhythms: ['x.x.xx.xx.x.xx.x', 'x.xx.xx.x.xx.xx.', 'xx.x.xx.xx.x.x.x'], low: 62, high: 81, doubled: true, where: 'IVBSO' },
    { instrument: 'guitarTwo', rhythms: ['..x.x..x..x.x.x.', '.x.x..x..x.x..x.'], low: 55, high: 71, doubled: false, where: 'VCS' },
  ],
  leads: [
    { instrument: 'tenor', low: 53, high: 70, where: 'VC' },
    { instrument: 'alto', low: 57, high: 74, where: 'VC' },
  ],
  melodyRhythms: ['x.x.x.x.x...x...', '..x.x.x.x.x.....', 'x...x.x.x.x.x...', 'x..x..x.x...x...', '....x.x.x.x.x.x.', 'x.x.xx.x..x.....'],
  answers: [
    { instrument: 'brass', low: 58, high: 77, where: 'ICBS' },
    { instrument: 'choirMid', low: 55, high: 72, where: 'C' },
  ],
  balance: { bell: 2, kick: -2 },
  roomSeconds: 1.1,
};

export const amapiano: Genre = {
  name: 'amapiano',
  tempoBpm: [111, 115],
  meter: fourFour,
  swing: [0.12, 0.24],
  phraseBars: 4,
  modes: ['minor', 'dorian'],
  melodyScale: 'pentatonic',
  progressions: {
    minor: {
      verse: ['i9 i9 iv9 v7', 'VImaj7 v7 i9 i9', 'i9 VImaj9 iv9 VII'],
      chorus: ['iv9 v7 i9 IIImaj7', 'VImaj9 VII i9 v7', 'i9 VImaj9 iv9 v7'],
      break: ['i9 i9 VImaj9 v7', 'iv9 iv9 i9 i9'],
    },
    major: { verse: ['IVmaj9 iii7 vi9 ii9'], chorus: ['ii9 iii7 IVmaj9 vi9'], break: ['IVmaj9 IVmaj9 vi9 vi9'] },
  },
  grooves: [
    { kick: 'X...x...X...x...', rim: '...x..x....x..x.', clap: '....x.......x...', shaker: 'XgxxXgxxXgxxXgxx', hat: '..x...x...x...xo', conga: '..h...l..h..s.l.' },
    { kick: 'X...x...X...x...', snare: '..g..g.x..g..x.g', rim: 'x..x..x...x.x...', shaker: 'xxXxxxXxxxXxxxXx', hat: '..o...o...o...o.', conga: 'h..l..s.h..l.hs.' },
    { kick: 'X.......X...x...', rim: '..x..x..x..x..x.', clap: '....x.......x..g', shaker: 'XgxgXgxgXgxgXgxx', tambourine: '..x...x...x...x.', conga: '...h.l...h.l..ss' },
  ],
  breakGrooves: [
    { shaker: 'XgxxXgxxXgxxXgxx', rim: '...x..x....x..x.', conga: 'h.hls...h.hl..s.', clap: '....x.......x...' },
    { kick: 'X...x...X...x...', shaker: 'XgxxXgxxXgxxXgxx', rim: 'x..x..x...x.x...', tom: 'l..l...m..l..h..' },
  ],
  drumsWhere: { kick: 'VCSO', clap: 'CS', conga: 'VCBS', snare: 'CS', tambourine: 'CS' },
  fills: [
    { snare: '........gxgxxxXX', shaker: 'XgxxXgxxXgxx....', kick: 'X...x...........' },
    { tom: '....l..l..m.mhhh', shaker: 'XgxxXgxxXgxxXgxx', kick: 'X...x...X.......' },
  ],
  bass: {
    instrument: 'logDrum', low: 34,
    lines: ['r..r..r.--8.5-..', '..r..r-..rr.8-5-', 'r-..r..r..r-8.r.', '...r..r-.r..5.8-', 'r..rr..5..r.8-a-'],
    breakLines: ['r-------........', 'r..r..r---..8.5.'],
    where: 'VCSO',
  },
  comps: [
    { instrument: 'electricPiano', style: 'rhythm', patterns: ['x--.x---..x--.x-', '..x---x--.x---..', 'x-----..x---x-..'], centre: 63, voices: 4, where: 'IVCBSO' },
    { instrument: 'pad', style: 'held', patterns: [], centre: 58, voices: 4, where: 'IVCBSO' },
  ],
  riffs: [{ instrument: 'mallet', rhythms: ['..x..x..x...x.x.', 'x..x..x.....x...', '....x.x...x.x...'], low: 67, high: 86, doubled: false, where: 'ICS' }],
  leads: [
    { instrument: 'alto', low: 57, high: 74, where: 'VC' },
    { instrument: 'tenor', low: 53, high: 70, where: 'VC' },
  ],
  melodyRhythms: ['x...x.x.........', '..x.x.x...x.....', '....x...x.x.x...', 'x.x.x.......x...', '..x...x.x.......'],
  answers: [
    { instrument: 'choirHigh', low: 60, high: 77, where: 'C' },
    { instrument: 'synthLead', low: 67, high: 84, where: 'BS' },
    { instrument: 'flute', low: 67, high: 86, where: 'BS' },
  ],
  balance: { shaker: 5, rim: 3, clap: 3, hat: 3, electricPiano: 2, mallet: 2, kick: -1.5 },
  roomSeconds: 1.8,
};

export const fuji: Genre = {
  name: 'fuji',
  tempoBpm: [100, 114],
  meter: twelveEight,
  swing: [0, 0],
  phraseBars: 4,
  modes: ['minor', 'dorian', 'mixolydian'],
  melodyScale: 'pentatonic',
  progressions: {
    minor: { verse: ['i5 i5 i5 i5', 'i5 i5 VII i5'], chorus: ['i5 VII i5 i5', 'i5 iv5 VII i5'], break: ['i5 i5 i5 i5'] },
    major: { verse: ['I5 I5 I5 V5'], chorus: ['I5 IV5 V5 I5', 'I5 I5 VII I5'], break: ['I5 I5 I5 I5'] },
  },
  grooves: [
    { bell: 'x.x.xx.x.x.x', shekere: 'XgxXgxXgxXgx', sakara: 'X..x.xX..x.x', conga: 'l..h.hl.sh.h', kick: 'X.....x..x..', talking: 'H.ML..H/.M.L', clap: '...x.....x..' },
    { bell: 'x.xx.x.x.xx.', shekere: 'X.xX.xX.xX.x', sakara: 'x.xX.xx.xX.x', conga: 'h.sl..h.sl.t', kick: 'X..x..X..x..', talking: 'L..H.M.L..H\\', tambourine: 'x.xx.xx.xx.x' },
    { bell: 'x.x.xx.x.x.x', shekere: 'XxxXxxXxxXxx', sakara: 'X.xx..X.xx.x', conga: '..hl.s..hl.s', kick: 'X.....X.....', talking: 'M/.H.HL.M.H.' },
  ],
  breakGrooves: [
    { bell: 'x.x.xx.x.x.x', shekere: 'XgxXgxXgxXgx', talking: 'HHMLMH/.HM.LHLHM.L\\.M/.H', sakara: 'X..x.xX..x.x', kick: 'X..x..X..x..' },
    { shekere: 'X.xX.xX.xX.x', talking: 'H.H.M.L.L.M/H/.M.L\\.H.ML', sakara: 'x.xX.xx.xX.x', conga: 'h.sl..h.sl.t', clap: '...x.....x..' },
  ],
  drumsWhere: { kick: 'VCBSO', clap: 'CBS', talking: 'IVCBSO', tambourine: 'CS' },
  fills: [
    { talking: 'HHHMMMLLLH/.', sakara: 'X.X.X.XXXXXX', bell: 'x.x.xx......', shekere: 'XgxXgxXgx...' },
    { conga: 'hhhsssllltll', kick: 'X..x..X..xx.', talking: '......H.M.L\\', shekere: 'XgxXgxXgxXgx' },
  ],
  bass: {
    instrument: 'agidigbo', low: 36,
    lines: ['r--r-5r--8-5', 'r-5r--r-85--', 'r--5-r8--5--'],
    breakLines: ['r--r-5r--8-5'],
    where: 'VCBSO',
  },
  comps: [{ instrument: 'organ', style: 'held', patterns: [], centre: 57, voices: 2, where: 'CS' }],
  riffs: [
    { instrument: 'palmGuitar', rhythms: ['x.xx.xx.xx.x', 'x..x.xx..x.x'], low: 57, high: 74, doubled: false, where: 'VCS' },
    { instrument: 'mallet', rhythms: ['x.x..xx.x..x', '..xx....xx..'], low: 60, high: 76, doubled: false, where: 'CS' },
  ],
  leads: [{ instrument: 'tenor', low: 52, high: 69, where: 'IVC' }],
  melodyRhythms: ['x.xx.xx..x..', 'xxx.x.x.....', '..x.x.xxx.x.', 'x..x..x.xx..', 'xx.xx.x.....'],
  answers: [
    { instrument: 'choirLow', low: 48, high: 64, where: 'VC' },
    { instrument: 'choirMid', low: 55, high: 70, where: 'C' },
  ],
  balance: { talking: 3, sakara: 1 },
  roomSeconds: 0.9,
};

export const juju: Genre = {
  ...highlife,
  name: 'juju',
  tempoBpm: [102, 116],
  swing: [0.05, 0.16],
  modes: ['major'],
  melodyScale: 'pentatonic',
  progressions: {
    major: { verse: ['I I I V', 'I I IV I', 'I IV I V'], chorus: ['I IV V I', 'I V I V', 'IV I V I'], break: ['I I I I', 'I I V I'] },
    minor: { verse: ['i i i v'], chorus: ['i iv v i'], break: ['i i i i'] },
  },
  grooves: [
    { kick: 'X...x...X...x...', talking: 'H..M..L...H.M/..', shekere: 'X.xgX.xgX.xgX.xg', bell: 'x..x..x...x.x...', conga: 't.s.t.hht.s.t.ll', hat: 'x.x.x.x.x.x.x.x.' },
    { kick: 'X.....x.X.....x.', talking: '..L.H.M...L\\..H.', shekere: 'XgxxXgxxXgxxXgxx', bell: 'x.x.x.xx.x.x.xx.', conga: 'l..hs..hl..hs.hh', sakara: 'x..x..x.x..x..x.', rim: '....x.......x...' },
    { kick: 'x...X...x...X...', talking: 'M.H...L.M/..H.L.', shekere: 'x.xxx.xxx.xxx.xx', clave: 'x..x..x...x.x...', conga: 'h.tls.t.h.tls.tt', sakara: '..x...x...x.x.x.' },
  ],
  breakGrooves: [
    { kick: 'X...x...X...x...', talking: 'H.HML.MHH/..L\\..M.H.L.HMLL.H/.L.', shekere: 'XgxgXgxgXgxgXgxg', bell: 'x..x..x...x.x...', sakara: 'x..x..x.x..x..x.' },
    { shekere: 'x.xxx.xxx.xxx.xx', talking: 'L.LMH.H.M.L.L/..H\\..H.M.M.L.H.L.', conga: 'l..hs..hl..hs.hh', clap: '....x.......x...' },
  ],
  drumsWhere: { kick: 'VCBSO', talking: 'IVCBSO', clap: 'BS', conga: 'VCBSO' },
  fills: [
    { talking: 'H.HHM.MML.LLH/..', kick: 'X...x...X...x...', shekere: 'X.xgX.xgX.......' },
    { conga: 'h.hlh.hlssllhhll', talking: '............H.L.', shekere: 'XgxxXgxxXgxxXgxx' },
  ],
  leads: [
    { instrument: 'tenor', low: 53, high: 70, where: 'VC' },
    { instrument: 'alto', low: 57, high: 74, where: 'VC' },
  ],
  answers: [
    { instrument: 'choirMid', low: 55, high: 71, where: 'VC' },
    { instrument: 'slideGuitar', low: 60, high: 79, where: 'ICBS' },
  ],
  balance: { talking: 3, shekere: 1 },
};
