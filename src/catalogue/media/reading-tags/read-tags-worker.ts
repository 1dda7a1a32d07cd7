import { readFile } from './read-file.ts';
import type { ReadAnswer, ReadRequest } from './tags.ts';

// The reading process: one file after the other, in the order in which they were asked for.

const rssBytesMax = Number(process.argv[2] ?? 0);
const watchEveryMs = 200;

// Where the parent cannot look at our memory (not Linux), we look ourselves; a loop that never yields is left to the timeout.
setInterval(() => {
  if (rssBytesMax > 0 && process.memoryUsage.rss() > rssBytesMax) process.kill(process.pid, 'SIGKILL');
}, watchEveryMs).unref();

let last: Promise<void> = Promise.resolve();

process.on('message', (request: ReadRequest) => {
  last = last.then(async () => {
    const answer: ReadAnswer = { id: request.id, ...(await readFile(request)) };
    process.send!(answer);
  });
});
process.on('disconnect', () => process.exit(0));
