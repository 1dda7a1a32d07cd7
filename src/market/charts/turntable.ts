import type { ReadEntry, ReadIssue } from './read-issue.ts';

// The Nigerian Top 100 in the shape system 1 describes. Its streams and revenue stay empty: the publisher gives ranks only, and
// mixes airplay, streams and television, so that no count of streams can be told from a rank.

export const turntableChart = { source: 'turntable', key: 'official-nigeria-top100' };

export function turntableReport(issue: ReadIssue) {
  const byArtist = Map.groupBy(issue.entries, (entry) => entry.artist.trim());
  const topArtists = [...byArtist]
    .map(([artist, entries]) => ({
      artist_name: artist,
      total_tracks: entries.length,
      total_streams: null,
      highest_rank: Math.min(...entries.map((e) => e.rank)),
      avg_rank:
        Math.round((10 * entries.reduce((sum, e) => sum + e.rank, 0)) / entries.length) / 10,
      estimated_revenue_usd: null,
      tracks: entries.map(trackOf),
    }))
    .toSorted((a, b) => a.highest_rank - b.highest_rank);
  return {
    top_artists: topArtists,
    full_chart: issue.entries.map(trackOf),
    total_tracks: issue.entries.length,
    total_artists: byArtist.size,
    last_updated: issue.about.receivedAt,
    issue_day: issue.issueDay,
    provenance: issue.about.provenance,
    interval: null,
    version: `${issue.issueDay}${issue.about.payloadId === null ? '' : `/${issue.about.payloadId}`}`,
  };
}

function trackOf(entry: ReadEntry) {
  return {
    rank: entry.rank,
    title: entry.title,
    artist: entry.artist,
    estimated_streams: null,
    last_position: entry.lastRank,
    weeks_on_chart: entry.weeks,
  };
}
