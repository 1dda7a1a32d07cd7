import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from '#foundation/platform/config.ts';
import { createLog } from '#foundation/platform/log.ts';
import { testDatabase, type Ending } from '#foundation/platform/testing.ts';
import { composeHouse, type House } from '#main/compose.ts';

/** Every room as the server opens it, on a database of its own, without a demo and without work going on. */
export async function composedHouse(t: Ending): Promise<House> {
  const { url } = await testDatabase(t);
  const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-house-'));
  const house = await composeHouse({
    loaded: loadConfig({ NGOMA_HOME: home }),
    databaseUrl: url,
    soleOwner: true,
    demo: false,
    log: createLog('silent'),
    https: null,
    notReady: () => null,
  });
  t.after(async () => {
    await house.close();
    await rm(home, { recursive: true, force: true });
  });
  await house.app.ready();
  return house;
}
