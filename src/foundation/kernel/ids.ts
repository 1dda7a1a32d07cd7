import { Type, type TUnsafe } from 'typebox';

/** A branded uuid: a RecordingId cannot be handed over where a PartyId is wanted. */
export type Id<Brand extends string> = string & { readonly brand: Brand };

export type UserId = Id<'user'>;
export type PartyId = Id<'party'>;
export type ArtistId = Id<'artist'>;
export type LabelId = Id<'label'>;
export type ReleaseId = Id<'release'>;
export type RecordingId = Id<'recording'>;
export type WorkId = Id<'work'>;
export type MediaId = Id<'media'>;
export type DeviceId = Id<'device'>;
export type PlaceId = Id<'place'>;
export type StationId = Id<'station'>;
export type RunId = Id<'run'>;
export type StatementId = Id<'statement'>;

export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Lower-case hyphenated uuid of any version. */
export function isUuid(text: string): boolean {
  return text.length === 36 && uuidPattern.test(text);
}

let lastMs = 0;
let counter = 0;

/**
 * A uuid version 7 (RFC 9562): 48 bits of milliseconds, then a 12-bit counter that keeps ids of one
 * process in order within a millisecond, then 62 random bits. Made here, not in the database, so that
 * PostgreSQL 15 suffices.
 */
export function newId<B extends string>(): Id<B> {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = ((bytes[6]! & 0x07) << 8) | bytes[7]!;
  } else if (++counter > 0xfff) {
    lastMs += 1; // borrow from the next millisecond rather than repeat
    counter = 0;
  }
  bytes[0] = lastMs / 2 ** 40;
  bytes[1] = lastMs / 2 ** 32;
  bytes[2] = lastMs / 2 ** 24;
  bytes[3] = lastMs / 2 ** 16;
  bytes[4] = lastMs / 2 ** 8;
  bytes[5] = lastMs;
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter;
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return formatUuid(bytes) as Id<B>;
}

const hex = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));

function formatUuid(b: Uint8Array): string {
  let text = '';
  for (let i = 0; i < 16; i++) {
    text += hex[b[i]!];
    if (i === 3 || i === 5 || i === 7 || i === 9) text += '-';
  }
  return text;
}

/** The shape of an id in a contract: an opaque string to the outside, a branded one inside. */
export function idShape<B extends string>(what: B): TUnsafe<Id<B>> {
  return Type.Unsafe<Id<B>>({
    type: 'string',
    pattern: uuidPattern.source,
    description: `id of a ${what}`,
  });
}
