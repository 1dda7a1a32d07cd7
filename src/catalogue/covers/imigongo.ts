// Covers of what has no picture: boards after imigongo, the reliefs of eastern Rwanda. The same id always paints the same
// board, in the web app and in the files of the demo country: one of six traditional constructions in three of five pigments.

export type Shape = {
  readonly colour: string;
  /** Corners; a disc when `radius` is given, with one corner as its centre. */
  readonly corners: readonly (readonly [x: number, y: number])[];
  readonly radius?: number;
};
export type Board = { readonly ground: string; readonly shapes: readonly Shape[] };

/** Units a side. */
export const boardSize = 96;

const black = '#1b1714';
const white = '#f1ede6';
const red = '#a8351b';
const ash = '#8d857b';
const ochre = '#cf9f57';
type Colours = readonly [string, string, string];
const grounds: readonly Colours[] = [
  [black, white, red],
  [red, white, black],
  [white, black, red],
  [black, red, white],
  [black, white, ash],
  [red, black, white],
  [ash, black, white],
  [white, red, black],
  [black, ochre, white],
  [red, ochre, black],
  [ochre, black, white],
];

type Pick = <T>(list: readonly T[]) => T;
type Corners = Shape['corners'];
type Draw = (pick: Pick, colours: Colours) => readonly Shape[];

const filled = (corners: Corners, colour: string): Shape => ({ corners, colour });
const lozengeAt = (x: number, y: number, w: number, h: number, colour: string): Shape =>
  filled(
    [
      [x, y - h],
      [x + w, y],
      [x, y + h],
      [x - w, y],
    ],
    colour,
  );

/** Stacked bands of peaks. */
const zigzag: Draw = (pick, c) => {
  const peaks = pick([2, 3, 4]);
  const dx = boardSize / peaks / 2;
  const height = dx * pick([0.8, 1, 1.2]);
  const band = pick([6, 8, 10]);
  const shapes: Shape[] = [];
  for (let i = -3, y = -height; y < boardSize + height * 2; i++, y += band * (i % 3 ? 1 : 1.8)) {
    const top = Array.from(
      { length: peaks * 2 + 1 },
      (_, k) => [k * dx, y + (k % 2 ? -height : 0)] as const,
    );
    shapes.push(filled([...top, [boardSize, boardSize], [0, boardSize]], c[((i % 3) + 3) % 3]!));
  }
  return shapes;
};

const lozenge: Draw = (pick, c) => {
  const n = pick([1, 2, 2, 3]);
  const side = boardSize / n;
  const rings = pick([3, 4, 5]) + (n === 1 ? 2 : 0);
  const shapes: Shape[] = [];
  for (let j = 0; j <= n; j++) {
    for (let i = 0; i <= n; i++) {
      for (const offset of [0, side / 2]) {
        for (let r = rings; r > 0; r--) {
          const reach = ((side / 2) * r) / rings;
          shapes.push(
            lozengeAt(
              i * side + offset,
              j * side + offset,
              reach,
              reach,
              c[(r + (offset ? 1 : 0)) % 3]!,
            ),
          );
        }
      }
    }
  }
  return shapes;
};

const hourglass: Draw = (pick, c) => {
  const n = pick([2, 3, 4]);
  const s = boardSize / n;
  const steps = pick([2, 3, 4]);
  const shapes: Shape[] = [];
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < steps; k++) {
        const x = i * s;
        const y = j * s;
        const m = ((s / 2) * k) / steps;
        const turned = (i + j) % 2;
        const colour = c[(k + turned) % 3 === 0 ? 1 : k % 2 ? 0 : 2]!;
        const pair: readonly Corners[] = turned
          ? [
              [
                [x + m, y + m / 2],
                [x + s - m, y + m / 2],
                [x + s / 2, y + s / 2 - m / 4],
              ],
              [
                [x + m, y + s - m / 2],
                [x + s - m, y + s - m / 2],
                [x + s / 2, y + s / 2 + m / 4],
              ],
            ]
          : [
              [
                [x + m / 2, y + m],
                [x + m / 2, y + s - m],
                [x + s / 2 - m / 4, y + s / 2],
              ],
              [
                [x + s - m / 2, y + m],
                [x + s - m / 2, y + s - m],
                [x + s / 2 + m / 4, y + s / 2],
              ],
            ];
        shapes.push(...pair.map((corners) => filled(corners, colour)));
      }
    }
  }
  return shapes;
};

/** A skin seen from above: teeth of the rim, then rings. */
const drum: Draw = (pick, c) => {
  const teeth = pick([12, 16, 20, 24]);
  const middle = boardSize / 2;
  const star = (outer: number, inner: number, colour: string): Shape =>
    filled(
      Array.from({ length: teeth * 2 }, (_, k) => {
        const r = k % 2 ? outer : inner;
        const a = (Math.PI * k) / teeth;
        return [middle + r * Math.sin(a), middle - r * Math.cos(a)] as const;
      }),
      colour,
    );
  const shapes = [star(50, 78, c[1]), star(34, 46, c[2])];
  let radius = pick([30, 33]);
  for (let i = 0; radius > 3; i++, radius -= pick([4, 6, 8]))
    shapes.push({ corners: [[middle, middle]], radius, colour: c[i % 3]! });
  return shapes;
};

/** Quarter turns of parallel ridges, mirrored on both axes. */
const labyrinth: Draw = (pick, c) => {
  const s = boardSize / 4;
  const ridges = pick([3, 4]);
  const quarters = Array.from({ length: 4 }, () => pick([0, 1, 2, 3]));
  const shapes: Shape[] = [];
  for (let j = 0; j < 4; j++) {
    for (let i = 0; i < 4; i++) {
      const q = quarters[(j < 2 ? j : 3 - j) * 2 + (i < 2 ? i : 3 - i)]!;
      const cx = (q & 1 ? 1 : -1) * (i < 2 ? 1 : -1);
      const cy = (q & 2 ? 1 : -1) * (j < 2 ? 1 : -1);
      const ox = i * s + (cx > 0 ? s : 0);
      const oy = j * s + (cy > 0 ? s : 0);
      for (let r = ridges; r > 0; r--) {
        const d = (s * r) / ridges;
        shapes.push(
          filled(
            [
              [ox, oy],
              [ox - cx * d, oy],
              [ox - cx * d, oy - cy * d],
              [ox, oy - cy * d],
            ],
            c[r % 2 ? 1 : r % 3 ? 0 : 2]!,
          ),
        );
      }
    }
  }
  return shapes;
};

/** One great arrow of nested ridges, left and right of a spine. */
const chevron: Draw = (pick, c) => {
  const band = pick([8, 10, 12]);
  const slope = pick([0.6, 1, 1.5]);
  const middle = boardSize / 2;
  const shapes: Shape[] = [];
  for (let i = 0, y = -middle * slope; y < boardSize; i++, y += band * (i % 4 === 3 ? 2 : 1)) {
    shapes.push(
      filled(
        [
          [0, y + middle * slope],
          [middle, y],
          [boardSize, y + middle * slope],
          [boardSize, 200],
          [0, 200],
        ],
        c[i % 2 ? (i % 4 === 3 ? 2 : 0) : 1]!,
      ),
    );
  }
  const spine = pick([0, 5, 8]);
  for (let i = 0; spine > 0 && i < 6; i++) {
    shapes.push(
      lozengeAt(middle, i * 19.2, spine, 9.6, c[2]),
      lozengeAt(middle, i * 19.2, spine / 2, 4.8, c[1]),
    );
  }
  return shapes;
};

const constructions: readonly Draw[] = [zigzag, lozenge, hourglass, drum, labyrinth, chevron];

/** FNV-1a seeds mulberry32: 32 bits are plenty for a picture. */
function pickerOf(id: string): Pick {
  let h = 2166136261;
  for (const character of id) h = Math.imul(h ^ character.codePointAt(0)!, 16777619);
  const next = (): number => {
    h = (h + 0x6d2b79f5) | 0;
    let t = Math.imul(h ^ (h >>> 15), h | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  next();
  return (list) => list[Math.floor(next() * list.length)]!;
}

export function boardOf(id: string): Board {
  const pick = pickerOf(id);
  const colours = pick(grounds);
  const draw = pick(constructions);
  return { ground: colours[0], shapes: draw(pick, colours) };
}
