import { fromCursor, toCursor } from '#foundation/kernel/cursor.ts';
import { cutPage, limitDefault } from '#foundation/kernel/endpoint.ts';
import type { RecordingId, StationId, UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { dayMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import { serving, userOf, type Kit } from '#foundation/platform/http.ts';
import * as contract from './contract.ts';
import type { ChannelState } from './monitors.ts';
import { stationsProblems } from './problems.ts';
import * as queries from './queries.ts';
import { addStation, removeStation, type StationsContext } from './stations.ts';
import { claimSound } from './unknown/claim-sound.ts';
import { decideClaim, listClaims, openClip } from './unknown/review-claims.ts';
import { sayTrouble } from '#foundation/streams/trouble.ts';
import { listUnknown } from './unknown/unknown-sounds.ts';

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export function serveStations(kit: Kit, ctx: StationsContext): void {
  const serve = serving(kit, stationsProblems);

  serve(contract.addStation, async ({ body, caller }) =>
    addStation(ctx, { ownerId: userOf(caller).userId, ...body }),
  );

  serve(contract.listStations, async ({ query, caller }) => {
    const limit = query.limit ?? limitDefault;
    const after = query.cursor ?? null;
    const ownerId = userOf(caller).userId;
    const rows = await ctx.db.all(queries.stationsOf, { ownerId, after, limit: limit + 1 });
    return {
      items: await describe(rows.slice(0, limit)),
      nextCursor: rows.length > limit ? rows[limit - 1]!.id : null,
    };
  });

  serve(contract.openStation, async ({ params, caller }) => {
    const station = await ownStation(params.id, userOf(caller).userId);
    return 'kind' in station ? station : (await describe([station]))[0]!;
  });

  serve(contract.removeStation, async ({ params, caller }) => {
    return (await removeStation(ctx, userOf(caller).userId, params.id)) ?? {};
  });

  serve(contract.stationLog, async ({ params, query, caller }) => {
    const station = await ownStation(params.id, userOf(caller).userId);
    if ('kind' in station) return station;
    const limit = query.limit ?? limitDefault;
    const page = fromCursor(query.cursor, 'instant', 'uuid');
    if ('kind' in page) return page;
    const [before, beforeId] = page.after ?? [ctx.now() + dayMs, lastId];
    const rows = await ctx.db.all(queries.detectionsOf, {
      deviceId: station.deviceId,
      before,
      beforeId,
      limit: limit + 1,
    });
    return cutPage(
      rows,
      limit,
      (row) => ({ ...row, startedAt: toIso(row.startedAt), endedAt: toIso(row.endedAt) }),
      (last) => toCursor(last.startedAt, last.id),
    );
  });

  serve(contract.listUnknownSounds, async ({ query, caller }) =>
    listUnknown(ctx.db, userOf(caller).userId, query),
  );
  serve(contract.claimUnknownSound, async ({ params, body, caller }) => {
    const refused = await claimSound(ctx.db, userOf(caller).userId, params.id, body.note);
    return refused ?? {};
  });
  serve(contract.listClaims, async ({ query, caller }) => listClaims(ctx, userOf(caller), query));
  serve(contract.openClaimClip, async ({ params, caller }) => {
    const clip = await openClip(ctx, userOf(caller), params.id);
    return 'kind' in clip ? clip : { sampleRate: 16_000, pcm: clip.toString('base64') };
  });
  serve(contract.decideClaim, async ({ params, body, caller }) => {
    return (await decideClaim(ctx, userOf(caller), params.id, body)) ?? {};
  });

  async function ownStation(
    id: StationId,
    ownerId: UserId,
  ): Promise<queries.StationRow | Refusal<'NOT_FOUND'>> {
    const station = await ctx.db.maybe(queries.findStation, { id });
    return station?.ownerId === ownerId
      ? station
      : refuse('NOT_FOUND', 'You have no such station.');
  }

  async function describe(stations: readonly queries.StationRow[]) {
    const states = stations.map((station) => ctx.monitors.live(station));
    const ids = states.flatMap((s) => s?.channel.nowPlaying.map((p) => p.recordingId) ?? []);
    const named =
      ids.length === 0 ? [] : await ctx.db.all(queries.recordingsNamed, { ids: [...new Set(ids)] });
    const names = new Map(named.map((row) => [row.id, row]));
    return stations.map((station, i) => ({
      id: station.id,
      name: station.name,
      url: station.url,
      mount: station.mount,
      territory: station.territory,
      deviceId: station.deviceId,
      createdAt: toIso(station.createdAt as Instant),
      live: toLive(states[i]!, names),
    }));
  }
}

type Names = ReadonlyMap<RecordingId, { readonly title: string; readonly artist: string }>;

function toLive(state: ChannelState | null, names: Names) {
  const iso = (at: number | null | undefined) =>
    at === null || at === undefined ? null : toIso(at as Instant);
  const trouble = state?.station.trouble ?? null;
  return {
    health: state?.station.health ?? ('waiting' as const),
    detail: trouble === null ? null : sayTrouble(trouble),
    trouble: trouble === null ? null : { ...trouble, params: { ...trouble.params } },
    since: iso(state?.station.since),
    stationName: state?.station.stationName ?? null,
    format: state?.station.format ?? null,
    protocol: state?.station.protocol ?? null,
    lastSoundAt: iso(state?.station.lastSoundAt),
    connections: state?.station.connections ?? 0,
    titleHint: state?.channel.title ?? null,
    nowPlaying: (state?.channel.nowPlaying ?? []).map((playing) => ({
      recordingId: playing.recordingId,
      title: names.get(playing.recordingId)?.title ?? null,
      artist: names.get(playing.recordingId)?.artist ?? null,
      since: toIso(playing.since as Instant),
      offsetMs: playing.offsetMs,
      speed: playing.speed,
      confidence: playing.confidence,
    })),
    playsSinceStart: state?.channel.plays ?? 0,
  };
}
