import path from 'node:path';

// One table of every setting: validated at start, printed by `ngoma config`. Add a row, not a process.env.

type Kind = 'text' | 'port' | 'bool' | 'path' | 'url' | 'secret' | 'list';

type Setting<T> = {
  readonly env: string;
  readonly kind: Kind;
  readonly fallback: T;
  readonly meaning: string;
};

function text(env: string, fallback: string, meaning: string): Setting<string> {
  return { env, kind: 'text', fallback, meaning };
}
function optional(env: string, kind: Kind, meaning: string): Setting<string | null> {
  return { env, kind, fallback: null, meaning };
}
function flag(env: string, fallback: boolean, meaning: string): Setting<boolean> {
  return { env, kind: 'bool', fallback, meaning };
}

export const settings = {
  port: {
    env: 'PORT',
    kind: 'port',
    fallback: 4400,
    meaning: 'port of the web app and API',
  } as Setting<number>,
  host: text('HOST', '127.0.0.1', 'address to listen on; 0.0.0.0 for every network'),
  home: {
    env: 'NGOMA_HOME',
    kind: 'path',
    fallback: './data',
    meaning: 'folder of all state',
  } as Setting<string>,
  databaseUrl: optional(
    'DATABASE_URL',
    'secret',
    'PostgreSQL >= 15 to use instead of the embedded one',
  ),
  library: optional('NGOMA_LIBRARY', 'path', 'folder of music to import and watch'),
  demo: flag(
    'NGOMA_DEMO',
    true,
    'make the demo country when there is no library and no DATABASE_URL',
  ),
  adminEmail: optional('NGOMA_ADMIN_EMAIL', 'text', 'e-mail of the first administrator'),
  adminPassword: optional('NGOMA_ADMIN_PASSWORD', 'secret', 'password of the first administrator'),
  publicUrl: optional(
    'NGOMA_PUBLIC_URL',
    'url',
    'address people use, when it differs from HOST and PORT',
  ),
  corsOrigins: {
    env: 'NGOMA_CORS_ORIGINS',
    kind: 'list',
    fallback: [],
    meaning: 'other web origins that may call the API, comma separated',
  } as Setting<readonly string[]>,
  trustProxy: optional(
    'NGOMA_TRUST_PROXY',
    'text',
    'addresses or CIDRs of proxies whose X-Forwarded-* headers count',
  ),
  tlsCert: optional('NGOMA_TLS_CERT', 'path', 'certificate chain (PEM) to serve HTTPS'),
  tlsKey: optional('NGOMA_TLS_KEY', 'path', 'private key (PEM) of that certificate'),
  tlsSelf: flag(
    'NGOMA_TLS_SELF',
    false,
    'serve HTTPS with an authority of our own (same as --tls self)',
  ),
  acoustidKey: optional(
    'ACOUSTID_KEY',
    'secret',
    'key of AcoustID, to ask what a recording is; unset: never asked',
  ),
  auddToken: optional(
    'AUDD_TOKEN',
    'secret',
    'token of AudD, which charges for each question; unset: never asked',
  ),
  soundMayLeave: flag(
    'NGOMA_SOUND_MAY_LEAVE',
    false,
    'let a service that hears sound (AudD) be sent the beginning of a file',
  ),
  privateStations: flag(
    'NGOMA_PRIVATE_STATIONS',
    false,
    'let stations be monitored that are inside our own network',
  ),
  keepClips: flag(
    'NGOMA_KEEP_CLIPS',
    false,
    'keep 15 s of sound with every play a monitor heard, for disputes',
  ),
  territory: text('NGOMA_TERRITORY', 'ng', 'country whose charts are collected, two letters'),
  sourceTurntableUrl: optional(
    'NGOMA_SOURCE_TURNTABLE_URL',
    'url',
    'where TurnTable Charts is asked instead of its own address',
  ),
  sourceAppleMusicUrl: optional(
    'NGOMA_SOURCE_APPLE_MUSIC_URL',
    'url',
    'where Apple Music is asked instead of its own address',
  ),
  sourceDeezerUrl: optional(
    'NGOMA_SOURCE_DEEZER_URL',
    'url',
    'where Deezer is asked instead of its own address',
  ),
  sourceSpotifyUrl: optional(
    'NGOMA_SOURCE_SPOTIFY_URL',
    'url',
    'where Spotify Charts is asked instead of its own address',
  ),
  sourceYoutubeUrl: optional(
    'NGOMA_SOURCE_YOUTUBE_URL',
    'url',
    'where YouTube is asked instead of its own address',
  ),
  sourceSoundchartsUrl: optional(
    'NGOMA_SOURCE_SOUNDCHARTS_URL',
    'url',
    'where Soundcharts is asked instead of its own address',
  ),
  soundchartsAppId: optional(
    'NGOMA_SOUNDCHARTS_APP_ID',
    'text',
    'application id at Soundcharts, to fill missing figures',
  ),
  soundchartsKey: optional('NGOMA_SOUNDCHARTS_KEY', 'secret', 'key of that application'),
  youtubeKey: optional('NGOMA_YOUTUBE_KEY', 'secret', 'key of the YouTube Data API'),
  logLevel: text('NGOMA_LOG_LEVEL', 'warn', 'trace, debug, info, warn, error or silent'),
} as const;

export type Config = {
  readonly [K in keyof typeof settings]: (typeof settings)[K] extends Setting<infer T> ? T : never;
};

export type ConfigSource = 'default' | 'environment' | 'command line';
export type LoadedConfig = {
  readonly config: Config;
  readonly sources: Readonly<Record<keyof Config, ConfigSource>>;
};

/** A setting that cannot be used; the message names it and says what would do. */
export class ConfigError extends Error {}

/** The environment, overridden by flags: --port N, --host H, --library DIR, --no-demo, --tls self. */
export function loadConfig(env: NodeJS.ProcessEnv, argv: readonly string[] = []): LoadedConfig {
  const flags = parseFlags(argv);
  const config: Record<string, unknown> = {};
  const sources: Record<string, ConfigSource> = {};
  for (const [name, setting] of Object.entries(settings) as [keyof Config, Setting<unknown>][]) {
    const raw = flags.get(name) ?? (env[setting.env] || undefined);
    config[name] = raw === undefined ? defaultOf(setting) : parse(setting, raw);
    sources[name] = flags.has(name)
      ? 'command line'
      : raw === undefined
        ? 'default'
        : 'environment';
  }
  if ((config['tlsCert'] === null) !== (config['tlsKey'] === null)) {
    throw new ConfigError('NGOMA_TLS_CERT and NGOMA_TLS_KEY go together: set both or neither');
  }
  return { config: config as Config, sources: sources as Record<keyof Config, ConfigSource> };
}

function defaultOf(setting: Setting<unknown>): unknown {
  return setting.kind === 'path' && typeof setting.fallback === 'string'
    ? path.resolve(setting.fallback)
    : setting.fallback;
}

function parse(setting: Setting<unknown>, raw: string): unknown {
  switch (setting.kind) {
    case 'port': {
      const port = Number(raw);
      if (!Number.isInteger(port) || port < 0 || port > 65_535) {
        throw new ConfigError(`${setting.env} must be a port from 0 to 65535, not "${raw}"`);
      }
      return port;
    }
    case 'bool':
      if (/^(1|true|yes|on)$/i.test(raw)) return true;
      if (/^(0|false|no|off)$/i.test(raw)) return false;
      throw new ConfigError(`${setting.env} must be true or false, not "${raw}"`);
    case 'path':
      return path.resolve(raw);
    case 'url':
      if (!URL.canParse(raw))
        throw new ConfigError(
          `${setting.env} must be an address like https://music.example, not "${raw}"`,
        );
      return raw;
    case 'list':
      return raw
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    case 'text':
    case 'secret':
      return raw;
  }
}

const flagNames: Readonly<Record<string, keyof Config>> = {
  '--port': 'port',
  '--host': 'host',
  '--library': 'library',
};

function parseFlags(argv: readonly string[]): ReadonlyMap<keyof Config, string> {
  const flags = new Map<keyof Config, string>();
  for (let i = 0; i < argv.length; i++) {
    const [name, inline] = argv[i]!.split('=', 2) as [string, string | undefined];
    if (name === '--no-demo') flags.set('demo', 'false');
    else if (name === '--tls') {
      if ((inline ?? argv[++i]) !== 'self') throw new ConfigError('--tls takes the word self');
      flags.set('tlsSelf', 'true');
    } else if (Object.hasOwn(flagNames, name)) {
      const value = inline ?? argv[++i];
      if (value === undefined) throw new ConfigError(`${name} needs a value`);
      flags.set(flagNames[name]!, value);
    } else
      throw new ConfigError(
        `unknown option ${name}; known are --port, --host, --library, --no-demo, --tls self`,
      );
  }
  return flags;
}

/** What `ngoma config` prints: every setting with its value (secrets masked), source, default and meaning. */
export function describeConfig(loaded: LoadedConfig): readonly {
  env: string;
  value: string;
  source: ConfigSource;
  fallback: string;
  meaning: string;
}[] {
  return (Object.entries(settings) as [keyof Config, Setting<unknown>][]).map(
    ([name, setting]) => ({
      env: setting.env,
      value:
        setting.kind === 'secret' && loaded.config[name] !== null
          ? '(set)'
          : show(loaded.config[name]),
      source: loaded.sources[name],
      fallback: show(setting.fallback),
      meaning: setting.meaning,
    }),
  );
}

function show(value: unknown): string {
  if (value === null) return '-';
  return Array.isArray(value) ? value.join(',') || '-' : String(value);
}
