import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { newId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { loadSigningKey } from './signing-key.ts';
import { accessTokenMs, signAccessToken, successorOf, verifyAccessToken } from './tokens.ts';

async function emptyHome(t: { after(work: () => Promise<void>): void }): Promise<string> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-keys-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  return home;
}

const now = Date.UTC(2026, 10, 20, 8) as Instant;
const claims = { userId: newId<'user'>(), sessionId: newId<'session'>() };

test('an access token is valid for ten minutes and not before', async (t) => {
  const key = await loadSigningKey(await emptyHome(t));
  const token = await signAccessToken(key, claims, now);
  assert.deepEqual(await verifyAccessToken(key, token, now), claims);
  assert.deepEqual(
    await verifyAccessToken(key, token, (now + accessTokenMs - 1) as Instant),
    claims,
  );
  assert.equal(await verifyAccessToken(key, token, (now + accessTokenMs + 6_000) as Instant), null);
  assert.equal(await verifyAccessToken(key, token, (now - 6_000) as Instant), null);
});

test('nothing but our own kind of token under our own key and algorithm passes', async (t) => {
  const key = await loadSigningKey(await emptyHome(t));
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const seconds = now / 1000;
  const payload: JWTPayload = {
    sub: claims.userId,
    sid: claims.sessionId,
    iss: 'ngoma',
    aud: 'ngoma-api',
    iat: seconds,
    nbf: seconds,
    exp: seconds + 600,
  };
  const header = { alg: 'EdDSA', typ: 'at+jwt' };
  const sign = (
    change: object,
    head: object = {},
    signer: Parameters<SignJWT['sign']>[0] = key.privateKey,
  ) =>
    new SignJWT(
      Object.fromEntries(
        Object.entries({ ...payload, ...change }).filter(([, v]) => v !== undefined),
      ),
    )
      .setProtectedHeader({ ...header, ...head })
      .sign(signer);

  assert.deepEqual(
    await verifyAccessToken(key, await sign({}), now),
    claims,
    'the pattern of all that follows',
  );
  const publicPem = key.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const refused: Record<string, string> = {
    'another key': await sign({}, {}, stranger),
    'another key offered in the header': await sign(
      {},
      { jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }, jku: 'https://evil.example/keys' },
      stranger,
    ),
    'no signature': new UnsecuredJWT(payload).encode(),
    'the public key taken for a shared secret': await sign(
      {},
      { alg: 'HS256' },
      new TextEncoder().encode(publicPem),
    ),
    'another algorithm': await sign({}, { alg: 'RS256' }, rsa),
    'another type': await sign({}, { typ: 'JWT' }),
    'another issuer': await sign({ iss: 'elsewhere' }),
    'another audience': await sign({ aud: 'elsewhere' }),
    'no audience': await sign({ aud: undefined }),
    'no expiry': await sign({ exp: undefined }),
    'no beginning': await sign({ nbf: undefined }),
    'no session': await sign({ sid: undefined }),
    'a session that is no id': await sign({ sid: '1 or 1=1' }),
    'no person': await sign({ sub: undefined }),
    noise: 'a.b.c',
    'a changed signature': (await sign({})).replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
    nothing: '',
  };
  for (const [what, token] of Object.entries(refused))
    assert.equal(await verifyAccessToken(key, token, now), null, what);
});

test('the key is made once, readable by its owner only, and loaded again', async (t) => {
  const home = await emptyHome(t);
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadSigningKey(home)));
  assert.equal(new Set(keys.map((key) => key.id)).size, 1, 'first starts at once agree on one key');
  assert.deepEqual(await readdir(path.join(home, 'keys')), ['access-token.pem']);
  const file = path.join(home, 'keys', 'access-token.pem');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((await stat(path.dirname(file))).mode & 0o777, 0o700);
  await chmod(file, 0o644);
  const again = await loadSigningKey(home);
  assert.equal(again.id, keys[0]!.id);
  assert.equal((await stat(file)).mode & 0o777, 0o600, 'a restored backup is tightened');
  assert.equal(successorOf(again, 'token'), successorOf(keys[0]!, 'token'));
});

test('a damaged key is said in one sentence and not replaced', async (t) => {
  const home = await emptyHome(t);
  const file = path.join(home, 'keys', 'access-token.pem');
  await mkdir(path.dirname(file));
  await writeFile(file, 'half a k');
  await assert.rejects(loadSigningKey(home), /is damaged: restore it/);
  assert.equal(await readFile(file, 'utf8'), 'half a k');
});
