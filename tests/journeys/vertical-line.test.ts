import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { auditPlays } from '#counting/plays/index.ts';
import { openDatabase } from '#foundation/platform/postgres.ts';
import { writeDemoAudio } from '#main/demo/write-demo-audio.ts';
import { databaseUrl, startServer, temporaryHome } from '../lifecycle/server-process.ts';
import { admin, api, signIn, until } from './ask-server.ts';
import { openBrowser } from './browser.ts';

// The one line through the house: a folder of music becomes a counted play and an exact statement, in a real browser. The
// music is composed here, so that every clone can take the journey.

const composed = ['recording-1', 'recording-4', 'recording-12'];
/** It is searched for as people type who have no keyboard for its name. */
const title = 'Ìfẹ́ Àìnípẹ̀kun';
const typed = 'ife ainipekun';
const playedBy = 'Ìfẹ́dayọ̀ Sky';
const listenForS = 31; // eligible from 30 s on
const heardWithinMs = 60_000;
// The player says at once that its page is left; when the browser drops that word, the server closes the session after a minute.
const countedWithinMs = 120_000;

test('import, play, count, distribute, statement', async (t) => {
  const home = temporaryHome(t);
  const music = path.join(path.dirname(home), 'music');
  const { failed } = await writeDemoAudio(music, { only: composed });
  assert.deepEqual(failed, []);
  const server = await startServer({ home, env: admin, args: ['--library', music] });
  await server.ready();
  const token = await signIn(server);
  const tracks = await until(async () => {
    const { items } = await api(server, token, 'GET', '/api/v1/recordings?limit=200');
    const found = items as unknown as { id: string; title: string }[];
    return found.length >= composed.length ? found : null;
  });
  const wanted = tracks.find((track) => track.title === title)!;
  assert.ok(wanted, `${title} is not among ${tracks.map((track) => track.title).join(', ')}`);

  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  // The player's audio element is in no document; this remembers the one that sounds.
  await page.addInitScript(
    'const play = HTMLMediaElement.prototype.play; HTMLMediaElement.prototype.play = function () { globalThis.sounding = this; return play.call(this); };',
  );
  await page.goto(`${server.address}/app/sign-in`);
  await page.getByLabel('E-mail address').fill(admin.NGOMA_ADMIN_EMAIL);
  await page.getByLabel('Password').fill(admin.NGOMA_ADMIN_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page
    .getByRole('searchbox')
    .or(page.getByPlaceholder('Recordings, artists, releases'))
    .first()
    .fill(typed);
  await page
    .getByRole('button', { name: new RegExp(`Play.*${title}`) })
    .first()
    .click();
  await until(async () => {
    const heardS = await page.evaluate<number>('globalThis.sounding?.currentTime ?? 0');
    return heardS >= listenForS ? true : null;
  }, heardWithinMs);
  await page
    .getByRole('button', { name: new RegExp(`Pause.*${title}`) })
    .first()
    .click();
  await page.goto('about:blank'); // leaving the page ends the listening
  assert.deepEqual(errors, []);

  const counted = await until(async () => {
    const { items } = await api(
      server,
      token,
      'GET',
      `/api/v1/recordings/${wanted.id}/plays?by=source`,
    );
    const [first] = items as unknown as { key: string; plays: number; playedMs: number }[];
    return first ?? null;
  }, countedWithinMs);
  assert.equal(counted.key, 'stream');
  assert.equal(counted.plays, 1);
  assert.ok(
    counted.playedMs >= 30_000 && counted.playedMs <= listenForS * 1000 + 15_000,
    `${counted.playedMs} ms were heard`,
  );

  const day = new Date().toISOString().slice(0, 10);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const started = await api(server, token, 'POST', '/api/v1/royalties/runs', {
    period: { from: day, to: tomorrow },
    pool: { amountMinor: 100_000, currency: 'RWF' },
    policy: 'user-centric',
  });
  const run = await until(async () => {
    const now = await api(server, token, 'GET', `/api/v1/royalties/runs/${String(started['id'])}`);
    return now['status'] === ('running' as never)
      ? null
      : (now as unknown as {
          status: string;
          remainderMinor: number;
          lines: { name: string; amountMinor: number; eligiblePlays: number }[];
        });
  });
  assert.equal(run.status, 'done');
  assert.deepEqual(
    run.lines.map((line) => [line.name, line.amountMinor, line.eligiblePlays]),
    [[playedBy, 100_000, 1]],
  );
  assert.equal(run.remainderMinor, 0);

  const { items: statements } = await api(
    server,
    token,
    'GET',
    `/api/v1/royalties/runs/${String(started['id'])}/statements`,
  );
  const [statement] = statements as unknown as { id: string }[];
  const csv = await fetch(`${server.address}/api/v1/royalties/statements/${statement!.id}.csv`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.match(await csv.text(), new RegExp(title));

  const db = openDatabase(databaseUrl(home));
  const audit = await auditPlays(db);
  await db.close();
  assert.deepEqual([audit.counted, audit.differences.length], [1n, 0]);
  server.child.kill('SIGINT');
  assert.equal(await server.ended(), 0);
});
