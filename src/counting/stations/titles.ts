// What a station said it plays, by stream time. A title often comes late and stays too long, so one belongs to what sounded
// for most of the time in which it stood.

const titlesMax = 200;
/** A title said longer ago may be of the programme before. */
export const titleStaleMs = 15 * 60_000;

export type Titles = {
  say(text: string, atMs: number): void;
  /** The title that stood for more than half of a stretch. */
  during(fromMs: number, toMs: number): string | null;
};

export function openTitles(): Titles {
  let said: readonly { readonly text: string; readonly atMs: number }[] = [];
  return {
    say(text, atMs) {
      said = [...said, { text, atMs }].slice(-titlesMax);
    },
    during(fromMs, toMs) {
      const stood = new Map<string, number>();
      for (const [i, { text, atMs }] of said.entries()) {
        const until = Math.min(toMs, said[i + 1]?.atMs ?? Infinity, atMs + titleStaleMs);
        const ms = Math.max(0, until - Math.max(fromMs, atMs));
        stood.set(text, (stood.get(text) ?? 0) + ms);
      }
      const most = [...stood].find(([, ms]) => 2 * ms > toMs - fromMs);
      return most?.[0] ?? null;
    },
  };
}
