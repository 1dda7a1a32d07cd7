// A stretch is told when the screen's thread has time for it, which on a phone is late by tenths of a second and more.
// When it sounded is told by its place in the sound: the earliest messages are the punctual ones.

/** Sound and clock that are this far apart have lost each other: a call took the microphone, the clock was set. */
const lostMs = 2_000;
/** Crystals differ by as much: 17 s a day. */
const driftShare = 200e-6;

/** Answers when a moment of the sound was, in epoch milliseconds; asked about moments in order. */
export function followSound(): (soundMs: number, nowMs: number) => number {
  let began: { readonly atMs: number; readonly soundMs: number } | null = null;
  return (soundMs, nowMs) => {
    const said = nowMs - soundMs;
    const known = began === null ? null : began.atMs + driftShare * (soundMs - began.soundMs);
    const atMs = known === null || Math.abs(said - known) > lostMs ? said : Math.min(known, said);
    began = { atMs, soundMs };
    return Math.round(atMs + soundMs);
  };
}
