import { readFileSync } from 'node:fs';
import path from 'node:path';
import { newId } from '#foundation/kernel/ids.ts';
import { loadConfig } from '#foundation/platform/config.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import {
  numbersOf,
  putFeed,
  readDigest,
  readFeed,
  storeNews,
  tiers,
  type PulseContext,
} from '#market/pulse/index.ts';
import { say, withDatabase } from './with-database.ts';

/** Reads recorded feeds and keeps their items. Exit 1 where one cannot be read; the others are kept. */
export async function pulseFromFiles(files: readonly string[], asJson: boolean): Promise<number> {
  return withDatabase('make', loadConfig(process.env), async (db) => {
    const ctx = contextOf(db);
    let failed = 0;
    for (const file of files) {
      const read = readFeed(readFileSync(file), null, ctx.now());
      if (read.kind === 'unreadable') {
        say(`${file}: ${read.problem}`);
        failed += 1;
        continue;
      }
      const feed = await db.one(putFeed, {
        id: newId(),
        name: path.basename(file),
        url: `file:${path.basename(file)}`,
        kind: 'news' as const,
        trust: 0.6,
        isOn: false,
        provenance: 'import' as const,
      });
      const added = await storeNews(
        ctx,
        { feed: { id: feed.id, trust: 0.6 }, kind: 'news', provenance: 'import' },
        read.items,
      );
      console.log(
        asJson
          ? JSON.stringify({ file, items: read.items.length, added, left: read.left })
          : `${file}: ${added} new of ${read.items.length} items${read.left > 0 ? `; ${read.left} had no title` : ''}`,
      );
    }
    return failed > 0 ? 1 : 0;
  });
}

export async function printDigest(date: string | null, tier: string | null): Promise<number> {
  const wanted = tiers.find((one) => one === (tier ?? 'creator'));
  if (wanted === undefined) {
    console.error(`--tier is one of ${tiers.join(', ')}.`);
    return 1;
  }
  return withDatabase('migrate', loadConfig(process.env), async (db) => {
    const ctx = contextOf(db);
    const day = date ?? new Date(ctx.now()).toISOString().slice(0, 10);
    const digest = await readDigest(ctx, () => numbersOf(ctx), day, wanted);
    console.log(`${digest.date}, for ${digest.tier}s: ${digest.topLine}`);
    for (const lead of digest.leads)
      console.log(
        `\n[${lead.impact}] ${lead.title}\n${lead.summary}\n${lead.why} ${lead.source}${lead.url === null ? '' : ` ${lead.url}`}`,
      );
    for (const one of digest.numbers) console.log(`\n${one.label}: ${one.value} (${one.source})`);
    return 0;
  });
}

function contextOf(db: Database): PulseContext {
  return { db, now: () => Date.now(), demo: false, homeNames: [] };
}
