/**
 * Cover placeholders: the same id always paints the same board. About 1 kB of SVG text, no state, no
 * network. Six traditional constructions in the five pigments of imigongo. Pigments do not change with
 * the theme: a board is an object, not a surface.
 */
export function imigongo(id: string): string {
  const next = randomOf(id);
  const pick: Pick = (list) => list[Math.floor(next() * list.length)]!;
  next();
  const colours = pick(grounds);
  const draw = pick(constructions);
  return `<svg viewBox="0 0 96 96" preserveAspectRatio="xMidYMid slice" aria-hidden="true"><path fill="${colours[0]}" d="M0 0h96v96H0z"/>${draw(pick, colours)}</svg>`;
}

type Pick = <T>(list: readonly T[]) => T;
type Colours = readonly [string, string, string];
type Point = readonly [number, number];
type Draw = (pick: Pick, colours: Colours) => string;

const black = '#1b1714';
const white = '#f1ede6';
const red = '#a8351b';
const ash = '#8d857b';
const yellow = '#cf9f57';
const grounds: readonly Colours[] = [
  [black, white, red],
  [red, white, black],
  [white, black, red],
  [black, red, white],
  [black, white, ash],
  [red, black, white],
  [ash, black, white],
  [white, red, black],
  [black, yellow, white],
  [red, yellow, black],
  [yellow, black, white],
];

/** FNV-1a seeds mulberry32: 32 bits are plenty for a picture. */
function randomOf(id: string): () => number {
  let hash = 2166136261;
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return () => {
    hash = (hash + 0x6d2b79f5) | 0;
    let t = Math.imul(hash ^ (hash >>> 15), hash | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function poly(points: readonly Point[], fill: string): string {
  return `<path fill="${fill}" d="M${points.map((point) => point.map((n) => +n.toFixed(1)).join(' ')).join('L')}z"/>`;
}

function lozenge(x: number, y: number, w: number, h: number, fill: string): string {
  return poly(
    [
      [x, y - h],
      [x + w, y],
      [x, y + h],
      [x - w, y],
    ],
    fill,
  );
}

/** Stacked bands, mirrored top to bottom. */
const zigzag: Draw = (pick, colours) => {
  const peaks = pick([2, 3, 4]);
  const dx = 96 / peaks / 2;
  const height = dx * pick([0.8, 1, 1.2]);
  const band = pick([6, 8, 10]);
  let out = '';
  for (let i = -3, y = -height; y < 96 + height * 2; i++, y += band * (i % 3 ? 1 : 1.8)) {
    const top: Point[] = [];
    for (let k = 0; k <= peaks * 2; k++) top.push([k * dx, y + (k % 2 ? -height : 0)]);
    out += poly([...top, [96, 96], [0, 96]], colours[((i % 3) + 3) % 3]!);
  }
  return out;
};

const nestedLozenge: Draw = (pick, colours) => {
  const n = pick([1, 2, 2, 3]);
  const size = 96 / n;
  const rings = pick([3, 4, 5]) + (n === 1 ? 2 : 0);
  let out = '';
  for (let j = 0; j <= n; j++) {
    for (let i = 0; i <= n; i++) {
      for (const offset of [0, size / 2]) {
        for (let r = rings; r > 0; r--) {
          const half = ((size / 2) * r) / rings;
          out += lozenge(
            i * size + offset,
            j * size + offset,
            half,
            half,
            colours[(r + (offset ? 1 : 0)) % 3]!,
          );
        }
      }
    }
  }
  return out;
};

const hourglass: Draw = (pick, colours) => {
  const n = pick([2, 3, 4]);
  const s = 96 / n;
  const steps = pick([2, 3, 4]);
  let out = '';
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < steps; k++) {
        const x = i * s;
        const y = j * s;
        const m = ((s / 2) * k) / steps;
        const odd = (i + j) % 2;
        const fill = colours[(k + odd) % 3 === 0 ? 1 : k % 2 ? 0 : 2]!;
        out += odd
          ? poly(
              [
                [x + m, y + m / 2],
                [x + s - m, y + m / 2],
                [x + s / 2, y + s / 2 - m / 4],
              ],
              fill,
            ) +
            poly(
              [
                [x + m, y + s - m / 2],
                [x + s - m, y + s - m / 2],
                [x + s / 2, y + s / 2 + m / 4],
              ],
              fill,
            )
          : poly(
              [
                [x + m / 2, y + m],
                [x + m / 2, y + s - m],
                [x + s / 2 - m / 4, y + s / 2],
              ],
              fill,
            ) +
            poly(
              [
                [x + s - m / 2, y + m],
                [x + s - m / 2, y + s - m],
                [x + s / 2 + m / 4, y + s / 2],
              ],
              fill,
            );
      }
    }
  }
  return out;
};

/** A skin seen from above: rim teeth, then rings. */
const drum: Draw = (pick, colours) => {
  const teeth = pick([12, 16, 20, 24]);
  const star = (inner: number, outer: number, fill: string) =>
    poly(
      Array.from({ length: teeth * 2 }, (_, k): Point => {
        const r = k % 2 ? inner : outer;
        const angle = (Math.PI * k) / teeth;
        return [48 + r * Math.sin(angle), 48 - r * Math.cos(angle)];
      }),
      fill,
    );
  let out = star(50, 78, colours[1]) + star(34, 46, colours[2]);
  let r = pick([30, 33]);
  for (let i = 0; r > 3; i++, r -= pick([4, 6, 8]))
    out += `<circle cx="48" cy="48" r="${r}" fill="${colours[i % 3]}"/>`;
  return out;
};

/** Quarter turns of parallel ridges, mirrored on both axes. */
const labyrinth: Draw = (pick, colours) => {
  const s = 24;
  const ridges = pick([3, 4]);
  const quarters = Array.from({ length: 4 }, () => pick([0, 1, 2, 3]));
  let out = '<g shape-rendering="crispEdges">'; // axis-aligned neighbours must not show a seam
  for (let j = 0; j < 4; j++) {
    for (let i = 0; i < 4; i++) {
      const quarter = quarters[(j < 2 ? j : 3 - j) * 2 + (i < 2 ? i : 3 - i)]!;
      const cx = (quarter & 1 ? 1 : -1) * (i < 2 ? 1 : -1);
      const cy = (quarter & 2 ? 1 : -1) * (j < 2 ? 1 : -1);
      const ox = i * s + (cx > 0 ? s : 0);
      const oy = j * s + (cy > 0 ? s : 0);
      for (let r = ridges; r > 0; r--) {
        const d = (s * r) / ridges;
        out += poly(
          [
            [ox, oy],
            [ox - cx * d, oy],
            [ox - cx * d, oy - cy * d],
            [ox, oy - cy * d],
          ],
          colours[r % 2 ? 1 : r % 3 ? 0 : 2],
        );
      }
    }
  }
  return `${out}</g>`;
};

/** One great arrow of nested ridges, left and right of a spine. */
const chevron: Draw = (pick, colours) => {
  const band = pick([8, 10, 12]);
  const slope = pick([0.6, 1, 1.5]);
  let out = '';
  for (let i = 0, y = -48 * slope; y < 96; i++, y += band * (i % 4 === 3 ? 2 : 1)) {
    out += poly(
      [
        [0, y + 48 * slope],
        [48, y],
        [96, y + 48 * slope],
        [96, 200],
        [0, 200],
      ],
      colours[i % 2 ? (i % 4 === 3 ? 2 : 0) : 1],
    );
  }
  const spine = pick([0, 5, 8]);
  if (spine === 0) return out;
  for (let i = 0; i < 6; i++) {
    out +=
      lozenge(48, i * 19.2, spine, 9.6, colours[2]) +
      lozenge(48, i * 19.2, spine / 2, 4.8, colours[1]);
  }
  return out;
};

const constructions: readonly Draw[] = [zigzag, nestedLozenge, hourglass, drum, labyrinth, chevron];
