import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { waveFile } from '#foundation/dsp/wave-file.ts';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { startServer, temporaryHome, type ServerProcess } from '../lifecycle/server-process.ts';
import { admin, api, signIn, until } from './ask-server.ts';
import { openBrowser } from './browser.ts';

// Sound becomes plays: a phone with a microphone fed from a file, and a box with the same file, against the whole house.
// The music is composed here; the microphone hears it twenty seconds in, quieter, with noise over it.

const rate = 44_100;
const songs = ['umuhanda', 'kivu'] as const;
const startS = 20;
const heardS = 50;

test('a phone and a box hear a song, and it is counted once for each', async (t) => {
  const home = temporaryHome(t);
  const { library, microphone } = composeFiles(path.dirname(home));
  const server = await startServer({ home, env: admin, args: ['--library', library] });
  await server.ready();
  const token = await signIn(server);
  const recordingId = await until(() => recognised(server, token, microphone), 120_000);

  await t.test('the box, through the agent', async () => {
    const { deviceId, deviceKey } = await api(server, token, 'POST', '/api/v1/devices', {
      name: 'Bar',
      kind: 'venue',
    });
    const args = [
      '--device',
      `file:${microphone}`,
      '--server',
      server.address,
      '--state',
      path.join(home, 'box'),
      '--once',
    ];
    const said = await agent(args, `${deviceId}:${deviceKey}`);
    assert.match(said, / s\.\n$/, said);
    const [play] = await until(() => plays(server, token, String(deviceId)));
    assert.deepEqual(
      [play!.recordingId, play!.source, play!.state],
      [recordingId, 'venue', 'counted'],
    );
    assert.ok(play!.playedMs >= 30_000 && play!.playedMs <= 60_000, `${play!.playedMs} ms`);
  });

  await t.test('the phone, through the browser', async () => {
    const page = await openPhone(t, server, [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphone}`,
    ]);
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
    });
    await page.getByRole('button', { name: 'Start listening' }).waitFor();
    await page.waitForLoadState('networkidle');
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Start listening' }).click();
    await page.getByRole('heading', { name: 'No network' }).waitFor({ timeout: 30_000 });
    assert.deepEqual(sent, []);
    await page.context().setOffline(false);
    await page.locator('.log').getByText('Now').waitFor({ timeout: 60_000 });
    await sleep(1_000);
    await page.getByRole('button', { name: 'Stop listening' }).click();
    assert.match(await page.locator('.facts').innerText(), /Sound\s+never/);
    await page.getByRole('button', { name: 'Send now' }).click();
    await page.locator('.log').getByText('sent').waitFor();
    const own = (await api(server, token, 'GET', '/api/v1/devices'))['items'] as unknown as {
      id: string;
      kind: string;
    }[];
    const phone = own.find(({ kind }) => kind === 'phone')!;
    const [play] = await until(() => plays(server, token, phone.id));
    assert.deepEqual([play!.recordingId, play!.source], [recordingId, 'phone']);
    // Hashes and plays are all that left the phone.
    assert.deepEqual(
      [...new Set<string>(sent)].toSorted((a, b) => (a < b ? -1 : 1)),
      ['/api/v1/batch/plays', '/api/v1/recognition/identify'],
    );
  });

  for (const { state, flags, host } of deaf) {
    await t.test(`the phone says: ${state}`, async () => {
      const page = await openPhone(t, server, flags, host);
      await page.getByRole('button', { name: 'Start listening' }).click();
      await page.getByRole('heading', { name: state }).waitFor();
    });
  }
});

/** Why a phone may hear nothing, and how a browser is made to be so. */
const deaf = [
  {
    state: 'The microphone was not allowed',
    flags: ['--use-fake-device-for-media-stream', '--deny-permission-prompts'],
    host: '127.0.0.1',
  },
  {
    state: 'The microphone is off here',
    flags: ['--use-fake-device-for-media-stream', '--host-resolver-rules=MAP bar.test 127.0.0.1'],
    host: 'bar.test',
  },
] as const;

function composeFiles(folder: string): { library: string; microphone: string } {
  const library = path.join(folder, 'music');
  mkdirSync(library);
  for (const [i, seed] of songs.entries()) {
    const sound = mono(seed);
    writeFileSync(path.join(library, `Ruganzu Twins - ${seed}.wav`), waveFile(sound, rate));
    if (i > 0) continue;
    // A microphone in a room: far off, with the hiss of the room.
    const room = sound.subarray(startS * rate, (startS + heardS) * rate);
    let noise = 1;
    const heard = room.map((sample) => {
      noise = (noise * 48_271) % 2_147_483_647;
      return sample * 0.3 + (noise / 2_147_483_647 - 0.5) * 0.02;
    });
    writeFileSync(path.join(folder, 'microphone.wav'), waveFile(heard, rate));
  }
  return { library, microphone: path.join(folder, 'microphone.wav') };
}

/** A phone that was just enrolled. */
async function openPhone(
  t: TestContext,
  server: ServerProcess,
  flags: readonly string[],
  host = '127.0.0.1',
): Promise<Page> {
  const browser = await openBrowser(flags);
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  t.after(() => assert.deepEqual(errors, []));
  const address = server.address.replace('127.0.0.1', host);
  await page.goto(`${address}/app/sign-in`);
  await page.getByLabel('E-mail address').fill(admin.NGOMA_ADMIN_EMAIL);
  await page.getByLabel('Password').fill(admin.NGOMA_ADMIN_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('searchbox').first().waitFor();
  await page.goto(`${address}/app/track/listen`);
  await page.getByRole('button', { name: 'Enrol this phone' }).click();
  return page;
}

/** The agent as it stands here, on this Node; build-agent.test.ts runs the built file on an older one. */
async function agent(args: readonly string[], key: string): Promise<string> {
  const file = path.resolve(import.meta.dirname, '../../src/agent/main.ts');
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, NGOMA_LISTEN_KEY: key },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  assert.equal(code, 0, said);
  return said;
}

type Play = {
  readonly recordingId: string;
  readonly source: string;
  readonly state: string;
  readonly playedMs: number;
};

async function plays(
  server: ServerProcess,
  token: string,
  deviceId: string,
): Promise<readonly Play[] | null> {
  const { items } = await api(server, token, 'GET', `/api/v1/plays?deviceId=${deviceId}`);
  const found = items as unknown as readonly Play[];
  return found.length > 0 ? found : null;
}

/** The recording that the engine hears in a file, once its index knows it. */
async function recognised(
  server: ServerProcess,
  token: string,
  file: string,
): Promise<string | null> {
  const reply = await fetch(`${server.address}/api/v1/recognition/identify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'audio/wav' },
    body: readFileSync(file),
  });
  assert.ok(reply.ok || reply.status === 503, `identify: ${reply.status}`);
  const { match } = (await reply.json()) as { match?: { recordingId: string } | null };
  return match?.recordingId ?? null;
}

function mono(seed: string): Float32Array {
  return composeRecording(seed, { seconds: 75, channels: 1, sampleRate: rate }).channels[0]!;
}
