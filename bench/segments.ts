import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { waveFile } from '#foundation/dsp/wave-file.ts';
import { cpuSeconds, machine, openBenchHouse, signIn } from './house.ts';

// Signed segments of sound from a hot cache, by CPU second of the server, beside the barest server of Node that answers as many bytes.
// Asked: 20,000 a CPU second, and p99 under 50 ms at 1,667 a second. Load from this process, on loopback, bounded in count and time.

const rate = 44_100;
const atOnce = 64;
const runS = 10;
const paceS = 10;
const paced = 1_667;

const house = await openBenchHouse();
try {
  const token = await signIn(house.origin);
  const library = path.join(process.env['TMPDIR'] ?? '/tmp', `ngoma-bench-segments-${process.pid}`);
  await mkdir(library, { recursive: true });
  const tone = Float32Array.from({ length: 30 * rate }, (_, i) => 0.3 * Math.sin(i / 15));
  await writeFile(path.join(library, 'tone.wav'), waveFile(tone, rate));
  const call = async (method: string, url: string, body?: object) => {
    const reply = await fetch(`${house.origin}${url}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await reply.json()) as Record<string, never>;
  };
  await call('POST', '/api/v1/media/imports', { folder: library });
  const base = await until(async () => {
    const { items } = await call('GET', '/api/v1/recordings?limit=1');
    const [first] = (items ?? []) as unknown as { id: string }[];
    if (first === undefined) return null;
    const session = await call('POST', '/api/v1/playback/sessions', { recordingId: first.id });
    return (session['adaptive'] as unknown as { url: string } | null)?.url ?? null;
  });
  const urls = [1, 2, 3, 4].map((n) => `${house.origin}${base}aac-64/${n}.m4s`);

  console.log(machine());
  await flood(urls, 2); // warm
  const before = await cpuSeconds(house);
  const done = await flood(urls, runS);
  const { server } = await cpuSeconds(house);
  const perCpu = done / (server - before.server);
  console.log(
    `signed segments: ${Math.round(done / runS)} a second, ${Math.round(perCpu)} a CPU second of the server (asked 20,000)`,
  );

  const bytes = Buffer.from(await (await fetch(urls[1]!)).arrayBuffer()).length;
  const bare = spawn(process.execPath, ['--input-type=module', '-e', bareServer(bytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(bare.stdout!, 'data')) as [Buffer];
  const cpuOf = async () => ticks(await readFile(`/proc/${bare.pid}/stat`, 'utf8'));
  await flood([`http://127.0.0.1:${port}/`], 2);
  const start = await cpuOf();
  const answered = await flood([`http://127.0.0.1:${port}/`], runS);
  const bareCpu = answered / ((await cpuOf()) - start);
  bare.kill();
  console.log(
    `a bare server of Node with as many bytes: ${Math.round(bareCpu)} a CPU second; ours is ${(perCpu / bareCpu).toFixed(2)} of it`,
  );

  const waits = await pace(urls, paced, paceS);
  const at = (share: number) => waits[Math.floor(share * (waits.length - 1))]!.toFixed(1);
  console.log(`at ${paced} a second for ${paceS} s: p50 ${at(0.5)}, p99 ${at(0.99)} ms (limit 50)`);
} finally {
  await house.close();
}

function bareServer(bytes: number): string {
  return `import http from 'node:http'; const body = Buffer.alloc(${bytes}); http.createServer((q, a) => { a.writeHead(200, { 'content-type': 'audio/mp4', 'content-length': body.length }); a.end(body); }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
}

/** User and system seconds of a process (proc(5)); a tick is 10 ms on Linux. */
function ticks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function get(url: string, agent: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent }, (reply) => {
        if (reply.statusCode !== 200) reject(new Error(`${url}: ${reply.statusCode}`));
        reply.on('end', resolve).resume();
      })
      .on('error', reject);
  });
}

/** As many as come in so many seconds, some at once. */
async function flood(list: readonly string[], seconds: number): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
  const end = performance.now() + 1_000 * seconds;
  let done = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < end) {
        await get(list[done % list.length]!, agent);
        done += 1;
      }
    }),
  );
  agent.destroy();
  return done;
}

/** Waits in milliseconds, sorted, of requests that begin at a steady pace whatever the answers do. */
async function pace(list: readonly string[], perS: number, seconds: number): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  const waits: number[] = [];
  const open: Promise<void>[] = [];
  const begun = performance.now();
  for (let sent = 0; sent < perS * seconds;) {
    const due = Math.min(perS * seconds, Math.floor(((performance.now() - begun) * perS) / 1_000));
    for (; sent < due; sent++) {
      const at = performance.now();
      open.push(
        get(list[sent % list.length]!, agent).then(() => void waits.push(performance.now() - at)),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(open);
  agent.destroy();
  return waits.toSorted((a, b) => a - b);
}

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < 40; tries++) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
  throw new Error('the ladder was not made in a minute');
}
