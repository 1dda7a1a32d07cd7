import { Type, type TSchema } from 'typebox';
import * as catalog from '#catalogue/catalog/contract.ts';
import * as plays from '#counting/plays/contract.ts';
import { identifyBytesMax, identifyPath } from '#counting/recognition/contract.ts';
import type { Access, Schemas } from '#foundation/kernel/endpoint.ts';
import { signedIn } from '#foundation/kernel/endpoint.ts';
import * as recommending from '#listening/recommend/contract.ts';
import * as searching from '#listening/search/contract.ts';
import * as analytics from '#market/analytics/contract.ts';
import * as charts from '#market/charts/contract.ts';
import * as economy from '#market/economy/contract.ts';

// A tool is an endpoint of the API with a name a program can choose it by: what may be seen here is what the same person may
// see there, because it is asked there. None of them changes anything.

export type Ask = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: Buffer | object;
  readonly contentType?: string;
};

export type Tool = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Whoever may ask the endpoint sees the tool. */
  readonly access: Access;
  readonly input: TSchema;
  /** Why it cannot be asked, or how it is. */
  askFor(input: Readonly<Record<string, unknown>>): Ask | string;
};

type Read = {
  readonly method: string;
  readonly path: string;
  readonly schemas: Schemas;
  readonly options: { readonly access: Access };
};

/** Sound in a message is a third larger than sound; a minute of MP3 or Opus fits many times. */
export const soundBytesMax = Math.min(4 * 1024 * 1024, identifyBytesMax);
const soundCharsMax = Math.ceil(soundBytesMax / 3) * 4;
const hashesMax = 20_000;

export const tools: readonly Tool[] = [
  reads(searching.search, 'search', 'Search the catalogue', [
    'Finds artists, recordings, releases, playlists and labels by name. Forgives typing errors; takes an ISRC or GTIN as it is.',
    'Answers ids for the other tools. `order` is best first.',
  ]),
  identify(),
  reads(catalog.getArtist, 'artist', 'One artist', [
    'Name, country, releases; by an id from search.',
  ]),
  reads(catalog.getRecording, 'recording', 'One recording', [
    'Title, artists, releases, identifiers, credits; who owns it only where the asker may see that. By an id from search.',
  ]),
  reads(catalog.getRelease, 'release', 'One release', [
    'Its tracks in order, label and GTIN; by an id from search.',
  ]),
  reads(recommending.similarRecordings, 'similar_recordings', 'Recordings like one', [
    'Heard by the same people, or alike by what is known; `basis` says which. By an id from search.',
  ]),
  reads(recommending.similarArtists, 'similar_artists', 'Artists like one', [
    'Heard by the same people, or of the same genres; `basis` says which. By an id from search.',
  ]),
  reads(plays.topRecordings, 'top_recordings', 'Most played recordings', [
    'Counted plays of a period, of one country or of all. Each play is counted once over every source.',
  ]),
  reads(charts.listCharts, 'list_charts', 'Charts there are', [
    'Every chart with its source, key, country and the days of its first and last issue. Ask before the tools chart and chart_movers.',
  ]),
  reads(charts.getIssue, 'chart', 'One issue of a chart', [
    'Ranks with move, peak and weeks: the latest issue, or that of a day.',
  ]),
  reads(charts.getMovers, 'chart_movers', 'What moved on a chart', [
    'Entries that rose, fell, came in or left between two issues.',
  ]),
  reads(analytics.listMetricArtists, 'find_metric_artists', 'Artists that have figures', [
    'Ids for the tool artist_metrics, by name.',
  ]),
  reads(analytics.getArtistMetrics, 'artist_metrics', 'Figures of artists on every platform', [
    'What one or more artists come to in a period, by platform, metric, track or day, with what is missing said as missing.',
    'A counter gives its increase, a flow its sum, a level its first and last; levels are never added up.',
  ]),
  reads(analytics.listMetrics, 'list_metrics', 'What can be asked of the figures', [
    'Every metric with its kind, unit and meaning, and by what it can be cut and narrowed. Ask before the tool query_metrics.',
  ]),
  queryMetrics(),
  reads(economy.getEconomy, 'economy', 'What streams mean for the country', [
    'Revenue, value added, jobs, exports and taxes as estimates with 10th, 50th and 90th percentile, and every assumption with its source.',
  ]),
  reads(economy.getTrends, 'economy_trends', 'Streams and estimated revenue by month', [
    'Series by month, of one platform or of all, with the revenue under low and high assumptions.',
  ]),
  reads(economy.getPlatformShare, 'platform_share', 'Streams by platform', [
    'Of the last full month.',
  ]),
];

function reads(endpoint: Read, name: string, title: string, description: readonly string[]): Tool {
  const { params, query } = endpoint.schemas as unknown as {
    readonly params?: { readonly properties: Record<string, TSchema> };
    readonly query?: { readonly properties: Record<string, TSchema> };
  };
  if (endpoint.method !== 'GET') throw new Error(`${endpoint.path} may change something`);
  return {
    name,
    title,
    description: description.join(' '),
    access: endpoint.options.access,
    input: Type.Object(
      { ...params?.properties, ...query?.properties },
      { additionalProperties: false },
    ),
    askFor(input) {
      const inPath = Object.keys(params?.properties ?? {});
      const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_whole, key: string) =>
        encodeURIComponent(String(input[key])),
      );
      const asked = new URLSearchParams();
      for (const [key, value] of Object.entries(input))
        if (!inPath.includes(key) && value !== undefined) asked.set(key, String(value));
      return { method: 'GET', url: asked.size === 0 ? path : `${path}?${asked}` };
    },
  };
}

/** A plan is too much for a query string, so it is sent; nothing is changed by it. */
function queryMetrics(): Tool {
  const { path, schemas, options } = analytics.queryMetrics;
  return {
    name: 'query_metrics',
    title: 'Rows of any metric',
    description:
      'A metric of list_metrics, cut by up to two dimensions, narrowed by filters, over days: plays by artist and country, streams by platform and month. Levels are not added up; what cannot be asked is refused with what can.',
    access: options.access,
    input: schemas.body as TSchema,
    askFor: (input) => ({ method: 'POST', url: path, body: input }),
  };
}

function identify(): Tool {
  return {
    name: 'identify',
    title: 'Name what is heard',
    description:
      'Names the recording in a piece of sound of up to 60 s: either the file in base64 (any usual format, up to 4 MiB), or hashes of sound as the agent of Ngoma makes them. A match says where in the recording the sound begins, its speed and how sure it is; null is no match.',
    access: signedIn,
    input: Type.Object(
      {
        audioBase64: Type.Optional(
          Type.String({ maxLength: soundCharsMax, pattern: '^[A-Za-z0-9+/]+={0,2}$' }),
        ),
        hashes: Type.Optional(Type.Array(Type.Integer(), { maxItems: hashesMax })),
        levels: Type.Optional(Type.Array(Type.Number(), { maxItems: hashesMax })),
        seams: Type.Optional(Type.Array(Type.Number(), { maxItems: hashesMax })),
      },
      { additionalProperties: false },
    ),
    askFor({ audioBase64, ...hashed }) {
      const ask = { method: 'POST', url: identifyPath } as const;
      if (typeof audioBase64 === 'string') {
        const body = Buffer.from(audioBase64, 'base64');
        return { ...ask, body, contentType: 'application/octet-stream' };
      }
      if (hashed['hashes'] === undefined) return 'Send audioBase64 or hashes; neither was there.';
      return { ...ask, body: hashed };
    },
  };
}
