import type { RecordingId } from '#foundation/kernel/ids.ts';
import { emit, type Event } from '#foundation/platform/outbox.ts';
import type { Db } from '#foundation/platform/postgres.ts';

/** The index holds every sound that can be read. Told after each pass, also one that added nothing: a crash leaves nothing out. */
export type CatalogueIndexed = Event<'recognition.catalogueIndexed', Record<string, never>>;

/** A recording's file has other bytes, new tags mostly, that sound the same; `was` and `is` name the bytes. */
export type SoundKept = Event<
  'recognition.soundKept',
  { readonly recordingId: RecordingId; readonly was: string; readonly is: string }
>;

export async function tellIndexed(db: Db): Promise<void> {
  await emit<CatalogueIndexed['topic'], CatalogueIndexed['payload']>(db, {
    topic: 'recognition.catalogueIndexed',
    payload: {},
  });
}

export async function tellKept(db: Db, payload: SoundKept['payload']): Promise<void> {
  await emit<SoundKept['topic'], SoundKept['payload']>(db, {
    topic: 'recognition.soundKept',
    payload,
  });
}
