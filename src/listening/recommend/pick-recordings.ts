// Which recordings make a list, from those that could: pure.

export type Candidate = {
  readonly id: string;
  readonly score: number;
  readonly artistId: string | null;
  readonly why: Why;
};
export type WhyKind = 'because' | 'familiar' | 'new_at_home' | 'taste' | 'alike' | 'popular';
export type Why = {
  readonly kind: WhyKind;
  /** The recording that speaks for it most. */
  readonly of: string | null;
};

export type Shares = {
  /** Each list best first; how many of the places each gets. What one lacks the next fills. */
  readonly lists: readonly { readonly share: number; readonly candidates: readonly Candidate[] }[];
  readonly count: number;
  readonly perArtistMax: number;
};

/** Fills the places by shares, spread over the list, so that one artist does not fill it while others are there. */
export function pickRecordings({ lists, count, perArtistMax }: Shares): readonly Candidate[] {
  const places = lists.map(({ share }) => Math.round(share * count));
  const picked = lists.map((): Candidate[] => []);
  const seen = new Set<string>();
  const perArtist = new Map<string, number>();
  const total = (): number => picked.reduce((sum, list) => sum + list.length, 0);
  const take = (at: number, max: number, artistMax: number): void => {
    for (const candidate of lists[at]!.candidates) {
      if (picked[at]!.length >= max || total() >= count) return;
      const artist = candidate.artistId ?? candidate.id;
      const already = perArtist.get(artist) ?? 0;
      if (seen.has(candidate.id) || already >= artistMax) continue;
      seen.add(candidate.id);
      perArtist.set(artist, already + 1);
      picked[at]!.push(candidate);
    }
  };
  lists.forEach((_, at) => take(at, places[at]!, perArtistMax));
  lists.forEach((_, at) => take(at, count, perArtistMax));
  lists.forEach((_, at) => take(at, count, 2 * perArtistMax)); // a short list of few artists is better than half of one
  return spread(picked, lists);
}

/** Each list evenly over the whole, its own order kept; what only fills comes last. */
function spread(
  picked: readonly (readonly Candidate[])[],
  lists: Shares['lists'],
): readonly Candidate[] {
  return picked
    .flatMap((list, at) =>
      list.map((candidate, i) => ({
        candidate,
        place: (i + 0.5) / list.length + (lists[at]!.share === 0 ? 1 : 0),
        at,
      })),
    )
    .toSorted((a, b) => a.place - b.place || a.at - b.at)
    .map(({ candidate }) => candidate);
}

/** From 0 to 1, the same for the same words: today's order is another than tomorrow's, and the same all day. */
export function chanceOf(words: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}
