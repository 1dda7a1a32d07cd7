/** Keeps the screen on while it listens: a phone that sleeps takes the microphone away. Answers how to let go. */
export function holdAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let isOver = false;
  void navigator.wakeLock?.request('screen').then(
    (held) => {
      lock = held;
      if (isOver) void held.release();
    },
    () => {}, // a phone that saves power refuses; it listens until it sleeps
  );
  return () => {
    isOver = true;
    void lock?.release();
  };
}
