import { loadConfig } from '#foundation/platform/config.ts';
import { createLog } from '#foundation/platform/log.ts';
import { composeHouse } from '#main/compose.ts';

const loaded = loadConfig(process.env);
const house = await composeHouse({
  loaded,
  databaseUrl: process.env['BENCH_DATABASE_URL']!,
  soleOwner: true,
  demo: false,
  log: createLog(loaded.config.logLevel),
  https: null,
  notReady: () => null,
});
await house.startWork();
const origin = await house.app.listen({ host: '127.0.0.1', port: 0 });
process.once('SIGTERM', () => void house.close().then(() => process.exit(0)));
process.send!({ origin });
