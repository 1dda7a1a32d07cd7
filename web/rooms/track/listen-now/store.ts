import type { NamedSound } from '#counting/hearing/index.ts';

// What this phone keeps until it is sent: its device key, stretches of hashes that wait for a network, plays. IndexedDB,
// so that a closed tab or an empty battery loses nothing. Sound is never stored.

const databaseName = 'ngoma-listening';
const version = 1;

export type StoredDevice = {
  readonly deviceId: string;
  readonly deviceKey: string;
  readonly name: string;
};

/** Ten seconds as hashes. Once the server has said what they are, the hashes go and the answer stays for the count. */
export type Stretch = {
  readonly id?: number;
  /** The key of the play, should one begin here. */
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly hashes: readonly number[] | null;
  /** How loud each hash is; stretches that an earlier version of the page kept have none. */
  readonly levels?: readonly number[];
  readonly proof: string;
  readonly answer: NamedSound | null;
};

export type QueuedPlay = {
  readonly seq?: number;
  readonly key: string;
  readonly recordingId: string;
  readonly title: string;
  readonly artist: string;
  readonly startedAtMs: number;
  readonly playedMs: number;
  readonly confidence: number;
  readonly payloadHash: string;
  readonly state: 'waiting' | 'sent' | 'refused';
  /** What the server said of it, once it was sent. */
  readonly outcome: string | null;
};

export type Store = {
  device(): Promise<StoredDevice | null>;
  keepDevice(device: StoredDevice | null): Promise<void>;
  addStretch(stretch: Stretch): Promise<number>;
  putStretch(stretch: Stretch): Promise<void>;
  stretches(): Promise<readonly Stretch[]>;
  countStretches(): Promise<number>;
  /** Plays that are over enter, and the stretches before `beforeMs`, which no open play needs, leave; both or neither. */
  close(plays: readonly QueuedPlay[], beforeMs: number): Promise<void>;
  plays(): Promise<readonly QueuedPlay[]>;
  putPlays(plays: readonly QueuedPlay[]): Promise<void>;
  dropPlays(before: number): Promise<void>;
};

export async function openStore(): Promise<Store> {
  const opening = indexedDB.open(databaseName, version);
  opening.addEventListener('upgradeneeded', () => {
    const db = opening.result;
    db.createObjectStore('device');
    db.createObjectStore('stretches', { keyPath: 'id', autoIncrement: true });
    db.createObjectStore('plays', { keyPath: 'seq', autoIncrement: true });
  });
  const db = await answer(opening);
  const read = (name: string): IDBObjectStore => db.transaction(name).objectStore(name);
  const write = (...names: string[]): IDBTransaction => db.transaction(names, 'readwrite');

  return {
    device: async () =>
      ((await answer(read('device').get('own'))) as StoredDevice | undefined) ?? null,
    async keepDevice(device) {
      const tx = write('device');
      if (device === null) tx.objectStore('device').delete('own');
      else tx.objectStore('device').put(device, 'own');
      await done(tx);
    },
    async addStretch(stretch) {
      const tx = write('stretches');
      const id = (await answer(tx.objectStore('stretches').add(stretch))) as number;
      await done(tx);
      return id;
    },
    async putStretch(stretch) {
      const tx = write('stretches');
      tx.objectStore('stretches').put(stretch);
      await done(tx);
    },
    stretches: () => answer(read('stretches').getAll()) as Promise<readonly Stretch[]>,
    countStretches: () => answer(read('stretches').count()),
    async close(plays, beforeMs) {
      const tx = write('stretches', 'plays');
      for (const play of plays) tx.objectStore('plays').add(play);
      const all = (await answer(tx.objectStore('stretches').getAll())) as readonly Stretch[];
      for (const { id, fromMs, hashes } of all)
        if (hashes === null && fromMs < beforeMs) tx.objectStore('stretches').delete(id!);
      await done(tx);
    },
    plays: () => answer(read('plays').getAll()) as Promise<readonly QueuedPlay[]>,
    async putPlays(plays) {
      const tx = write('plays');
      for (const play of plays) tx.objectStore('plays').put(play);
      await done(tx);
    },
    async dropPlays(before) {
      const tx = write('plays');
      const all = (await answer(tx.objectStore('plays').getAll())) as readonly QueuedPlay[];
      for (const { seq, state, startedAtMs } of all)
        if (state === 'sent' && startedAtMs < before) tx.objectStore('plays').delete(seq!);
      await done(tx);
    },
  };
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')));
  });
}

function done(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.addEventListener('complete', () => resolve());
    tx.addEventListener('error', () => reject(tx.error ?? new Error('IndexedDB failed')));
    tx.addEventListener('abort', () => reject(tx.error ?? new Error('IndexedDB gave up')));
  });
}
