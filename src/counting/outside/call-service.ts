import { refuse } from '#foundation/kernel/outcome.ts';
import type { OutsideRefusal } from './recogniser.ts';

// One careful call: it ends in time, follows nobody elsewhere, and reads no more than an answer can hold.

const timeoutMs = 10_000;
const answerMaxBytes = 1024 * 1024;
const queueMax = 200;

export type Service = {
  readonly url: string;
  readonly name: string;
  /** The closest two calls may follow each other. */
  readonly everyMs: number;
};

/** Calls of one service, spaced as it asks. The JSON it answers, whatever its status, or why there is none. */
export function callingService(
  service: Service,
): (body: FormData | URLSearchParams) => Promise<{ readonly json: unknown } | OutsideRefusal> {
  let nextAt = 0;
  let waiting = 0;

  async function turn(): Promise<boolean> {
    if (waiting >= queueMax) return false;
    const now = performance.now();
    const at = Math.max(now, nextAt);
    nextAt = at + service.everyMs;
    waiting += 1;
    if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now));
    waiting -= 1;
    return true;
  }

  return async (body) => {
    if (!(await turn()))
      return refuse('OUTSIDE_BUSY', `${queueMax} questions already wait for ${service.name}.`);
    let text: string | null;
    try {
      const answer = await fetch(service.url, {
        method: 'POST',
        body,
        headers: { accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await readBounded(answer);
    } catch {
      return refuse('OUTSIDE_UNREACHABLE', `${service.name} did not answer in time.`);
    }
    if (text === null)
      return refuse('OUTSIDE_UNREADABLE', `${service.name} answered more than an answer can hold.`);
    try {
      return { json: JSON.parse(text) as unknown };
    } catch {
      return refuse('OUTSIDE_UNREADABLE', `${service.name} did not answer JSON.`);
    }
  };
}

/** The body as text, or null when it is larger than allowed; what is compressed counts as unpacked. */
async function readBounded(answer: Response): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += (part as Uint8Array).length;
    if (length > answerMaxBytes) return null; // leaving the loop cancels the rest
    parts.push(part as Uint8Array);
  }
  return Buffer.concat(parts).toString('utf8');
}
