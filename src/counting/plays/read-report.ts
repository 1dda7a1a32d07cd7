import { isUuid, type DeviceId, type PlaceId, type UserId } from '#foundation/kernel/ids.ts';
import {
  isSource,
  provenanceNumber,
  sourceNumber,
  sources,
  type Provenance,
  type Source,
} from '#foundation/kernel/counting.ts';
import { isLine } from '#foundation/kernel/text.ts';
import { dayMs, minuteMs, parseInstant, type Instant } from '#foundation/kernel/time.ts';
import type { Position } from './place.ts';

// One report, read with suspicion: either every field is understood or the report is refused by name.

export const lateMaxMs = 30 * dayMs;
export const aheadMaxMs = 5 * minuteMs;
export const playedMaxMs = dayMs;
/** Nobody scrobbled before this; an earlier import is a broken clock (ListenBrainz uses the same bound). */
const earliestImport = Date.UTC(2002, 9, 1);
/** Of a title, a name or an identifier. */
export const textCharsMax = 1_000;

export type RecordingRef =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'isrc'; readonly isrc: string }
  | {
      readonly kind: 'text';
      readonly title: string;
      readonly artist: string;
      readonly durationMs: number | null;
    };

/** Who vouches for a report: the device, and the account behind it where the listener is a person we know. */
export type Reporter = {
  readonly deviceId: DeviceId;
  readonly listenerId: UserId | null;
  readonly position: Position | null;
  readonly placeId: PlaceId | null;
  readonly territory: string | null;
  readonly provenance: Provenance;
};

export type Report = {
  readonly index: number;
  readonly key: string;
  readonly seq: number | null;
  readonly startedAt: Instant;
  readonly playedMs: number;
  readonly source: number;
  readonly provenance: number;
  readonly recording: RecordingRef;
  readonly territory: string | null;
  readonly position: Position | null;
  readonly placeId: string | null;
  readonly confidence: number | null;
  readonly payloadHash: string | null;
};

export type RefusedReport = {
  readonly kind: 'refused';
  readonly index: number;
  readonly key: string;
  readonly code:
    | 'VALIDATION_FAILED'
    | 'TOO_OLD'
    | 'CLOCK_AHEAD'
    | 'KEY_REUSED'
    | 'SEQ_REUSED'
    | 'UNKNOWN_PLACE';
  readonly field: string;
  readonly message: string;
};

export function readReport(
  raw: unknown,
  index: number,
  reporter: Reporter,
  now: Instant,
): Report | RefusedReport {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return wrong(index, '', 'play', 'is not an object');
  const r = raw as Record<string, unknown>;
  const key = typeof r['key'] === 'string' ? r['key'].toLowerCase() : '';
  if (!isUuid(key)) return wrong(index, key.slice(0, 64), 'key', 'must be a uuid');

  if (!isSource(r['source']))
    return wrong(index, key, 'source', `must be one of ${sources.join(', ')}`);
  const startedAt = parseInstant(r['startedAt']);
  if (startedAt === null)
    return wrong(
      index,
      key,
      'startedAt',
      'must be an ISO 8601 instant with a zone, or epoch milliseconds',
    );
  const when = judgeTime(r['source'], startedAt, now);
  if (typeof when !== 'string') return { kind: 'refused', index, key, field: 'startedAt', ...when };

  const playedMs = r['playedMs'];
  if (!isInteger(playedMs, 0, playedMaxMs))
    return wrong(index, key, 'playedMs', 'must be whole milliseconds from 0 to one day');
  const seq = r['seq'] ?? null;
  if (seq !== null && !isInteger(seq, 0, Number.MAX_SAFE_INTEGER))
    return wrong(index, key, 'seq', 'must be a whole number');
  const recording = readRecording(r['recording']);
  if (typeof recording === 'string')
    return wrong(index, key, recording, 'must be {id}, {isrc} or {title, artist, durationMs?}');
  const territory = r['territory'] ?? reporter.territory;
  if (territory !== null && !(typeof territory === 'string' && /^[A-Z]{2}$/.test(territory))) {
    return wrong(index, key, 'territory', 'must be two capital letters (ISO 3166-1)');
  }
  const confidence = r['confidence'] ?? null;
  if (
    confidence !== null &&
    !(typeof confidence === 'number' && confidence >= 0 && confidence <= 1)
  ) {
    return wrong(index, key, 'confidence', 'must be from 0 to 1');
  }
  const payloadHash = r['payloadHash'] ?? null;
  if (
    payloadHash !== null &&
    !(typeof payloadHash === 'string' && payloadHash.length <= 128 && isLine(payloadHash))
  ) {
    return wrong(index, key, 'payloadHash', 'must be one line of at most 128 characters');
  }
  const place = readPlace(r['place'], reporter);
  if (place === null) return wrong(index, key, 'place', 'must be {lat, lon, accuracyM} or {id}');

  return {
    index,
    key,
    seq: seq as number | null,
    startedAt,
    playedMs,
    source: sourceNumber(when),
    provenance: provenanceNumber(
      when === 'import' && reporter.provenance === 'counted' ? 'import' : reporter.provenance,
    ),
    recording,
    territory,
    position: place.position,
    placeId: place.placeId,
    confidence,
    payloadHash,
  };
}

export function isRefused(report: Report | RefusedReport): report is RefusedReport {
  return (report as RefusedReport).kind === 'refused';
}

function wrong(index: number, key: string, field: string, message: string): RefusedReport {
  return {
    kind: 'refused',
    index,
    key,
    code: 'VALIDATION_FAILED',
    field,
    message: `${field} ${message}`,
  };
}

function isInteger(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

/** The source the play counts as: a scrobble older than devices may report is an import. */
function judgeTime(
  source: Source,
  startedAt: Instant,
  now: Instant,
): Source | { code: 'TOO_OLD' | 'CLOCK_AHEAD'; message: string } {
  if (startedAt > now + aheadMaxMs)
    return {
      code: 'CLOCK_AHEAD',
      message:
        'startedAt is more than 5 minutes ahead of our clock; correct the device clock and send it again',
    };
  const late = startedAt < now - lateMaxMs;
  if (!late) return source;
  if ((source === 'scrobble' || source === 'import') && startedAt >= earliestImport)
    return 'import';
  return {
    code: 'TOO_OLD',
    message: 'startedAt is more than 30 days ago; older plays are accepted as source import',
  };
}

function readRecording(raw: unknown): RecordingRef | string {
  if (typeof raw !== 'object' || raw === null) return 'recording';
  const r = raw as Record<string, unknown>;
  if (r['id'] !== undefined) {
    return isText(r['id']) ? { kind: 'id', id: r['id'].toLowerCase() } : 'recording.id';
  }
  if (r['isrc'] !== undefined) {
    return isText(r['isrc']) ? { kind: 'isrc', isrc: r['isrc'] } : 'recording.isrc';
  }
  if (!isText(r['title'])) return 'recording.title';
  if (!isText(r['artist'])) return 'recording.artist';
  const durationMs = r['durationMs'] ?? null;
  if (durationMs !== null && !isInteger(durationMs, 1, playedMaxMs)) return 'recording.durationMs';
  return { kind: 'text', title: r['title'].trim(), artist: r['artist'].trim(), durationMs };
}

/** Text PostgreSQL can store: not empty, bounded, without NUL or half a surrogate pair. */
function isText(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= textCharsMax &&
    value.trim() !== '' &&
    !value.includes('\0') &&
    value.isWellFormed()
  );
}

function readPlace(
  raw: unknown,
  reporter: Reporter,
): { position: Position | null; placeId: string | null } | null {
  if (raw === undefined || raw === null)
    return { position: reporter.position, placeId: reporter.placeId };
  if (typeof raw !== 'object') return null;
  const r = raw as Record<string, unknown>;
  if (r['id'] !== undefined)
    return typeof r['id'] === 'string' && isUuid(r['id'])
      ? { position: null, placeId: r['id'] }
      : null;
  const accuracyM = r['accuracyM'] ?? 0;
  return isNumber(r['lat'], -90, 90) && isNumber(r['lon'], -180, 180) && isNumber(accuracyM, 0, 1e7)
    ? { position: { lat: r['lat'], lon: r['lon'], accuracyM }, placeId: null }
    : null;
}

function isNumber(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}
