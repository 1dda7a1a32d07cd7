import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import type { AudienceFact } from '../../facts.ts';
import { fetchOutside, type Fetched } from '../../fetch-outside.ts';
import { endRun, insertPayload, insertRun, sourceStates, useQuota } from '../../queries.ts';
import type { HarvestContext } from '../../run-source.ts';
import { readSoundcharts } from './read-soundcharts.ts';
import { soundcharts as source } from './source.ts';

// One call at a time for one artist or song. Every body is kept before it is read. What an answer means for the next call is said
// apart from what it holds: Soundcharts uses 429 both for "slower" and for "nothing is left of what you paid for".

/** Three addresses of the API (v2): what a song has, who follows an artist, who listens to one within a month. */
export type SoundchartsWhat = 'song audience' | 'followers' | 'monthly listeners';

export type SoundchartsCall = {
  readonly what: SoundchartsWhat;
  readonly externalId: string;
  readonly platform: string;
  /** At most 90 days, both included. */
  readonly from: string;
  readonly to: string;
};

export type SoundchartsAnswer =
  | {
      readonly kind: 'facts';
      readonly facts: readonly AudienceFact[];
      readonly payloadId: string;
      readonly quotaLeft: number | null;
    }
  /** It has no figures of this; asking again soon is pointless. */
  | { readonly kind: 'empty'; readonly problem: string; readonly quotaLeft: number | null }
  | { readonly kind: 'failed'; readonly problem: string; readonly quotaLeft: number | null }
  | { readonly kind: 'slower'; readonly problem: string; readonly waitMs: number }
  | { readonly kind: 'stop'; readonly problem: string };

export type SoundchartsDoor = {
  readonly minIntervalMs: number;
  /** Why it may not be asked now; null where it may. */
  closedBecause(): Promise<string | null>;
  /** A run in the list of runs, under which bodies are kept. */
  openRun(userId: UserId | null): Promise<{
    call(call: SoundchartsCall, signal: AbortSignal): Promise<SoundchartsAnswer>;
    end(): Promise<void>;
  }>;
};

const slowestWaitMs = 60_000;

export function openSoundcharts(ctx: HarvestContext, appId: string | null): SoundchartsDoor {
  return {
    minIntervalMs: source.minIntervalMs,
    async closedBecause() {
      const state = (await ctx.db.all(sourceStates, {})).find((row) => row.name === source.name);
      if (state?.isOn !== true)
        return 'Soundcharts is switched off. Switch it on in Market, Data management; until then nothing is fetched.';
      if (appId === null || ctx.keyOf(source.name) === null)
        return 'Soundcharts needs an application id and a key of its own: NGOMA_SOUNDCHARTS_APP_ID and NGOMA_SOUNDCHARTS_KEY.';
      return null;
    },
    async openRun(userId) {
      const runId = newId<'harvestRun'>();
      await ctx.db.run(insertRun, {
        id: runId,
        source: source.name,
        requestedBy: userId,
        now: new Date(ctx.now()),
      });
      const tally = { requests: 0, facts: 0, problems: new Set<string>() };
      return {
        async call(call, signal) {
          tally.requests += 1;
          const answer = await ask(ctx, appId ?? '', runId, call, signal);
          if (answer.kind === 'facts') tally.facts += answer.facts.length;
          else tally.problems.add(answer.problem);
          return answer;
        },
        async end() {
          const problem = [...tally.problems].join(' ').slice(0, 2_000);
          await ctx.db.run(endRun, {
            id: runId,
            now: new Date(ctx.now()),
            status: tally.facts === 0 ? 'failed' : problem === '' ? 'success' : 'partial',
            tier: 'api',
            requests: tally.requests,
            facts: tally.facts,
            entries: 0,
            problem: problem === '' ? null : problem,
          });
        },
      };
    },
  };
}

async function ask(
  ctx: HarvestContext,
  appId: string,
  runId: string,
  call: SoundchartsCall,
  signal: AbortSignal,
): Promise<SoundchartsAnswer> {
  await ctx.db.one(useQuota, { source: source.name, day: dayOf(ctx.now()) });
  const named = ctx.baseUrlOf(source.name);
  const base = new URL(named ?? source.baseUrl);
  const url = new URL(pathOf(call), base);
  const fetched = await fetchOutside(url.href, {
    pinAddress: ctx.pinAddress,
    trustedHost: named === null ? null : base.host,
    headers: { 'x-app-id': appId, 'x-api-key': ctx.keyOf(source.name) ?? '' },
    signal,
  });
  if (fetched.kind === 'not fetched')
    return { kind: 'failed', problem: fetched.problem, quotaLeft: null };
  const answer = readAnswer(call, fetched);
  const payloadId = newId<'payload'>();
  await ctx.db.run(insertPayload, {
    id: payloadId,
    runId,
    source: source.name,
    request: url.href,
    status: fetched.status,
    contentType: fetched.contentType?.slice(0, 200) ?? null,
    etag: null,
    body: gzipSync(fetched.body),
    bodyBytes: fetched.body.length,
    sha256: createHash('sha256').update(fetched.body).digest('hex'),
    problem: answer.kind === 'facts' ? null : answer.problem,
  });
  return answer.kind === 'facts' ? { ...answer, payloadId } : answer;
}

function pathOf({ what, externalId, platform, from, to }: SoundchartsCall): string {
  const id = encodeURIComponent(externalId);
  const place = encodeURIComponent(platform);
  const address = {
    'song audience': `/api/v2/song/${id}/audience/${place}`,
    followers: `/api/v2/artist/${id}/audience/${place}`,
    'monthly listeners': `/api/v2/artist/${id}/streaming/${place}/listening`,
  }[what];
  return `${address}?startDate=${from}&endDate=${to}&limit=100`;
}

function readAnswer(call: SoundchartsCall, fetched: Fetched): SoundchartsAnswer {
  const text = fetched.body.toString('utf8');
  const quotaLeft = numberIn(fetched.headers['x-quota-remaining']);
  const { status } = fetched;
  if (status === 429) {
    // Told apart by its words, as the service's own library does.
    if (/maximum request count/i.test(text)) {
      const resetS = numberIn(fetched.headers['x-ratelimit-reset']) ?? fetched.retryAfterS ?? 1;
      return {
        kind: 'slower',
        problem: 'Soundcharts asked for fewer calls a minute.',
        waitMs: Math.min(slowestWaitMs, (resetS + 1) * 1_000),
      };
    }
    return { kind: 'stop', problem: 'The calls paid for at Soundcharts are used up.' };
  }
  if (status === 401 || status === 403)
    return { kind: 'stop', problem: `Soundcharts refused the application id or key (${status}).` };
  if (status === 404)
    return {
      kind: 'empty',
      problem: `Soundcharts has no figures of ${call.platform} for this.`,
      quotaLeft,
    };
  if (status >= 400)
    return { kind: 'failed', problem: `Soundcharts answered ${status}.`, quotaLeft };
  const body = readSoundcharts(text, { metric: metricOf(call.what), platform: call.platform });
  if (body.kind === 'refused') {
    const isEmpty = /"items"\s*:\s*\[\s*\]/.test(text);
    return {
      kind: isEmpty ? 'empty' : 'failed',
      problem: isEmpty
        ? `Soundcharts has no figures of ${call.platform} for this.`
        : `${body.detail}`,
      quotaLeft,
    };
  }
  if (body.facts.some((fact) => fact.entity.externalId !== call.externalId))
    return {
      kind: 'failed',
      problem: 'Soundcharts answered about another artist or song. Nothing was kept.',
      quotaLeft,
    };
  return { kind: 'facts', facts: body.facts, payloadId: '', quotaLeft };
}

/** What the address says and the body does not; of songs the platform decides. */
function metricOf(what: SoundchartsWhat): string | null {
  if (what === 'song audience') return null;
  return what === 'followers' ? 'followers' : 'monthly_listeners';
}

function numberIn(header: string | readonly string[] | undefined): number | null {
  const number = typeof header === 'string' && header !== '' ? Number(header) : NaN;
  return Number.isFinite(number) && number >= 0 ? number : null;
}

function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}
