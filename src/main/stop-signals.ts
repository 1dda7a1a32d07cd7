const sameSignalMs = 1_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `stop` at the first signal, and `force` at one that comes later than a second after it. Ctrl-C arrives up
 * to three times at once (terminal, npm, bootstrap), so repeats within a second count as one.
 */
export function onStopSignal(stop: (why: string) => void, force: () => void): void {
  let firstAt: number | null = null;
  function hear(why: string): void {
    const now = Date.now();
    if (firstAt === null) {
      firstAt = now;
      stop(why);
    } else if (now - firstAt > sameSignalMs) force();
  }
  for (const signal of signals) process.on(signal, () => hear(signal));
  if (process.connected) {
    // The bootstrap was killed outright: nobody could stop us any more, so we stop ourselves.
    process.on('disconnect', () => hear('the program that started Ngoma is gone'));
    process.channel?.unref();
  }
}
