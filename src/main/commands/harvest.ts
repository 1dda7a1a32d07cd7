import { readFileSync } from 'node:fs';
import { loadConfig } from '#foundation/platform/config.ts';
import { storeFacts } from '#market/audience/index.ts';
import { storeIssue } from '#market/charts/index.ts';
import { parseWithSource } from '#market/harvest/index.ts';
import { say, withDatabase } from './with-database.ts';

/** Reads a recorded body of a source as a run would, and keeps what is in it. Exit 1 where nothing can be read. */
export async function harvestFile(source: string, file: string, asJson: boolean): Promise<number> {
  const { config } = loadConfig(process.env);
  const parsed = parseWithSource(source, readFileSync(file, 'utf8'), config.territory);
  if (parsed === null) {
    console.error(`No source is called ${source}.`);
    return 1;
  }
  if (parsed.problem !== null) say(`${file}: ${parsed.problem}`);
  return withDatabase('make', loadConfig(process.env), async (db) => {
    const ctx = { db, now: () => Date.now(), demo: false };
    const origin = { provenance: 'import', payloadId: null } as const;
    let entries = 0;
    for (const fact of parsed.charts) {
      const stored = await storeIssue(ctx, fact, origin);
      if (stored.kind === 'refused') say(stored.detail ?? stored.code);
      else entries += stored.entries;
    }
    for (const fact of parsed.audience) {
      const stored = await storeFacts(ctx, [fact], origin);
      if (stored.kind === 'refused') say(stored.detail ?? stored.code);
    }
    const status = entries === 0 ? 'failed' : parsed.problem === null ? 'success' : 'partial';
    console.log(
      asJson
        ? JSON.stringify({ source, status, entries, problem: parsed.problem })
        : `${source}: ${status}, ${entries} entries`,
    );
    return entries === 0 ? 1 : 0;
  });
}

/** Asks a running server to collect; it alone knows which sources are switched on. */
export async function harvestNow(
  names: readonly string[],
  server: string | null,
  key: string | null,
): Promise<number> {
  const address = server ?? 'http://localhost:4400';
  if (key === null) {
    console.error(
      'ngoma harvest run needs --key APIKEY of somebody who may collect, or --from-file FILE.',
    );
    return 1;
  }
  const reply = await fetch(new URL('/api/v1/harvest/run', address), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ platforms: names }),
  });
  console.log(await reply.text());
  return reply.ok ? 0 : 1;
}
