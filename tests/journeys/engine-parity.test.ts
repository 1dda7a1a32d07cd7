import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, type Rolldown } from 'vite';
import { device, localServer } from '#agent/testing.ts';
import { hashSound, type HashedSound } from '#foundation/dsp/hash-sound.ts';
import { createResampler } from '#foundation/dsp/resample.ts';
import { waveHead } from '#foundation/dsp/wave-file.ts';
import { buildAgent } from '#main/build-agent.ts';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { openBrowser } from './browser.ts';

// One engine in three places: what a phone and a box send must be what the server itself would have made of the sound, number
// for number, or nothing they hear is found.

const root = path.resolve(import.meta.dirname, '../..');
const rate = 44_100;
const hearingRate = 16_000;
const seconds = 20;
const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-parity-'));
after(() => rmSync(folder, { recursive: true }));

/** As a sound card gives it: 16 bits, with a little noise, so that no two samples are equal by being made alike. */
const pcm = Int16Array.from(
  composeRecording('parity', { seconds, sampleRate: rate, channels: 1 }).channels[0]!,
  (sample, i) =>
    Math.max(-32_768, Math.min(32_767, Math.round(26_000 * sample + 40 * Math.sin(i * i)))),
);
const samples = Float32Array.from(pcm, (value) => value / 32_768);

let here: readonly HashedSound[] = [];
before(() => {
  const resampled = createResampler(rate, hearingRate).push(samples);
  here = [0, 10].map((from) => {
    const stretch = resampled.slice(from * hearingRate, (from + 10) * hearingRate);
    return hashSound(stretch);
  });
  assert.ok(here[0]!.hashes.length > 400 && here[0]!.levels!.length === here[0]!.hashes.length);
});

test(
  'the worker of the web app, in a browser, hears what Node hears',
  { timeout: 120_000 },
  async () => {
    const code = await bundleWorker();
    // From this machine, because only a safe origin has what a digest is made with.
    const pages = createServer((request, response) => {
      const isScript = request.url === '/worker.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? code : '<!doctype html>');
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    const { port } = pages.address() as AddressInfo;
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      const heard = await page.evaluate(hearInWorker([...pcm.subarray(0, 11 * rate)]));
      assert.deepEqual(heard, here[0]);
    } finally {
      await browser.close();
      pages.close();
    }
  },
);

test('the one file of the box hears what Node hears, and sends it so', async () => {
  const server = await localServer(() => null);
  try {
    const wav = path.join(folder, 'heard.wav');
    writeFileSync(wav, Buffer.concat([waveHead(pcm.byteLength, rate), new Uint8Array(pcm.buffer)]));
    const child = spawn(
      process.execPath,
      [
        await buildAgent(),
        '--device',
        `file:${wav}`,
        '--server',
        server.origin,
        '--state',
        path.join(folder, 'state'),
        '--once',
      ],
      {
        env: {
          PATH: process.env['PATH'],
          NGOMA_LISTEN_KEY: `${device.deviceId}:${device.secret}`,
        },
        stdio: 'ignore',
      },
    );
    assert.equal(await new Promise((resolve) => child.once('close', resolve)), 0);
    const sent = server.asked.map(({ body }) => JSON.parse(body) as HashedSound);
    const single = sent.filter(({ seams }) => seams === undefined);
    assert.deepEqual(single[0], here[0]);
  } finally {
    await server.close();
  }
});

/** As the web app bundles it: the same bundler, target and minifier. */
async function bundleWorker(): Promise<string> {
  const built = (await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: {
        input: path.join(root, 'web/rooms/track/listen-now/hashing.worker.ts'),
        output: { codeSplitting: false },
      },
    },
  })) as Rolldown.RolldownOutput;
  return built.output[0].code;
}

/** Runs in the page: feeds the worker as the audio thread does, and answers the first stretch it tells of. */
const hearInWorker = (sound: readonly number[]): string => `new Promise((resolve, reject) => {
  const worker = new Worker('/worker.js', { type: 'module' });
  worker.onerror = ({ message, filename, lineno }) => reject(new Error([message, filename, lineno].join()));
  worker.onmessage = ({ data }) => data.kind === 'stretch' && resolve(data.sound);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ port: port1, sampleRate: ${rate} }, [port1]);
  const pcm = ${JSON.stringify(sound)};
  for (let from = 0; from < pcm.length; from += 4096)
    port2.postMessage(Float32Array.from(pcm.slice(from, from + 4096), (value) => value / 32768));
})`;
