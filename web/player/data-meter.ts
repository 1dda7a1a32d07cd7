/** What sound has cost so far. `about`: some of it was broken off early, where browsers tell no size. */
export type Received = {
  readonly visitBytes: number;
  readonly monthBytes: number;
  /** `YYYY-MM`, as the calendar on the wall has it. */
  readonly month: string;
  readonly about: boolean;
};

type Kept = { readonly bytes: number; readonly about: boolean };
type File = {
  exactBytes: number;
  isWhole: boolean;
  share: number;
  sizeBytes: number;
  told: number;
};

export type DataMeter = ReturnType<typeof createDataMeter>;

/**
 * Adds up the bytes of sound that really came over the network. A file that arrived whole is told exactly by the
 * browser, headers included, and costs nothing when it came from the cache. Of one broken off the browser tells no
 * size (Resource Timing has 0), so the share that was buffered is taken of the size the server names.
 */
export function createDataMeter(options: {
  readonly month: () => string;
  readonly read: (month: string) => Kept | null;
  readonly write: (month: string, kept: Kept) => void;
}) {
  const files = new Map<string, File>();
  const listeners = new Set<() => void>();
  let visitBytes = 0;
  let state = look();

  function look(): Received {
    const month = options.month();
    const kept = options.read(month);
    return { visitBytes, monthBytes: kept?.bytes ?? 0, month, about: kept?.about ?? false };
  }

  function fileOf(url: string): File {
    const known = files.get(url);
    if (known !== undefined) return known;
    const file = { exactBytes: 0, isWhole: false, share: 0, sizeBytes: 0, told: 0 };
    files.set(url, file);
    return file;
  }

  function tell(file: File): void {
    const estimate = Math.round(file.share * file.sizeBytes);
    const bytes = file.isWhole ? file.exactBytes : Math.max(file.exactBytes, estimate);
    const more = bytes - file.told;
    if (more === 0) return;
    file.told = bytes;
    visitBytes += more;
    const month = options.month();
    const kept = options.read(month);
    options.write(month, {
      bytes: Math.max(0, (kept?.bytes ?? 0) + more),
      about: (kept?.about ?? false) || !file.isWhole,
    });
    state = look();
    for (const listener of listeners) listener();
  }

  return {
    /** The browser says that a request for this file ended. */
    ended: (url: string, entry: { transferBytes: number; bodyBytes: number }) => {
      if (entry.bodyBytes === 0) return;
      const file = fileOf(url);
      file.exactBytes += entry.transferBytes;
      file.isWhole ||= file.sizeBytes === 0 || entry.bodyBytes >= file.sizeBytes;
      tell(file);
    },
    /** The share of the file that is at hand, 0 to 1. */
    buffered: (url: string, share: number) => {
      const file = fileOf(url);
      file.share = Math.max(file.share, Math.min(1, share));
      if (file.sizeBytes > 0) tell(file);
    },
    /** Whether its size would tell more than is known. */
    wantsSize: (url: string) => {
      const file = fileOf(url);
      return !file.isWhole && file.sizeBytes === 0;
    },
    size: (url: string, bytes: number) => {
      const file = fileOf(url);
      file.sizeBytes = bytes;
      tell(file);
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get: () => state,
  };
}
