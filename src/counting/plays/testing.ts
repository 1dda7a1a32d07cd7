import { newId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { command, sql, type Database } from '#foundation/platform/postgres.ts';
import { enrolDevice, reporterOf, type NewDevice } from './enrol-device.ts';
import { findDevice } from './device-queries.ts';
import type { Reporter } from './read-report.ts';
import { openPlays, type PlaysContext } from './record-plays.ts';

// What tests of counting share: a context with a clock of its own, recordings, devices.

const insertRecording = command({
  name: 'test.insertRecording',
  sample: { id: '', title: '', artist: '', isrc: null as string | null },
  text: (p: { id: string; title: string; artist: string; isrc: string | null }) => sql`
    insert into catalog.recording (id, title, artist_name, match_title, match_artist, isrc, provenance)
    values (${p.id}, ${p.title}, ${p.artist}, ${p.title.toLowerCase()}, ${p.artist.toLowerCase()}, ${p.isrc}, 'import')`,
});

export const testNow = Date.UTC(2026, 10, 20, 12) as Instant;

export function playsContext(db: Database, now: Instant = testNow): PlaysContext {
  return openPlays({ db, now: () => now, metrics: createMetrics('test'), demo: false });
}

export async function aRecording(
  db: Database,
  about: { title?: string; artist?: string; isrc?: string } = {},
): Promise<RecordingId> {
  const id = newId<'recording'>();
  await db.run(insertRecording, {
    id,
    title: about.title ?? `Title ${id}`,
    artist: about.artist ?? 'Artist',
    isrc: about.isrc ?? null,
  });
  return id;
}

export async function aDevice(db: Database, about: Partial<NewDevice> = {}): Promise<Reporter> {
  const enrolled = await enrolDevice(db, {
    ownerId: newId<'user'>() as UserId,
    name: 'box',
    kind: 'phone',
    ...about,
  });
  if ('kind' in enrolled) throw new Error(enrolled.code);
  return reporterOf(await db.one(findDevice, { id: enrolled.deviceId }));
}
