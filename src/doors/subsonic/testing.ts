// One house for the tests of this door: three songs that can be heard, two people with passwords.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { addRecordings } from '#catalogue/catalog/index.ts';
import { openRenditions } from '#catalogue/renditions/index.ts';
import { openPlays } from '#counting/plays/index.ts';
import { waveFile } from '#foundation/dsp/wave-file.ts';
import { newId, type RecordingId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { openRecommend } from '#listening/recommend/index.ts';
import { openNames } from '#listening/search/index.ts';
import { identifyByAppPassword, makeAppPassword } from '#people/accounts/index.ts';
import { serveSubsonic } from './serve.ts';

export const { db } = await testDatabase({ after });
const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-subsonic-'));
after(() => rm(home, { recursive: true, force: true }));
const now = (): Instant => Date.now() as Instant;
const metrics = createMetrics('test');
const appPasswords = { db, now, sealingKey: Buffer.alloc(32, 3) };
const log = createLog('silent');
const { plays } = openPlays({ db, log, now, demo: false });
const permits = (caller: UserCaller): boolean => caller.roles.includes('admin');
export const app = await createWebServer({
  log,
  metrics,
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
const catalog = { db, now, permits };
const { similarTo } = openRecommend({ db, log, now, demo: false });
const blobs = diskBlobs(path.join(home, 'blobs'));
const workFolder = path.join(home, 'work');
const renditions = openRenditions({ db, blobs, log, now, workFolder });
const { ladders } = renditions;
serveSubsonic(app, {
  db,
  now,
  version: '1.0.0',
  publicUrl: null,
  catalog,
  playback: { db, now, plays, ladders, ticketSecret: Buffer.alloc(32, 3) },
  search: { db, names: openNames({ db, log, demo: false }), similarTo },
  blobs,
  byAppPassword: (username, isRight) => identifyByAppPassword(appPasswords, username, isRight),
  byApiKey: async () => null,
  permits,
  startScan: async () => {},
});
after(() => app.close());

/** The fields of an envelope, as a test reads them. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = Record<string, any>;
export type Person = { readonly id: string; readonly username: string; readonly password: string };

export async function person(email: string): Promise<Person> {
  const id = newId<'user'>();
  await db.pool.query(
    'insert into accounts."user" (id, email, name, name_key, password_hash, created_at) values ($1, $2, $2, $2, null, now())',
    [id, email],
  );
  const made = await makeAppPassword(appPasswords, id, 'phone', { address: '127.0.0.1' });
  assert.ok('password' in made);
  return { id, username: made.username, password: made.password };
}

export const me = await person('keza@example.org');
export const other = await person('mugisha@example.org');
export const songs: RecordingId[] = [];

before(async () => {
  const added = await addRecordings(
    db,
    [1, 2, 3].map((track) => ({
      title: `Amahoro ${track}`,
      artist: 'Uwase Diane',
      genres: ['Afrobeat & Soul'],
      durationMs: 2_000,
      year: 2026,
      provenance: 'import' as const,
      release: {
        title: 'Inzira <1>',
        artist: 'Uwase Diane',
        kind: 'album' as const,
        releasedOn: '2026-03-01',
        disc: 1,
        track,
      },
    })),
  );
  songs.push(...added.map((one) => one.recordingId));
  const file = path.join(home, 'song.mp3');
  await writeFile(file, Buffer.alloc(4_096, 7));
  await db.pool.query('insert into media.library (path) values ($1)', [home]);
  for (const [i, id] of songs.entries()) {
    const own = path.join(home, `song${i}.mp3`);
    await writeFile(own, Buffer.alloc(4_096, i));
    await db.pool.query(
      `insert into media.file (id, sound_id, recording_id, path, size_bytes, modified_ms, content_type, bitrate, sample_rate, channels, duration_ms)
       values ($1, $1, $2, $3, 4096, 0, 'audio/mpeg', 128000, 44100, 2, 2000)`,
      [newId(), id, own],
    );
  }
});

/** Gives a song four seconds of real sound, and makes its sizes. */
export async function makeSizes(id: RecordingId): Promise<void> {
  const tone = Float32Array.from({ length: 4 * 44_100 }, (_, i) => 0.3 * Math.sin(i / 15));
  const file = path.join(home, 'tone.wav');
  await writeFile(file, waveFile(tone, 44_100));
  await db.pool.query(
    `update media.file set path = $2, sound_id = $3, content_type = 'audio/wav', bitrate = 705600 where recording_id = $1`,
    [id, file, newId()],
  );
  await mkdir(workFolder, { recursive: true });
  const [task] = renditions.tasks!;
  const job = { jobId: newId<'job'>(), signal: new AbortController().signal, progress() {} };
  await task!.run({} as never, job);
}

export function signed(who: Person, salt = 'c19b2d'): string {
  const t = createHash('md5')
    .update(who.password + salt)
    .digest('hex');
  return `u=${encodeURIComponent(who.username)}&t=${t}&s=${salt}&v=1.16.1&c=test`;
}

export async function call(name: string, query = '', who: Person = me) {
  const reply = await app.inject({ url: `/rest/${name}?${signed(who)}&f=json&${query}` });
  return (reply.json() as { 'subsonic-response': Answer })['subsonic-response'];
}
