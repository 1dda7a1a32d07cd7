// Range requests as RFC 9110 section 14 has them, for one range; several at once are answered with everything.

export type ByteRange = { readonly start: number; readonly end: number };

/** The bytes asked for (both ends inclusive); 'all' when there is no range to honour; 'unsatisfiable' for 416. */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | 'all' | 'unsatisfiable' {
  if (header === undefined) return 'all';
  const match = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header);
  if (match === null) return 'all'; // another unit, several ranges, or nonsense: ignored, as the RFC wants it
  const [, first, last] = match as unknown as [string, string, string];
  if (first === '' && last === '') return 'all';
  if (first === '') {
    const suffix = Number(last);
    if (suffix === 0 || size === 0) return 'unsatisfiable';
    return { start: Math.max(0, size - suffix), end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'all'; // an invalid range counts as none
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

/** If-Range: the range counts only while what the client has is still what we have. */
export function rangeStillApplies(
  ifRange: string | undefined,
  etag: string,
  modifiedMs: number,
): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"') || ifRange.startsWith('W/')) return ifRange === etag;
  const since = Date.parse(ifRange);
  return !Number.isNaN(since) && Math.floor(modifiedMs / 1000) === Math.floor(since / 1000);
}

/** If-None-Match compares weakly: the client already has this. */
export function clientHas(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

/** If-Modified-Since counts only where no If-None-Match says it better (RFC 9110 section 13.1.3). */
export function unchangedSince(
  conditions: {
    readonly 'if-none-match'?: string | undefined;
    readonly 'if-modified-since'?: string | undefined;
  },
  modifiedMs: number,
): boolean {
  if (conditions['if-none-match'] !== undefined) return false;
  const since = Date.parse(conditions['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Math.floor(modifiedMs / 1000) * 1000 <= since;
}
