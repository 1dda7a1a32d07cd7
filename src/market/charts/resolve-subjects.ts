import { newId } from '#foundation/kernel/ids.ts';
import { dayMs, dayOf, type Instant } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { resolveRecordings } from '#catalogue/catalog/index.ts';
import type { ChartEntryFact } from '#market/harvest/index.ts';
import {
  matchRead,
  readRecording,
  spellingKey,
  titleCore,
  type ReadRecording,
} from '#market/identity/index.ts';
import {
  findAliases,
  insertAlias,
  insertSubject,
  recentSubjects,
  subjectsByCore,
  type ChartRow,
  type SubjectId,
} from './queries.ts';

// Which song an entry is. Editions change spelling and credit from week to week; without this a song that "Ye" replaced
// "Kanye West" on would be new on the chart. In order: a spelling seen before; the rules of matching against songs of the same
// title and of the last editions; the chart's own word ("last week: 4") for a song of the same title or the same credit.

type Candidate = ReadRecording & { readonly id: SubjectId; readonly onChart: boolean };
type Recent = Candidate & { readonly rank: number; readonly issueDay: string };
type Decision = {
  readonly id: SubjectId;
  readonly decided: 'first' | 'rules' | 'chart';
  readonly reason: string | null;
};

const recentDays = 45;
const recentMax = 4_000;
const sameTitleMax = 5_000;

/** The subject of every entry, in order. New subjects and spellings are stored; call it inside the issue's transaction. */
export async function resolveSubjects(
  db: Db,
  chart: ChartRow,
  issueDay: string,
  entries: readonly ChartEntryFact[],
): Promise<readonly SubjectId[]> {
  const { entity } = chart;
  const keys = entries.map((e) => ({ title: spellingKey(e.title), artist: spellingKey(e.artist) }));
  const seen = new Map<string, SubjectId>();
  for (const row of await db.all(findAliases, {
    entity,
    titles: keys.map((k) => k.title),
    artists: keys.map((k) => k.artist),
  }))
    seen.set(`${row.matchTitle}\n${row.matchArtist}`, row.subjectId);

  const unseen = entries.filter((_e, i) => !seen.has(`${keys[i]!.title}\n${keys[i]!.artist}`));
  if (unseen.length > 0) {
    const taken = new Set(seen.values());
    const recent = await readRecent(db, chart, issueDay);
    const byCore = await readByCore(db, chart, unseen);
    for (const [i, entry] of entries.entries()) {
      const { title, artist } = keys[i]!;
      const key = `${title}\n${artist}`;
      if (seen.has(key)) continue;
      // An issue names a song once: another spelling beside it is another song.
      const free = (one: Candidate): boolean => !taken.has(one.id);
      const found = decide(
        entry,
        recent.filter(free),
        (byCore.get(coreOf(chart, entry)) ?? []).filter(free),
      );
      const decision = found ?? (await addSubject(db, chart, entry));
      await db.run(insertAlias, {
        entity,
        matchTitle: title,
        matchArtist: artist,
        subjectId: decision.id,
        decided: decision.decided,
        reason: decision.reason,
      });
      seen.set(key, decision.id);
      taken.add(decision.id);
      if (found === null) {
        const core = coreOf(chart, entry);
        byCore.set(core, [
          ...(byCore.get(core) ?? []),
          { ...readRecording(entry), id: decision.id, onChart: true },
        ]);
      }
    }
  }
  return keys.map((k) => seen.get(`${k.title}\n${k.artist}`)!);
}

function decide(
  entry: ChartEntryFact,
  recent: readonly Recent[],
  sameTitle: readonly Candidate[],
): Decision | null {
  let best: { readonly id: SubjectId; readonly score: number; readonly reason: string } | null =
    null;
  const read = readRecording(entry);
  for (const candidate of [...sameTitle, ...recent]) {
    const verdict = matchRead(read, candidate);
    if (verdict.verdict !== 'same' || (best !== null && verdict.score <= best.score)) continue;
    // A chart that calls a song new knows it from the one beside it by the same artist: another credit is another song there.
    if (entry.said === 'new' && candidate.onChart && verdict.score < 1) continue;
    best = { id: candidate.id, score: verdict.score, reason: verdict.reasons.join('; ') };
  }
  if (best !== null) return { id: best.id, decided: 'rules', reason: best.reason };
  return saidByChart(entry, recent);
}

/** The song that stood where the chart says this one stood a week ago, if its title or its credit is the same. */
function saidByChart(entry: ChartEntryFact, recent: readonly Recent[]): Decision | null {
  if (entry.lastRank === null) return null;
  const previousDay = recent[0]?.issueDay;
  const there = recent.filter((r) => r.issueDay === previousDay && r.rank === entry.lastRank);
  if (there.length !== 1) return null;
  const [before] = there;
  const isSame =
    titleCore(before!.title) === titleCore(entry.title) ||
    spellingKey(before!.artist) === spellingKey(entry.artist);
  if (!isSame) return null;
  return {
    id: before!.id,
    decided: 'chart',
    reason: `the chart says it was number ${entry.lastRank} on ${previousDay}`,
  };
}

async function readRecent(db: Db, chart: ChartRow, issueDay: string): Promise<readonly Recent[]> {
  const since = dayOf((Date.parse(issueDay) - recentDays * dayMs) as Instant);
  const rows = await db.all(recentSubjects, {
    chartId: chart.id,
    since,
    before: issueDay,
    limit: recentMax,
  });
  // One spelling of a song once; the previous issue comes first, so its ranks are kept.
  const spellings = new Map<string, Recent>();
  const previousDay = rows[0]?.issueDay;
  for (const row of rows) {
    const key = `${row.id} ${row.title} ${row.artist}`;
    if (row.issueDay === previousDay || !spellings.has(key))
      spellings.set(row.issueDay === previousDay ? `${key} ${row.rank}` : key, {
        ...readRecording(row),
        ...row,
        onChart: true,
      });
  }
  return [...spellings.values()];
}

async function readByCore(
  db: Db,
  chart: ChartRow,
  unseen: readonly ChartEntryFact[],
): Promise<Map<string, readonly Candidate[]>> {
  const cores = [...new Set(unseen.map((entry) => coreOf(chart, entry)))];
  const rows = await db.all(subjectsByCore, {
    entity: chart.entity,
    chartId: chart.id,
    cores,
    limit: sameTitleMax,
  });
  return Map.groupBy(
    rows.map((row) => ({ ...readRecording(row), ...row })),
    (row) => coreOf(chart, row),
  );
}

function coreOf(chart: ChartRow, { title, artist }: { title: string; artist: string }): string {
  return chart.entity === 'artist' ? spellingKey(artist) : titleCore(title);
}

async function addSubject(db: Db, chart: ChartRow, entry: ChartEntryFact): Promise<Decision> {
  const id: SubjectId = newId<'subject'>();
  const [recordingId] =
    chart.entity === 'song'
      ? await resolveRecordings(db, [
          { isrc: entry.isrc, title: entry.title, artist: entry.artist },
        ])
      : [null];
  await db.run(insertSubject, {
    id,
    entity: chart.entity,
    title: entry.title,
    artist: entry.artist,
    core: coreOf(chart, entry),
    recordingId: recordingId ?? null,
  });
  return { id, decided: 'first', reason: null };
}
