import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { writeDemoAudio } from '#main/demo/write-demo-audio.ts';
import { startServer, temporaryHome } from '../lifecycle/server-process.ts';
import { admin, api, signIn, until } from './ask-server.ts';
import { openBrowser } from './browser.ts';

// A song on a slow line: its ladder is made behind, it begins with the smallest size, survives a dead network and counts once.

const listenForS = 31;
const madeWithinMs = 180_000;
const heardWithinMs = 90_000;
const countedWithinMs = 120_000;
/** 400 kbit/s and 300 ms, as on a crowded mobile line. */
const slowLine = {
  offline: false,
  latency: 300,
  downloadThroughput: 50_000,
  uploadThroughput: 50_000,
};

const wholeLine = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };

test('a song is sent in sizes that a slow line carries, goes on after a dead network, and counts once', async (t) => {
  const home = temporaryHome(t);
  const music = path.join(path.dirname(home), 'music');
  await writeDemoAudio(music, { only: ['recording-1'] });
  const server = await startServer({ home, env: admin, args: ['--library', music] });
  await server.ready();
  const token = await signIn(server);
  const track = await until(async () => {
    const { items } = await api(server, token, 'GET', '/api/v1/recordings?limit=10');
    return (items as unknown as { id: string; title: string }[])[0] ?? null;
  });
  await until(async () => {
    const session = await api(server, token, 'POST', '/api/v1/playback/sessions', {
      recordingId: track.id,
    });
    return session['adaptive'];
  }, madeWithinMs);

  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const parts: string[] = [];
  page.on('response', (reply) => {
    if (reply.ok() && reply.url().includes('/media/hls/'))
      parts.push(reply.url().split('/').slice(-2).join('/'));
  });
  await page.addInitScript(
    'const play = HTMLMediaElement.prototype.play; HTMLMediaElement.prototype.play = function () { globalThis.sounding = this; return play.call(this); };',
  );
  await page.goto(`${server.address}/app/sign-in`);
  await page.getByLabel('E-mail address').fill(admin.NGOMA_ADMIN_EMAIL);
  await page.getByLabel('Password').fill(admin.NGOMA_ADMIN_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => !url.pathname.includes('sign-in'));
  await page.goto(`${server.address}/app/listen/recordings/${track.id}`);
  const button = page.getByRole('button', { name: /^Play/ }).first();
  await button.waitFor();
  const line = await page.context().newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', slowLine);
  await button.click();
  const heardS = () => page.evaluate<number>('globalThis.sounding?.currentTime ?? 0');
  await until(async () => ((await heardS()) > 3 ? true : null), heardWithinMs);
  await line.send('Network.emulateNetworkConditions', { ...slowLine, offline: true });
  const before = parts.length;
  await until(async () => ((await heardS()) > 6 ? true : null), heardWithinMs);
  assert.equal(parts.length, before, 'nothing came while the network was dead');
  await line.send('Network.emulateNetworkConditions', slowLine);
  await until(async () => ((await heardS()) >= listenForS ? true : null), heardWithinMs);
  await line.send('Network.emulateNetworkConditions', wholeLine);
  await page.goto('about:blank'); // leaving the page ends the listening

  assert.deepEqual(errors, []);
  assert.deepEqual(parts.slice(0, 2), ['aac-64/init.mp4', 'aac-64/1.m4s']);
  assert.ok(
    !parts.some((part) => part.startsWith('aac-256')),
    'the line does not carry 256 kbit/s',
  );
  const counted = await until(async () => {
    const { items } = await api(
      server,
      token,
      'GET',
      `/api/v1/recordings/${track.id}/plays?by=source`,
    );
    return (items as unknown as { key: string; plays: number; playedMs: number }[])[0] ?? null;
  }, countedWithinMs);
  assert.deepEqual([counted.key, counted.plays], ['stream', 1]);
  assert.ok(counted.playedMs >= 30_000 && counted.playedMs < 50_000, `${counted.playedMs} ms`);
  server.child.kill('SIGINT');
  assert.equal(await server.ended(), 0);
});
