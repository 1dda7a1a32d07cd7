import 'reflect-metadata'; // the certificate library's container looks for it when it loads
import { X509Certificate, randomBytes, webcrypto } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import * as x509 from '@peculiar/x509';
import { CannotStart } from '#foundation/platform/cannot-start.ts';
import { nameConstraints } from './tls-name-constraints.ts';

// Phones give the microphone, offline storage and keys only to HTTPS. A house without a public name gets an
// authority of its own: made once, installed once on a phone, and unable to speak for any name but this house's.

export type Tls = {
  readonly cert: string;
  readonly key: string;
  /** The authority to install on phones; null when the operator brought a certificate. */
  readonly caCert: string | null;
  readonly names: readonly string[];
};

const dayMs = 86_400_000;
const caDays = 3_650;
const certDays = 397; // browsers refuse server certificates of more than 398 days
const renewBeforeDays = 30;
const backdateMs = dayMs; // a phone whose clock is a little behind accepts it too
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A certificate the operator brought. */
export async function readTls(certFile: string, keyFile: string): Promise<Tls> {
  const [cert, key] = await Promise.all(
    [certFile, keyFile].map((file) =>
      readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        throw new CannotStart(`The TLS file ${file} cannot be read (${error.code}).`, {
          cause: error,
        });
      }),
    ),
  );
  try {
    const leaf = new X509Certificate(cert!);
    if (leaf.validToDate.getTime() < Date.now()) {
      throw new CannotStart(
        `The certificate in ${certFile} expired on ${leaf.validToDate.toISOString()}.`,
      );
    }
    return { cert: cert!, key: key!, caCert: null, names: namesOf(leaf) };
  } catch (error) {
    if (error instanceof CannotStart) throw error;
    throw new CannotStart(`${certFile} holds no certificate in PEM form.`, { cause: error });
  }
}

/** The own authority's certificate for this machine, made or renewed when dates or addresses ask for it. */
export async function selfTls(home: string, names: readonly string[] = namesHere()): Promise<Tls> {
  const folder = path.join(home, 'tls');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stored = await readPair(folder, 'server');
  const authority = await loadAuthority(folder, names);
  if (stored !== null && isGood(stored.cert, names) && signedBy(stored.cert, authority.cert)) {
    return { cert: stored.cert + authority.cert, key: stored.key, caCert: authority.cert, names };
  }
  const made = await makeServerPair(authority, names);
  await writePair(folder, 'server', made);
  return { cert: made.cert + authority.cert, key: made.key, caCert: authority.cert, names };
}

/** Every name and address under which this machine can be reached at home. */
export function namesHere(): readonly string[] {
  const host = os.hostname().toLowerCase();
  const addresses = Object.values(os.networkInterfaces())
    .flatMap((list) => list ?? [])
    // Link-local IPv6 addresses need a zone, which no certificate can name.
    .filter(({ address }) => !address.startsWith('fe80:'))
    .map(({ address }) => address);
  const local = host.includes('.') ? [host] : [host, `${host}.local`];
  return [...new Set(['localhost', ...local, '127.0.0.1', '::1', ...addresses])].filter(
    (name) => isIP(name) !== 0 || /^[a-z0-9.-]+$/.test(name),
  );
}

type Pair = { readonly cert: string; readonly key: string };

async function loadAuthority(folder: string, names: readonly string[]): Promise<Pair> {
  const stored = await readPair(folder, 'authority');
  // The names an authority may speak for are fixed in it, so a machine that got a new one needs a new authority.
  if (stored !== null && isFresh(stored.cert) && (await permits(folder, names))) return stored;
  const made = await makeAuthority(names);
  await writePair(folder, 'authority', made);
  await writeFile(path.join(folder, 'authority.names'), JSON.stringify(names), { mode: 0o600 });
  return made;
}

async function permits(folder: string, names: readonly string[]): Promise<boolean> {
  const text = await readFile(path.join(folder, 'authority.names'), 'utf8').catch(() => '[]');
  const permitted = JSON.parse(text) as readonly string[];
  return names.every((name) => permitted.includes(name) || isPrivate(name));
}

/** Private ranges are always permitted: an address from DHCP changes and the phones keep their authority. */
function isPrivate(name: string): boolean {
  return (
    /^(10|127)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./.test(name) ||
    name === '::1' ||
    (isIP(name) === 6 && /^f[cd]/.test(name))
  );
}

async function makeAuthority(names: readonly string[]): Promise<Pair> {
  const keys = await makeKeys();
  const host = os.hostname();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`Ngoma on ${host}`] }, { O: ['Ngoma, an authority for this machine only'] }],
    notBefore: new Date(Date.now() - backdateMs),
    notAfter: new Date(Date.now() + caDays * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.Extension(
        '2.5.29.30',
        true,
        nameConstraints(names.filter((name) => !isPrivate(name))),
      ),
    ],
  });
  return { cert: pem(certificate), key: await exportKey(keys.privateKey) };
}

async function makeServerPair(authority: Pair, names: readonly string[]): Promise<Pair> {
  const keys = await makeKeys();
  const issuer = new x509.X509Certificate(authority.cert);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: ['Ngoma'] }],
    issuer: issuer.subject,
    notBefore: new Date(Date.now() - backdateMs),
    notAfter: new Date(Date.now() + (certDays - 1) * dayMs),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({
          type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const),
          value,
        })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { cert: pem(certificate), key: await exportKey(keys.privateKey) };
}

async function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return (
    x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY') + '\n'
  );
}

async function importKey(key: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(key), algorithm, false, [
    'sign',
  ]);
}

function pem(certificate: x509.X509Certificate): string {
  return certificate.toString('pem') + '\n';
}

/** Positive and at most 20 bytes, as RFC 5280 asks. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function isFresh(cert: string): boolean {
  return new X509Certificate(cert).validToDate.getTime() > Date.now() + renewBeforeDays * dayMs;
}

function isGood(cert: string, names: readonly string[]): boolean {
  const covered = namesOf(new X509Certificate(cert));
  return isFresh(cert) && names.every((name) => covered.includes(name));
}

function signedBy(cert: string, caCert: string): boolean {
  return new X509Certificate(cert).verify(new X509Certificate(caCert).publicKey);
}

function namesOf(certificate: X509Certificate): readonly string[] {
  const entries = (certificate.subjectAltName ?? '').split(', ');
  return entries.map((entry) => entry.replace(/^(DNS|IP Address):/, '')).map(shortIp);
}

/** Certificates spell IPv6 out (0:0:...:1), the system shortens it; both go through one form. */
function shortIp(name: string): string {
  return isIP(name) === 6 ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name;
}

// Certificate and key stand in one file: a crash between two would leave a pair that does not belong together.
const keyStart = '-----BEGIN PRIVATE KEY-----';

async function readPair(folder: string, name: string): Promise<Pair | null> {
  try {
    const text = await readFile(path.join(folder, `${name}.pem`), 'utf8');
    const [cert = '', key = ''] = text.split(keyStart);
    new X509Certificate(cert);
    return { cert, key: keyStart + key };
  } catch {
    return null; // absent or damaged: made anew
  }
}

async function writePair(folder: string, name: string, pair: Pair): Promise<void> {
  const file = path.join(folder, `${name}.pem`);
  await rm(`${file}.tmp`, { force: true });
  await writeFile(`${file}.tmp`, pair.cert + pair.key, { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}
