import { describeConfig, loadConfig } from '#foundation/platform/config.ts';
import { page, table } from './markdown.ts';

// Read by the same parser that the server uses: a flag that goes away fails here and not at an operator's.
const flags: readonly (readonly [env: string, ...argv: string[]])[] = [
  ['PORT', '--port', '8080'],
  ['HOST', '--host', '0.0.0.0'],
  ['NGOMA_LIBRARY', '--library', 'music'],
  ['NGOMA_DEMO', '--no-demo'],
  ['NGOMA_TLS_SELF', '--tls', 'self'],
];

/** docs/config.md: every setting. */
export function configPage(): string {
  const given = describeConfig(
    loadConfig(
      {},
      flags.flatMap(([, ...argv]) => argv),
    ),
  );
  const flagOf = new Map(
    flags.map(([env, name, value]) => [env, value === undefined ? name! : `${name} ${value}`]),
  );
  for (const { env, source } of given) {
    if ((source === 'command line') !== flagOf.has(env))
      throw new Error(`the flags of ${env} are not those of loadConfig`);
  }
  return page('Settings', '`settings` in `src/foundation/platform/config.ts`', [
    'From the environment, or as a flag of `npm start -- ...`, which goes first. Everything is validated at start; a wrong value is one sentence and exit code 1. `npx --no-install ngoma config` shows the values in force, with secrets masked.',
    table(
      ['setting', 'flag', 'default', 'meaning'],
      given.map(({ env, fallback, meaning }) => [
        `\`${env}\``,
        flagOf.has(env) ? `\`${flagOf.get(env)}\`` : '',
        fallback === '-' ? '' : `\`${fallback}\``,
        meaning,
      ]),
    ),
  ]);
}
