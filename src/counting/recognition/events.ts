import type { RecordingId } from '#foundation/kernel/ids.ts';
import { defineEvent } from '#foundation/platform/outbox.ts';

/** The index holds every sound that can be read. Told after each pass, also one that added nothing: a crash leaves nothing out. */
export const catalogueIndexed = defineEvent<Record<string, never>>('recognition.catalogueIndexed');

/** A recording's file has other bytes, new tags mostly, that sound the same; `was` and `is` name the bytes. */
export const soundKept = defineEvent<{
  readonly recordingId: RecordingId;
  readonly was: string;
  readonly is: string;
}>('recognition.soundKept', ({ recordingId }) => [recordingId]);
