import { deflateSync } from 'node:zlib';
import { type Board, boardOf, boardSize, type Shape } from '#catalogue/covers/index.ts';

/** Sub-samples per pixel and axis: enough that slanted ridges have no stairs. */
const samplesPerAxis = 3;
const sideDefaultPx = 600;
const sideMaxPx = 2048;

/** The board of an id as a PNG of `sidePx` by `sidePx` (at most 2048). */
export function paintCover(id: string, sidePx = sideDefaultPx): Buffer {
  if (!Number.isInteger(sidePx) || sidePx < 1 || sidePx > sideMaxPx)
    throw new RangeError(`no cover of ${sidePx} pixels`);
  const fine = sidePx * samplesPerAxis;
  return encodePng(shrink(fillBoard(boardOf(id), fine), fine, sidePx), sidePx);
}

type Painting = { readonly palette: readonly string[]; readonly indices: Uint8Array };

/** Painter's order, one palette index per sub-sample. */
function fillBoard(board: Board, fine: number): Painting {
  const palette = [...new Set([board.ground, ...board.shapes.map((shape) => shape.colour)])];
  const indices = new Uint8Array(fine * fine).fill(palette.indexOf(board.ground));
  for (const shape of board.shapes) fillShape(indices, fine, shape, palette.indexOf(shape.colour));
  return { palette, indices };
}

function fillShape(indices: Uint8Array, fine: number, shape: Shape, index: number): void {
  const unit = boardSize / fine;
  for (let row = 0; row < fine; row++) {
    const y = (row + 0.5) * unit;
    const crossings =
      shape.radius === undefined
        ? crossingsAt(shape.corners, y)
        : discAt(shape.corners[0]!, shape.radius, y);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.max(0, Math.ceil(crossings[k]! / unit - 0.5));
      const to = Math.min(fine, Math.ceil(crossings[k + 1]! / unit - 0.5));
      if (to > from) indices.fill(index, row * fine + from, row * fine + to);
    }
  }
}

/** Where a horizontal line enters and leaves a polygon, left to right. */
function crossingsAt(corners: Shape['corners'], y: number): readonly number[] {
  const xs: number[] = [];
  corners.forEach(([x1, y1], i) => {
    const [x2, y2] = corners[(i + 1) % corners.length]!;
    if (y1 <= y === y2 <= y) return;
    xs.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
  });
  return xs.sort((a, b) => a - b);
}

function discAt([cx, cy]: readonly [number, number], radius: number, y: number): readonly number[] {
  const half = radius * radius - (y - cy) ** 2;
  return half <= 0 ? [] : [cx - Math.sqrt(half), cx + Math.sqrt(half)];
}

/** Mean colour of each pixel's sub-samples, as RGB. */
function shrink({ palette, indices }: Painting, fine: number, side: number): Uint8Array {
  const colours = palette.map((hex) =>
    [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
  );
  const rgb = new Uint8Array(side * side * 3);
  const share = samplesPerAxis * samplesPerAxis;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let sy = 0; sy < samplesPerAxis; sy++) {
          const row = (y * samplesPerAxis + sy) * fine + x * samplesPerAxis;
          for (let sx = 0; sx < samplesPerAxis; sx++) sum += colours[indices[row + sx]!]![channel]!;
        }
        rgb[(y * side + x) * 3 + channel] = Math.round(sum / share);
      }
    }
  }
  return rgb;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  let crc = 0xffffffff;
  for (let i = 4; i < out.length - 4; i++) crc = crcTable[(crc ^ out[i]!) & 0xff]! ^ (crc >>> 8);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, out.length - 4);
  return out;
}

function encodePng(rgb: Uint8Array, side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB, the only compression and filter methods, not interlaced
  const rows = Buffer.alloc(side * (1 + side * 3));
  // Each row is stored as its difference from the one above: boards repeat downwards.
  for (let y = 0; y < side; y++) {
    const at = y * (1 + side * 3);
    rows[at] = 2;
    for (let i = 0; i < side * 3; i++) {
      const above = y === 0 ? 0 : rgb[(y - 1) * side * 3 + i]!;
      rows[at + 1 + i] = rgb[y * side * 3 + i]! - above;
    }
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}
