import { read, write } from '../../../kit/preferences.ts';

// How much this screen has sent today, for whoever pays by the megabyte.

const key = 'ngoma.listening-sent';

function today(): string {
  return new Date().toDateString();
}

export function sentToday(): number {
  const [day, bytes] = (read(key) ?? '').split('|');
  return day === today() ? Number(bytes) || 0 : 0;
}

/** Adds to it and answers the sum. */
export function noteBytes(bytes: number): number {
  const sum = sentToday() + bytes;
  write(key, `${today()}|${sum}`);
  return sum;
}
