import { readyId, type Numbered } from './worker-pool.ts';

// The other end of `worker-pool.ts`, inside the process.

const watchEveryMs = 200;

export function answerQuestions<Request extends object>(
  work: (request: Request) => Promise<object>,
): void {
  const rssBytesMax = Number(process.argv[2] ?? 0);
  // Where the parent cannot look at our memory (not Linux) we look ourselves; a loop that never yields is left to the timeout.
  setInterval(() => {
    if (rssBytesMax > 0 && process.memoryUsage.rss() > rssBytesMax)
      process.kill(process.pid, 'SIGKILL');
  }, watchEveryMs).unref();
  let last: Promise<void> = Promise.resolve();
  process.on('message', (request: Numbered<Request>) => {
    last = last.then(async () => {
      process.send!({ ...(await work(request)), id: request.id });
    });
  });
  process.send!({ id: readyId });
  process.on('disconnect', () => process.exit(0));
}
