import { createServer, type AddressInfo } from 'node:net';
import { CannotStart } from '#foundation/platform/cannot-start.ts';
import { ConfigError, loadConfig, type Config } from '#foundation/platform/config.ts';
import {
  checkDatabase,
  prepareHome,
  startDatabase,
  type RunningDatabase,
} from '#foundation/platform/launcher.ts';
import { createLog } from '#foundation/platform/log.ts';
import { migrate, MigrationError } from '#foundation/platform/migrate.ts';
import { sqlState } from '#foundation/platform/postgres.ts';
import { buildWeb } from './build-web.ts';
import { claimHome } from './claim-home.ts';
import { composeHouse } from './compose.ts';
import { listen } from './listen.ts';
import { addressForPhones, serveAuthority } from './serve-authority.ts';
import { demoPassword } from './demo/make-country.ts';
import { furnish } from './furnish.ts';
import { onStopSignal } from './stop-signals.ts';
import { readTls, selfTls, type Tls } from './tls.ts';

// `npm start`: every step says what it does, every failure an operator can mend is one sentence.

type Closing = { readonly what: string; close(msLeft: number): Promise<void> };

const stopMsMax = 4_800; // what Ctrl-C promises is 5 s
const databaseMarginMs = 700; // an immediate stop of PostgreSQL and the exit fit in it

const say = (line: string) => console.log(line);
/** Closed in reverse: what was opened last leans on what was opened first. */
const closings: Closing[] = [];
let opening: Promise<unknown> = Promise.resolve();
let stopping = false;
let isDatabaseLost = (): boolean => false;

onStopSignal(
  (why) => void stop(0, why === 'SIGINT' ? 'Stopping ...' : `Stopping (${why}) ...`),
  () => process.exit(1),
);
// A bug ends the server, but in order: PostgreSQL is not left behind.
process.on('uncaughtException', (error) => {
  if (stopping && isFarewell(error)) return;
  if (isDatabaseLost()) lost();
  else void stop(1, explain(error));
});
start().catch((error: unknown) => {
  if (stopping) return; // what was being opened failed because it is being closed
  void stop(1, explain(error));
});

async function start(): Promise<void> {
  const loaded = loadConfig(process.env, process.argv.slice(2));
  const { config } = loaded;
  await prepareHome(config.home);
  const claim = await open('the data folder', claimHome(config.home), async (held) =>
    held.release(),
  );
  closings.push({ what: 'the note', close: () => claim.note('stopping') });
  await probePort(config);
  const databaseUrl = await openDatabaseOf(config);
  const report = await migrate(databaseUrl);
  if (report.applied.length > 0) say(`Database: ${report.applied.length} migrations applied.`);
  await buildWeb(say);
  const tls = await openTls(config);
  const demo = config.demo && config.library === null && config.databaseUrl === null;
  let ready = false;
  const house = await open(
    'the house',
    composeHouse({
      loaded,
      databaseUrl,
      soleOwner: config.databaseUrl === null,
      demo,
      log: createLog(config.logLevel),
      https: tls,
      notReady: () => (ready ? null : 'Ngoma is starting'),
    }),
    (opened) => opened.close(),
  );
  if (tls?.caCert)
    serveAuthority(house.app, { caCert: tls.caCert, names: tls.names, port: config.port });
  await listen(house.app, config).catch((error: NodeJS.ErrnoException) => {
    throw explainListen(config, error);
  });
  const address = addressOf(config, portOf(house.app.server.address(), config));
  await house.startWork();
  await open('the library', furnish(house, config, demo, say), (opened) => opened.close());
  ready = true;
  await claim.note('running', address);
  welcome(config, tls, address, { firstAdminPath: house.firstAdminPath, demo });
}

function welcome(
  config: Config,
  tls: Tls | null,
  address: string,
  { firstAdminPath, demo }: { firstAdminPath: string | null; demo: boolean },
): void {
  say(`Ngoma is ready: ${address}`);
  if (demo)
    say(
      `  This is a demo: everything in it is invented. Sign in as listener@demo.example, artist@, society@, admin@ ... with the password ${demoPassword}`,
    );
  say(
    firstAdminPath === null
      ? `  Sign in, or make an account: ${address}/app/sign-in`
      : `  Make the first administrator (this link works once): ${address}${firstAdminPath}`,
  );
  say(
    `  Try: press play on the first page; ${address}/docs shows the API; npx --no-install ngoma help lists the commands.`,
  );
  if (tls?.caCert) say(`  ${phoneHint(config, tls)}`);
  warnAboutPlainHttp(config, tls);
  say('  Ctrl-C stops everything.');
}

/** Remembers what was opened, also when the signal to stop comes while it opens. */
async function open<T>(
  what: string,
  promise: Promise<T>,
  close: (opened: T, msLeft: number) => Promise<void>,
): Promise<T> {
  opening = promise.then(
    (opened) => closings.push({ what, close: (msLeft) => close(opened, msLeft) }),
    () => undefined,
  );
  const opened = await promise;
  await opening;
  if (stopping) await new Promise(() => {}); // start() goes no further; stop() ends the process
  return opened;
}

async function stop(code: number, line: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  (code === 0 ? say : console.error)(line);
  const deadline = Date.now() + stopMsMax;
  setTimeout(() => process.exit(1), stopMsMax);
  await opening;
  for (const { what, close } of closings.toReversed()) {
    await close(deadline - Date.now()).catch((error: Error) =>
      console.error(`Closing ${what}: ${error.message}`),
    );
  }
  process.exit(code);
}

async function openDatabaseOf(config: Config): Promise<string> {
  if (config.databaseUrl !== null) {
    await checkDatabase(config.databaseUrl);
    say('Database: the one of DATABASE_URL.');
    return config.databaseUrl;
  }
  const database = await open(
    'PostgreSQL',
    startDatabase({ home: config.home, say }),
    (running: RunningDatabase, msLeft) => running.stop(Math.max(200, msLeft - databaseMarginMs)),
  );
  isDatabaseLost = () => !database.isAlive();
  database.onLost(lost);
  say(`Database: PostgreSQL in ${config.home}.`);
  return database.url;
}

/** Going on without a database would refuse every play; the next start recovers it. */
function lost(): void {
  void stop(1, 'PostgreSQL is gone; nothing acknowledged is lost. Start Ngoma again.');
}

/** A pool that was closed a moment ago may still hear PostgreSQL say goodbye, and then has nobody to tell. */
function isFarewell(error: unknown): boolean {
  return sqlState(error) === '57P01';
}

async function openTls(config: Config): Promise<Tls | null> {
  if (config.tlsCert !== null && config.tlsKey !== null)
    return readTls(config.tlsCert, config.tlsKey);
  return config.tlsSelf ? selfTls(config.home) : null;
}

/** Before minutes of work, not after them. */
async function probePort(config: Config): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(explainListen(config, error)));
    probe.listen(config.port, config.host, () => probe.close(() => resolve()));
  });
}

function explainListen(config: Config, error: NodeJS.ErrnoException): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new CannotStart(
        `Port ${config.port} is in use: stop the program that uses it, or choose another with --port.`,
      );
    case 'EACCES':
      return new CannotStart(
        `This user may not listen on port ${config.port}: choose one above 1023 with --port.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CannotStart(
        `${config.host} is not an address of this machine: choose another with --host.`,
      );
    default:
      return error;
  }
}

function addressOf(config: Config, port: number): string {
  const scheme = config.tlsSelf || config.tlsCert !== null ? 'https' : 'http';
  const host =
    isLoopback(config.host) || config.host === '0.0.0.0' || config.host === '::'
      ? 'localhost'
      : config.host;
  return config.publicUrl ?? `${scheme}://${host}:${port}`;
}

function portOf(at: string | AddressInfo | null, config: Config): number {
  return typeof at === 'object' && at !== null ? at.port : config.port; // PORT=0 asks for any
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function phoneHint(config: Config, tls: Tls): string {
  if (isLoopback(config.host))
    return 'Phones: add --host 0.0.0.0 so that they can reach this machine.';
  const address = addressForPhones({ names: tls.names, port: config.port });
  return `Phones: open ${address}/tls once to install the authority of this machine.`;
}

function warnAboutPlainHttp(config: Config, tls: Tls | null): void {
  if (tls !== null || isLoopback(config.host) || config.trustProxy !== null) return;
  say(
    'On plain HTTP away from this machine browsers switch off microphone, offline use, keys and push: add --tls self.',
  );
}

function explain(error: unknown): string {
  const expected = [CannotStart, ConfigError, MigrationError].some((kind) => error instanceof kind);
  if (expected) return (error as Error).message.replace(/[^.]$/, '$&.');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
