import type { Instant } from '#foundation/kernel/time.ts';
import { playedMaxMs, textCharsMax } from '../read-report.ts';

// What a DJ program's history says was played, before anybody asks what recording it is.

/** Of everything but a database: three hundred bytes a play. */
export const textBytesMax = 16 * 1024 * 1024;
/** A busy resident plays some fifteen thousand tracks a year. */
export const playsMax = 50_000;
export const refusedListedMax = 1_000;

export type HistoryKind =
  | 'mixxx database'
  | 'table'
  | 'm3u'
  | 'virtualdj m3u'
  | 'virtualdj tracklist'
  | 'traktor'
  | 'serato'
  | 'rekordbox xml';

/** When a track began: an instant, the clock on the wall of a place the file does not name, or nothing at all. */
export type When =
  | { readonly kind: 'instant'; readonly at: Instant }
  | { readonly kind: 'wall'; readonly wallMs: number }
  | { readonly kind: 'unknown' };

export type HistoryPlay = {
  /** Where in the file, as its reader counts: "entry 12". */
  readonly where: string;
  readonly when: When;
  readonly title: string;
  readonly artist: string;
  /** Measured by the program. */
  readonly playedMs: number | null;
  /** Length of the track. */
  readonly durationMs: number | null;
  readonly isrc: string | null;
};

export type RefusedEntry = { readonly where: string; readonly reason: string };

export type ParsedHistory = {
  readonly kind: HistoryKind;
  readonly plays: readonly HistoryPlay[];
  /** At most 1,000 are listed; `refusedCount` has all. */
  readonly refused: readonly RefusedEntry[];
  readonly refusedCount: number;
};

export type Unreadable = { readonly kind: 'unreadable'; readonly reason: string };

/** Gathers what a parser finds, within the bounds. */
export type Collector = {
  add(entry: {
    readonly where: string;
    readonly when: When;
    readonly title: string | null | undefined;
    readonly artist: string | null | undefined;
    readonly playedMs?: number | null;
    readonly durationMs?: number | null;
    readonly isrc?: string | null;
  }): void;
  refuse(where: string, reason: string): void;
  /** No more is taken; a parser may stop. */
  readonly isFull: boolean;
  finish(kind: HistoryKind): ParsedHistory;
};

export function collect(): Collector {
  const plays: HistoryPlay[] = [];
  const refused: RefusedEntry[] = [];
  let refusedCount = 0;
  let isFull = false;
  function refuse(where: string, reason: string): void {
    refusedCount += 1;
    if (refused.length < refusedListedMax) refused.push({ where, reason });
  }
  return {
    refuse,
    get isFull() {
      return isFull;
    },
    add({ where, when, title, artist, playedMs, durationMs, isrc }) {
      if (isFull) return;
      const [t, a] = [cleanText(title), cleanText(artist)];
      if (t === '') return refuse(where, 'has no title');
      if (a === '') return refuse(where, 'names no artist');
      if (plays.length >= playsMax) {
        isFull = true;
        return refuse(where, `is beyond ${playsMax} plays in one file; send the rest by itself`);
      }
      plays.push({
        where,
        when,
        title: t,
        artist: a,
        playedMs: lengthOf(playedMs),
        durationMs: lengthOf(durationMs),
        isrc: isrc ?? null,
      });
    },
    finish: (kind) => ({ kind, plays, refused, refusedCount }),
  };
}

/** Text that can be stored: without control characters, half letters and surrounding blanks, and not longer than kept. */
function cleanText(text: string | null | undefined): string {
  return (text ?? '')
    .slice(0, 4 * textCharsMax)
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, textCharsMax)
    .toWellFormed();
}

function lengthOf(ms: number | null | undefined): number | null {
  return ms != null && Number.isFinite(ms) && ms > 0 && ms <= playedMaxMs ? Math.round(ms) : null;
}

/** `3:45`, `03:45.12` or `1:02:03` as milliseconds; null for anything else. */
export function clockLengthMs(text: string | null | undefined): number | null {
  const match = /^(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:\.\d{1,3})?$/.exec((text ?? '').trim());
  if (match === null) return null;
  const [, hours = '0', minutes, seconds] = match;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}

/** `Artist - Title`; null where there is no such mark. */
export function splitName(
  text: string,
): { readonly artist: string; readonly title: string } | null {
  const at = text.indexOf(' - ');
  return at <= 0 ? null : { artist: text.slice(0, at), title: text.slice(at + 3) };
}
