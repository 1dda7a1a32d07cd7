import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  createHash,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';

export type SigningKey = {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Makes the one successor of a refresh token computable by us alone. */
  readonly successorSecret: Buffer;
};

/**
 * The Ed25519 key of this installation, made at the first start in `<home>/keys` and readable by its owner only.
 * Losing it signs nobody out for good: access tokens are renewed at the next refresh.
 */
export async function loadSigningKey(home: string): Promise<SigningKey> {
  const folder = path.join(home, 'keys');
  const file = path.join(folder, 'access-token.pem');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pem = (await readIfThere(file)) ?? (await createKeyFile(file));
  return fromPem(pem, file);
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    const pem = await readFile(file, 'utf8');
    await chmod(file, 0o600); // a restored backup may have come with wider permissions
    return pem;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Written aside and linked into place: a power cut leaves no half key, and of two first starts one key wins. */
async function createKeyFile(file: string): Promise<string> {
  const pem = generateKeyPairSync('ed25519').privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;
  const aside = `${file}.${randomUUID()}`;
  const handle = await open(aside, 'wx', 0o600);
  try {
    await handle.writeFile(pem);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(aside, file);
    return pem;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return await readFile(file, 'utf8');
    throw error;
  } finally {
    await unlink(aside);
  }
}

function fromPem(pem: string, file: string): SigningKey {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (cause) {
    throw new Error(
      `${file} is damaged: restore it from a backup, or delete it and everybody signs in once more`,
      { cause },
    );
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`${file} is not an Ed25519 key`);
  const publicKey = createPublicKey(privateKey);
  const publicBytes = publicKey.export({ type: 'spki', format: 'der' });
  const privateBytes = privateKey.export({ type: 'pkcs8', format: 'der' });
  return {
    id: createHash('sha256').update(publicBytes).digest('base64url').slice(0, 16),
    privateKey,
    publicKey,
    successorSecret: Buffer.from(
      hkdfSync('sha256', privateBytes, '', 'ngoma refresh successor', 32),
    ),
  };
}
