import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, describeConfig, loadConfig } from './config.ts';

test('flags win over the environment, which wins over defaults, and each says where it came from', () => {
  const { config, sources } = loadConfig({ PORT: '5000', HOST: '0.0.0.0' }, [
    '--port',
    '5001',
    '--no-demo',
  ]);
  assert.deepEqual(
    [config.port, config.host, config.demo, config.logLevel],
    [5001, '0.0.0.0', false, 'warn'],
  );
  assert.deepEqual(
    [sources.port, sources.host, sources.demo, sources.logLevel],
    ['command line', 'environment', 'command line', 'default'],
  );
});

test('a value that cannot be used is refused with the name of the setting', () => {
  for (const [env, argv, message] of [
    [{ PORT: 'http' }, [], /PORT must be a port/],
    [{ PORT: '70000' }, [], /PORT must be a port/],
    [{ NGOMA_DEMO: 'perhaps' }, [], /NGOMA_DEMO must be true or false/],
    [{ NGOMA_TLS_CERT: '/a.pem' }, [], /go together/],
    [{ NGOMA_PUBLIC_URL: 'nowhere' }, [], /NGOMA_PUBLIC_URL/],
    [{}, ['--port'], /--port needs a value/],
    [{}, ['--colour'], /unknown option --colour/],
    [{}, ['--tls', 'none'], /--tls takes the word self/],
  ] as const) {
    assert.throws(
      () => loadConfig(env, argv),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
  }
});

test('secrets are never shown', () => {
  const loaded = loadConfig({
    DATABASE_URL: 'postgres://u:hush@h/db',
    NGOMA_ADMIN_PASSWORD: 'hush',
  });
  const text = JSON.stringify(describeConfig(loaded));
  assert.ok(text.includes('(set)') && !text.includes('hush'));
});
