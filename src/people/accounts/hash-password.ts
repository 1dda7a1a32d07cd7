import { hash, parseOptions, verify } from '@node-rs/argon2';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';

// OWASP's minimum for argon2id, the library's default variant. A hash takes 19 MiB and one thread of libuv's four,
// which also read files for listeners: hence at most two at once, and a queue that ends.
const policy = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const hashesAtOnceMax = 2;
const hashesWaitingMax = 200;

export type Busy = Refusal<'UNAVAILABLE'>;

export type PasswordHasher = {
  hash(password: string): Promise<string | Busy>;
  /** Takes as long without a stored hash as with one, so that the time does not tell who has an account. */
  verify(stored: string | null, password: string): Promise<boolean | Busy>;
  /** Whether a hash was made under an earlier policy. */
  isOutdated(stored: string): boolean;
};

export async function createPasswordHasher(): Promise<PasswordHasher> {
  const decoy = await hash(crypto.randomUUID(), policy);
  const enter = createQueue();
  return {
    hash: (password) => enter(() => hash(normalised(password), policy)),
    verify: (stored, password) =>
      enter(async () => {
        const matches = await verify(stored ?? decoy, normalised(password));
        return matches && stored !== null;
      }),
    isOutdated(stored) {
      const used = parseOptions(stored);
      return (
        !stored.startsWith('$argon2id$') ||
        used.memoryCost !== policy.memoryCost ||
        used.timeCost !== policy.timeCost ||
        used.parallelism !== policy.parallelism
      );
    },
  };
}

/** The same letters typed on another keyboard may arrive composed otherwise (NIST SP 800-63B 3.1.1.2). */
function normalised(password: string): string {
  return password.normalize('NFKC');
}

function createQueue(): <T>(work: () => Promise<T>) => Promise<T | Busy> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= hashesAtOnceMax) {
      if (waiting.length >= hashesWaitingMax) {
        return refuse(
          'UNAVAILABLE',
          'Too many people are signing in at this moment; try again in a few seconds.',
        );
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next(); // the place is handed over, not given back
    }
  };
}
