import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { newId, type RecordingId } from '#foundation/kernel/ids.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import { auditPlays } from '#counting/plays/index.ts';
import {
  cpuSeconds,
  machine,
  median,
  openBenchHouse,
  percentile,
  signIn,
  type BenchHouse,
} from './house.ts';

// Ingest through HTTP, durable (fsync on), database, server and this generator on the same cores. Recordings follow a
// heavy tail and each device reports in order, so most plays open a new rollup bucket: the dear case.

const rounds = 3;
const batchSize = 5_000;
const batchesPerRound = 24;
const recordingsCount = 2_000;
const agent = new http.Agent({ keepAlive: true, maxSockets: 100 });

type Device = { readonly deviceId: string; readonly deviceKey: string };

const house = await openBenchHouse();
console.log(`Ingest. ${machine()}`);
try {
  const token = await signIn(house.origin);
  const recordings = await addRecordings(house);
  const devices: Device[] = [];
  for (let i = 0; i < 100; i++) devices.push(await enrol(house.origin, token, i));

  const through: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = await cpuSeconds(house);
    through.push(await ingestRound(house.origin, devices, recordings, round));
    const after = await cpuSeconds(house);
    const perPlay = (part: keyof typeof after): string =>
      (((after[part] - before[part]) * 1e6) / (batchesPerRound * batchSize)).toFixed(1);
    console.log(
      `CPU a play: server ${perPlay('server')}, database ${perPlay('database')}, generator ${perPlay('generator')} us`,
    );
    bare.push(await bareRound(house, recordings, round));
    console.log(
      `round ${round + 1}: through HTTP ${Math.round(through.at(-1)!)} plays/s, bare sorted insert on two connections ${Math.round(bare.at(-1)!)} rows/s, ratio ${(through.at(-1)! / bare.at(-1)!).toFixed(2)}`,
    );
  }
  const small = await smallBatches(house.origin, devices, recordings);
  const audit = await auditPlays(house.db);
  console.log('');
  console.log('| figure | asked | measured |');
  console.log('|---|---|---|');
  console.log(
    `| plays/s through HTTP, batches of ${batchSize}, median of ${rounds} | >= 35,000 | ${Math.round(median(through)).toLocaleString('en')} |`,
  );
  console.log(
    `| share of the bare insert, median of ${rounds} | >= 0.50 | ${median(through.map((t, i) => t / bare[i]!)).toFixed(2)} |`,
  );
  console.log(
    `| 100 concurrent batches of 50, p50 / p99 | p99 < 200 ms | ${small.p50.toFixed(0)} / ${small.p99.toFixed(0)} ms |`,
  );
  console.log(
    `| buckets that differ from the evidence | 0 | ${audit.differences.length} of ${audit.buckets} |`,
  );
  console.log(`| evidence stored | | ${audit.evidence} |`);
} finally {
  agent.destroy();
  await house.close();
}

async function addRecordings({ db }: BenchHouse): Promise<readonly RecordingId[]> {
  const ids = Array.from({ length: recordingsCount }, () => newId<'recording'>());
  await db.pool.query(
    `insert into catalog.recording (id, title, artist_name, match_title, match_artist, provenance)
     select id, 'title ' || n, 'artist', 'title ' || n, 'artist', 'demo' from unnest($1::uuid[]) with ordinality as t (id, n)`,
    [ids],
  );
  return ids;
}

async function enrol(origin: string, token: string, n: number): Promise<Device> {
  const reply = await fetch(`${origin}/api/v1/devices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ name: `bench ${n}`, kind: 'phone' }),
  });
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
  return (await reply.json()) as Device;
}

function batch(recordings: readonly RecordingId[], size: number, offsetMs: number): Buffer {
  const start = Date.now() - 20 * dayMs + offsetMs;
  const plays = Array.from({ length: size }, (_, i) => ({
    key: randomUUID(),
    seq: i,
    startedAt: new Date(start + i * 190_000 + Math.floor(Math.random() * 1000)).toISOString(),
    playedMs: 180_000,
    source: 'phone',
    recording: { id: recordings[Math.floor(Math.random() ** 2 * recordings.length)] },
    territory: 'RW',
  }));
  return Buffer.from(JSON.stringify({ sentAt: new Date().toISOString(), plays }));
}

async function ingestRound(
  origin: string,
  devices: readonly Device[],
  recordings: readonly RecordingId[],
  round: number,
): Promise<number> {
  const waiting = Array.from({ length: batchesPerRound }, (_, i) => ({
    device: devices[i % devices.length]!,
    body: batch(recordings, batchSize, round * 3_000 + i),
  }));
  const started = performance.now();
  await Promise.all(
    [0, 1, 2].map(async () => {
      for (let next; (next = waiting.pop()) !== undefined;) {
        const reply = await post(origin, next.device, next.body);
        if (reply.counted !== batchSize)
          throw new Error(`counted ${reply.counted} of ${batchSize}`);
      }
    }),
  );
  return (batchesPerRound * batchSize) / ((performance.now() - started) / 1000);
}

/** The same table and index without HTTP, JSON, matching, deduplication of keys or rollups: the ceiling of this design. */
async function bareRound(
  { db }: BenchHouse,
  recordings: readonly RecordingId[],
  round: number,
): Promise<number> {
  const batches = Array.from({ length: batchesPerRound }, (_, i) => {
    const device = newId();
    const keys = Array.from({ length: batchSize }, () => randomUUID()).sort();
    const start = Date.now() - 20 * dayMs + round * 3_000 + i;
    return {
      device,
      keys,
      startedAts: keys.map((_key, n) => start + n * 190_000),
      recordingIds: keys.map(() => recordings[Math.floor(Math.random() ** 2 * recordings.length)]!),
    };
  });
  const started = performance.now();
  await Promise.all(
    [0, 1].map(async () => {
      const client = await db.pool.connect();
      for (let next; (next = batches.pop()) !== undefined;) {
        await client.query({
          name: 'bare',
          text: `insert into plays.play (device_id, key, started_at, recording_id, played_ms, source, state, provenance, territory, received_at)
               select $1, key, to_timestamp(ms / 1000.0), recording_id, 180000, 1, 4, 3, 'RW', now()
               from unnest($2::uuid[], $3::float8[], $4::uuid[]) as t (key, ms, recording_id) order by key on conflict do nothing`,
          values: [next.device, next.keys, next.startedAts, next.recordingIds],
        });
      }
      client.release();
    }),
  );
  return (batchesPerRound * batchSize) / ((performance.now() - started) / 1000);
}

async function smallBatches(
  origin: string,
  devices: readonly Device[],
  recordings: readonly RecordingId[],
): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  for (let wave = 0; wave < 5; wave++) {
    const bodies = devices.map((_, i) => batch(recordings, 50, wave * 60_000 + i));
    await Promise.all(
      devices.map(async (device, i) => {
        const started = performance.now();
        await post(origin, device, bodies[i]!);
        times.push(performance.now() - started);
      }),
    );
  }
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

function post(origin: string, device: Device, body: Buffer): Promise<{ counted: number }> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      `${origin}/api/v1/batch/plays`,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          authorization: `Device ${device.deviceId}:${device.deviceKey}`,
        },
      },
      (reply) => {
        const parts: Buffer[] = [];
        reply.on('data', (part: Buffer) => parts.push(part));
        reply.on('end', () => {
          const text = Buffer.concat(parts).toString();
          if (reply.statusCode !== 200)
            reject(new Error(`${reply.statusCode} ${text.slice(0, 300)}`));
          else resolve({ counted: Number(/"counted":(\d+)/.exec(text)?.[1]) }); // parsing the results would be the generator's cost, not ours
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
