import { test } from 'node:test';
import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { boardOf } from '#catalogue/covers/index.ts';
import { paintCover } from './paint-cover.ts';

/** Reads back the one kind of PNG that is written: 8-bit RGB, rows filtered against the row above. */
function readPng(png: Buffer): { width: number; height: number; rgb: Uint8Array } {
  assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const data = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width * 3; i++) {
      rgb[y * width * 3 + i] =
        data[y * (1 + width * 3) + 1 + i]! + (y === 0 ? 0 : rgb[(y - 1) * width * 3 + i]!);
    }
  }
  return { width, height, rgb };
}

test('the same id always paints the same cover, other ids others', () => {
  const covers = Array.from({ length: 20 }, (_, i) =>
    paintCover(`release-${i}`, 64).toString('base64'),
  );
  assert.equal(paintCover('release-3', 64).toString('base64'), covers[3]);
  assert.equal(new Set(covers).size, covers.length);
});

test('the picture has the size asked for and only the pigments, or mixtures on an edge', () => {
  const { width, height, rgb } = readPng(paintCover('a', 90));
  assert.deepEqual([width, height], [90, 90]);
  const board = boardOf('a');
  const pigments = new Set([board.ground, ...board.shapes.map((shape) => shape.colour)]);
  let pure = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    if (
      pigments.has(`#${[0, 1, 2].map((k) => rgb[i + k]!.toString(16).padStart(2, '0')).join('')}`)
    )
      pure++;
  }
  assert.ok(pure > 0.6 * width * height, `${pure} pure pixels`);
  assert.ok(pigments.size >= 2);
});

test('a chunk of the file carries the checksum other readers verify', () => {
  const png = paintCover('b', 16);
  assert.equal(png.subarray(-12).toString('hex'), '0000000049454e44ae426082');
});
