import { existingRecordings, mergedAway } from '#catalogue/catalog/index.ts';
import { fromCursor, toCursor } from '#foundation/kernel/cursor.ts';
import { cutPage, limitDefault } from '#foundation/kernel/endpoint.ts';
import { newId, type DeviceId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { toJsonAmount } from '#foundation/kernel/money.ts';
import { playStateName, provenanceName, sourceName } from '#foundation/kernel/counting.ts';
import {
  dayMs,
  parseDayOrInstant,
  parseInstant,
  toIso,
  type Instant,
} from '#foundation/kernel/time.ts';
import { deviceOf, serving, userOf, type Kit } from '#foundation/platform/http.ts';
import { checkSignature, type SignatureCheck } from '#foundation/platform/signed-body.ts';
import { admitBatch, releaseKey } from './admit-batch.ts';
import * as contract from './contract.ts';
import { enrolDevice, reporterOf, type DeviceDirectory } from './enrol-device.ts';
import { playIdOf } from './play-id.ts';
import { playProblems } from './problems.ts';
import * as devices from './device-queries.ts';
import * as reads from './read-queries.ts';
import { recordPlays, type PlayOutcome, type PlaysContext } from './record-plays.ts';

export type PlaysHttpContext = PlaysContext & {
  readonly devices: DeviceDirectory;
};

/** How far back "recent" reaches: it bounds the partitions a screen asks. */
const recentMs = 62 * dayMs;

export function servePlays(kit: Kit, ctx: PlaysHttpContext): void {
  const serve = serving(kit, playProblems);

  serve(contract.reportPlays, async ({ body, caller, request }) => {
    const sentAt = parseInstant(body.sentAt);
    if (sentAt === null)
      return refuse(
        'VALIDATION_FAILED',
        'sentAt must be an instant; nothing of this batch was stored.',
        'sentAt',
      );
    const { plays, agentId = null } = body;
    const signature = (keyHash: Buffer) => checkSignature(request, keyHash);
    const outcomes = await report(deviceOf(caller).deviceId, {
      sentAt,
      plays,
      agentId,
      signature,
    });
    return 'kind' in outcomes ? outcomes : summarise(outcomes);
  });

  serve(contract.reportPlay, async ({ body, caller, request }) => {
    const outcomes = await report(deviceOf(caller).deviceId, {
      sentAt: null,
      plays: [body],
      agentId: null,
      signature: (keyHash) => checkSignature(request, keyHash),
    });
    return 'kind' in outcomes ? outcomes : toResult(outcomes[0]!);
  });

  async function report(
    deviceId: DeviceId,
    batch: {
      readonly sentAt: Instant | null;
      readonly plays: readonly unknown[];
      readonly agentId: string | null;
      readonly signature: (keyHash: Buffer) => SignatureCheck;
    },
  ): Promise<readonly PlayOutcome[] | Refusal> {
    const device = (await ctx.devices.find(deviceId))!; // the gate found it a moment ago
    const { sentAt, plays, agentId } = batch;
    const signature = batch.signature(device.keyHash);
    const admitted = await admitBatch(ctx, device, { signature, agentId, plays });
    if ('kind' in admitted) return admitted;
    if (agentId !== null && device.agentId !== agentId) ctx.devices.forget(deviceId);
    const taken = plays.flatMap((_, index) => (admitted.refused.has(index) ? [] : [index]));
    const recorded = await recordPlays(
      ctx,
      reporterOf(device),
      sentAt,
      taken.map((index) => plays[index]),
    );
    ctx.playsTotal.inc({ outcome: 'refused' }, admitted.refused.size);
    ctx.devices.greet(deviceId, highestSeq(plays));
    const outcomes = recorded.map((outcome, n) => ({ ...outcome, index: taken[n]! }));
    return [...outcomes, ...admitted.refused.values()].sort((a, b) => a.index - b.index);
  }

  serve(contract.enrolDevice, async ({ body, caller }) =>
    enrolDevice(ctx.db, {
      ownerId: userOf(caller).userId,
      name: body.name,
      kind: body.kind,
      ...(body.place !== undefined && {
        place: body.place as NonNullable<Parameters<typeof enrolDevice>[1]['place']>,
      }),
      ...(body.territory !== undefined && { territory: body.territory }),
    }),
  );

  serve(contract.listDevices, async ({ query, caller }) => {
    const limit = query.limit ?? limitDefault;
    const rows = await ctx.db.all(devices.devicesOf, {
      ownerId: userOf(caller).userId,
      after: query.cursor ?? null,
      limit: limit + 1,
    });
    return cutPage(rows, limit, toDevice, (last) => last.id);
  });

  serve(contract.revokeDevice, async ({ params, caller }) => {
    return (await ctx.devices.revoke(params.id, userOf(caller).userId))
      ? {}
      : refuse('NOT_FOUND', 'You have no such device, or it is revoked already.');
  });

  serve(contract.releaseDevice, async ({ params, caller }) =>
    (await releaseKey(ctx.db, params.id, userOf(caller).userId))
      ? {}
      : refuse('NOT_FOUND', 'You have no such device, or it is revoked.'),
  );

  serve(contract.addPlace, async ({ body, caller }) => {
    const placeId = newId<'place'>();
    const place = { ...body, accuracyM: body.accuracyM ?? 0, territory: body.territory ?? null };
    await ctx.db.run(devices.insertPlace, {
      ...place,
      id: placeId,
      ownerId: userOf(caller).userId,
    });
    return { placeId };
  });

  serve(contract.listPlaces, async ({ query, caller }) => {
    const limit = query.limit ?? limitDefault;
    const rows = await ctx.db.all(devices.placesOf, {
      ownerId: userOf(caller).userId,
      after: query.cursor ?? null,
      limit: limit + 1,
    });
    return cutPage(
      rows,
      limit,
      (row) => row,
      (last) => last.id,
    );
  });

  serve(contract.listRecentPlays, async ({ query, caller }) =>
    recent(userOf(caller).userId, query),
  );

  async function recent(
    ownerId: UserId,
    query: { limit?: number; cursor?: string; deviceId?: DeviceId },
  ) {
    const limit = query.limit ?? limitDefault;
    const page = fromCursor(query.cursor, 'instant', 'uuid');
    if ('kind' in page) return page;
    const [before, beforeKey] = page.after ?? [ctx.now() + dayMs, newId()];
    const rows = await ctx.db.all(reads.recentPlays, {
      ownerId,
      deviceId: query.deviceId ?? null,
      before,
      beforeKey,
      since: ctx.now() - recentMs,
      limit: limit + 1,
    });
    const show = (row: (typeof rows)[number]) => ({
      playId: playIdOf(row),
      deviceId: row.deviceId,
      deviceName: row.deviceName,
      recordingId: row.recordingId,
      title: row.title,
      artist: row.artist,
      startedAt: toIso(row.startedAt),
      playedMs: row.playedMs,
      source: sourceName(row.source),
      state: playStateName(row.state),
    });
    return cutPage(rows, limit, show, (last) => toCursor(last.startedAt, last.key));
  }

  serve(contract.logPlay, async ({ body, caller }) => {
    const device = await ctx.db.maybe(devices.findDevice, { id: body.deviceId });
    if (device === null || device.ownerId !== userOf(caller).userId || device.revokedAt !== null)
      return refuse('NOT_FOUND', 'You have no such device.', 'deviceId');
    const play = {
      key: body.key,
      startedAt: body.startedAt,
      playedMs: body.playedMs,
      source: 'manual',
      recording: { id: body.recordingId },
    };
    const [outcome] = await recordPlays(ctx, reporterOf(device), null, [play]);
    ctx.devices.greet(device.id, null);
    return outcome!.kind === 'refused'
      ? refuse(outcome!.code, outcome!.message, outcome!.field)
      : toResult(outcome!);
  });

  serve(contract.recordingPlays, async ({ params, query }) => {
    const from = query.from === undefined ? null : parseDayOrInstant(query.from);
    const to = query.to === undefined ? null : parseDayOrInstant(query.to);
    if (query.from !== undefined && from === null) return badPeriod('from');
    if (query.to !== undefined && to === null) return badPeriod('to');
    if ((await existingRecordings(ctx.db, [params.id])).size === 0)
      return refuse('NOT_FOUND', 'There is no such recording.');
    const recordingId = (await mergedAway(ctx.db, [params.id])).get(params.id) ?? params.id;
    const period = { recordingId, from, to, demo: ctx.demo };
    const rows = await ctx.db.all(queryBy[query.by ?? 'day'], period);
    return {
      items: rows.map((row) => ({
        key: query.by === 'source' ? sourceName(Number(row.key)) : row.key,
        plays: toJsonAmount(row.plays),
        playedMs: toJsonAmount(row.playedMs),
      })),
    };
  });

  serve(contract.myPlays, async ({ query, caller }) => {
    const { userId } = userOf(caller);
    const { from, to } = query;
    const rows = await ctx.db.all(
      query.by === 'recording' ? reads.myPlaysByRecording : reads.myPlaysByDay,
      { userId, from, to, demo: ctx.demo },
    );
    return {
      items: rows.map(({ key, plays, playedMs }) => ({
        key,
        plays: toJsonAmount(plays),
        playedMs: toJsonAmount(playedMs),
      })),
    };
  });

  serve(contract.topRecordings, async ({ query }) => {
    const rows = await ctx.db.all(reads.topOfPeriod, {
      from: query.from,
      to: query.to,
      territory: query.territory ?? null,
      demo: ctx.demo,
      limit: query.limit ?? 20,
    });
    return {
      items: rows.map((row) => ({
        ...row,
        plays: toJsonAmount(row.plays),
        provenance: provenanceName(row.provenance),
      })),
    };
  });
}

function highestSeq(plays: readonly unknown[]): number | null {
  let highest: number | null = null;
  for (const play of plays) {
    const seq = (play as { seq?: unknown } | null)?.seq;
    if (typeof seq === 'number' && Number.isSafeInteger(seq) && seq > (highest ?? -1))
      highest = seq;
  }
  return highest;
}

const queryBy = {
  day: reads.playsByDay,
  source: reads.playsBySource,
  territory: reads.playsByTerritory,
};

function badPeriod(field: string): Refusal {
  return refuse(
    'VALIDATION_FAILED',
    `${field} must be a UTC day or an instant with a zone.`,
    field,
  );
}

function toDevice(row: devices.DeviceRow) {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    place:
      row.lat === null || row.lon === null
        ? null
        : { lat: row.lat, lon: row.lon, accuracyM: row.accuracyM ?? 0 },
    createdAt: toIso(row.createdAt),
    lastSeenAt: row.lastSeenAt === null ? null : toIso(row.lastSeenAt),
    revokedAt: row.revokedAt === null ? null : toIso(row.revokedAt),
  };
}

function toResult(outcome: PlayOutcome) {
  return outcome.kind === 'refused'
    ? {
        key: outcome.key,
        outcome: outcome.kind,
        code: outcome.code,
        field: outcome.field,
        message: outcome.message,
      }
    : { key: outcome.key, outcome: outcome.kind, playId: outcome.playId };
}

function summarise(outcomes: readonly PlayOutcome[]) {
  const count = { counted: 0, duplicate: 0, unmatched: 0, refused: 0 };
  const results = outcomes.map((outcome) => {
    count[outcome.kind] += 1;
    return { index: outcome.index, ...toResult(outcome) };
  });
  return {
    counted: count.counted,
    duplicates: count.duplicate,
    unmatched: count.unmatched,
    refused: count.refused,
    results,
  };
}
