import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodecContext, Codec, FormatContext, Frame, Packet } from 'node-av/lib';
import { measureLoudness, measureTruePeak } from '#foundation/dsp/loudness.ts';
import { composeRecording } from './compose/compose-recording.ts';
import { encodeMp3 } from './encode-mp3.ts';
import { paintCover } from './paint-cover.ts';

const folder = await mkdtemp(join(tmpdir(), 'ngoma-mp3-'));
after(() => rm(folder, { recursive: true }));

function decode(path: string): readonly [Float32Array, Float32Array] {
  const file = new FormatContext();
  file.openInputSync(path);
  file.findStreamInfoSync();
  const stream = file.streams.find((candidate) => candidate.codecpar.sampleRate > 0)!;
  const codec = Codec.findDecoder(stream.codecpar.codecId)!;
  using decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.parametersToContext(stream.codecpar);
  decoder.open2Sync(codec, null);
  using packet = new Packet();
  packet.alloc();
  using frame = new Frame();
  frame.alloc();
  const blocks: Float32Array[][] = [[], []];
  while (file.readFrameSync(packet) >= 0) {
    if (packet.streamIndex === stream.index && decoder.sendPacketSync(packet) >= 0) {
      while (decoder.receiveFrameSync(frame) >= 0) {
        frame.data!.forEach((plane, c) =>
          blocks[c]!.push(new Float32Array(new Uint8Array(plane).buffer, 0, frame.nbSamples)),
        );
      }
    }
    packet.unref();
  }
  file.closeInputSync();
  const [left, right] = blocks.map((list) => {
    const out = new Float32Array(list.reduce((sum, block) => sum + block.length, 0));
    let at = 0;
    for (const block of list) {
      out.set(block, at);
      at += block.length;
    }
    return out;
  });
  return [left!, right!];
}

test('what a listener decodes is -14 LUFS within half and below -1 dBTP', () => {
  const song = composeRecording('decoded', { genre: 'kinyarwanda-rnb', seconds: 60 });
  const path = join(folder, 'song.mp3');
  const tags = {
    title: 't',
    artist: 'a',
    albumArtist: 'a',
    album: 'b',
    track: '1/1',
    isrc: 'QZNGD2400001',
    genre: 'R&B',
    date: '2024-01-01',
    publisher: 'p',
    bpm: song.tempoBpm,
    musicalKey: 'C',
  };
  encodeMp3(
    path,
    [song.channels[0]!, song.channels[1]!],
    song.sampleRate,
    tags,
    paintCover('x', 32),
    32,
  );
  const heard = decode(path);
  assert.ok(Math.abs(heard[0].length - song.channels[0]!.length) < 4_000);
  const lufs = measureLoudness(heard, song.sampleRate);
  assert.ok(Math.abs(lufs + 14) < 0.5, `${lufs} LUFS`);
  for (const channel of heard)
    assert.ok(
      measureTruePeak(channel) <= 10 ** (-1 / 20),
      `${20 * Math.log10(measureTruePeak(channel))} dBTP`,
    );
});
