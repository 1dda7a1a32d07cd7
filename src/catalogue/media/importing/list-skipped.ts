import type { Db } from '#foundation/platform/postgres.ts';
import { listSkipped } from './queries.ts';

export type SkippedFile = {
  readonly path: string;
  readonly reason: string;
  readonly detail: string;
};

/** What was left out below a folder and why, at most `limit` of it; for the end of `ngoma import`. */
export async function listSkippedFiles(
  db: Db,
  folder: string,
  limit: number,
): Promise<readonly SkippedFile[]> {
  const rows = await db.all(listSkipped, { after: `${folder}/`, end: `${folder}0`, limit });
  return rows.map(({ path, reason, detail }) => ({ path, reason, detail }));
}
