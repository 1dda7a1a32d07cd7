import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { namesHere, readTls, selfTls } from './tls.ts';

const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-tls-'));
after(() => rm(home, { recursive: true }));

test('a client that installed the authority trusts the server by name and by address', async () => {
  const tls = await selfTls(home);
  assert.equal(await fetchStatus(tls, 'localhost'), 200);
  assert.equal(await fetchStatus(tls, '127.0.0.1'), 200);
});

test('the authority cannot speak for a name that is not of this house', async () => {
  const folder = path.join(home, 'foreign');
  await selfTls(folder, ['localhost', '127.0.0.1']);
  // The names it was made for are noted beside it; forging that note gives a certificate nobody accepts.
  await writeFile(
    path.join(folder, 'tls/authority.names'),
    JSON.stringify(['bank.example', '127.0.0.1']),
  );
  const forged = await selfTls(folder, ['bank.example', '127.0.0.1']);
  await assert.rejects(fetchStatus(forged, 'bank.example'), /permitted subtree violation/i);
});

test('an address of a private range changes the certificate and keeps the authority', async () => {
  const folder = path.join(home, 'dhcp');
  const before = await selfTls(folder, ['localhost', '192.168.1.20']);
  const again = await selfTls(folder, ['localhost', '192.168.1.20']);
  assert.equal(again.cert, before.cert);
  const moved = await selfTls(folder, ['localhost', '192.168.1.77', 'fd00::5']);
  assert.equal(moved.caCert, before.caCert);
  assert.match(new X509Certificate(moved.cert).subjectAltName ?? '', /192\.168\.1\.77/);
  assert.equal((await selfTls(folder, ['localhost', '192.168.1.77', 'fd00::5'])).cert, moved.cert);
});

test('a damaged pair is made anew and keys are for their owner only', async () => {
  const folder = path.join(home, 'half');
  await selfTls(folder);
  await writeFile(path.join(folder, 'tls/server.pem'), '-----BEGIN CERT');
  const tls = await selfTls(folder);
  assert.equal(await fetchStatus(tls, 'localhost'), 200);
  assert.equal((await stat(path.join(folder, 'tls/authority.pem'))).mode & 0o777, 0o600);
});

test('browsers accept the dates: 398 days at most, already valid yesterday', async () => {
  const leaf = new X509Certificate((await selfTls(home)).cert);
  const days = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / 86_400_000;
  assert.ok(days <= 398, `${days} days`);
  assert.ok(leaf.validFromDate.getTime() < Date.now() - 3_600_000);
});

test('a certificate that cannot be read is one plain sentence', async () => {
  const file = path.join(home, 'nonsense.pem');
  await writeFile(file, 'nonsense');
  await assert.rejects(readTls(file, file), /holds no certificate/);
  await assert.rejects(readTls('/none/such', file), /cannot be read \(ENOENT\)/);
});

test('every name of this machine is one a certificate can hold', () => {
  assert.ok(namesHere().includes('localhost'));
});

async function fetchStatus(
  tls: { cert: string; key: string; caCert: string | null },
  servername: string,
): Promise<number> {
  const server = createServer({ cert: tls.cert, key: tls.key }, (_, response) =>
    response.end('ok'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve, reject) => {
      const isName = servername !== '127.0.0.1';
      get(
        {
          host: '127.0.0.1',
          port,
          ca: tls.caCert ?? '',
          agent: false,
          ...(isName ? { servername, headers: { host: servername } } : {}),
        },
        (response) => response.resume().once('end', () => resolve(response.statusCode ?? 0)),
      ).once('error', reject);
    });
  } finally {
    server.close();
  }
}
