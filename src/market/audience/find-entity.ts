import { newId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { resolveRecordings } from '#catalogue/catalog/index.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { AudienceFact } from '#market/harvest/index.ts';
import { namesIn, spellingKey } from '#market/identity/index.ts';
import {
  findByExternalId,
  findByName,
  insertEntity,
  putEntityArtist,
  putExternalId,
  type EntityId,
} from './queries.ts';

export type Found = { readonly id: EntityId; readonly artists: readonly EntityId[] };

const namesakesMax = 10;

/**
 * The thing a source speaks of, made if it is new. A service's own id decides; an artist without one that is known is the one of
 * the same name, if there is only one. A recording belongs to every artist its credit names.
 */
export async function findEntity(
  db: Db,
  entity: AudienceFact['entity'],
  provenance: Provenance,
): Promise<Found> {
  const { source, type, externalId } = entity;
  const known = await db.maybe(findByExternalId, { source, type, externalId });
  const id = known?.id ?? (await addEntity(db, entity, provenance));
  const artists: EntityId[] = [];
  if (entity.type === 'recording' || entity.type === 'release') {
    const credit = entity.artist ?? '';
    const whole = credit === '' ? null : await onlyOne(db, credit);
    for (const name of whole === null ? namesIn(credit) : [credit]) {
      const artistId = whole ?? (await findArtist(db, name, provenance));
      await db.run(putEntityArtist, { artistId, entityId: id });
      artists.push(artistId);
    }
  }
  return { id, artists };
}

async function addEntity(
  db: Db,
  entity: AudienceFact['entity'],
  provenance: Provenance,
): Promise<EntityId> {
  const { source, type, externalId, name, artist, isrc } = entity;
  const namesake = type === 'artist' ? await onlyOne(db, name) : null;
  const id = namesake ?? newId<'entity'>();
  if (namesake === null) {
    const [catalogId] =
      type === 'recording' ? await resolveRecordings(db, [{ isrc, title: name, artist }]) : [null];
    await db.run(insertEntity, {
      id,
      type,
      name,
      artistName: artist,
      matchName: spellingKey(name),
      catalogId: catalogId ?? null,
      provenance,
    });
  }
  await db.run(putExternalId, { source, type, externalId, entityId: id });
  return id;
}

async function findArtist(db: Db, name: string, provenance: Provenance): Promise<EntityId> {
  const known = await onlyOne(db, name);
  if (known !== null) return known;
  const id = newId<'entity'>();
  await db.run(insertEntity, {
    id,
    type: 'artist',
    name,
    artistName: null,
    matchName: spellingKey(name),
    catalogId: null,
    provenance,
  });
  return id;
}

async function onlyOne(db: Db, name: string): Promise<EntityId | null> {
  const rows = await db.all(findByName, {
    type: 'artist' as const,
    matchName: spellingKey(name),
    limit: namesakesMax,
  });
  return rows.length === 1 ? rows[0]!.id : null;
}
