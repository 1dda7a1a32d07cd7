import type { Id } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';

// A play's address is its identity, so that no index has to be kept for it: 16 bytes device, 16 bytes key,
// 6 bytes milliseconds, in base64url.

export type PlayId = Id<'play'>;
export type Identity = {
  readonly deviceId: string;
  readonly key: string;
  readonly startedAt: Instant;
};

const lengthBytes = 38;

export function playIdBytes(identity: Identity): Buffer {
  const bytes = Buffer.allocUnsafe(lengthBytes);
  bytes.write(identity.deviceId.replaceAll('-', ''), 0, 16, 'hex');
  bytes.write(identity.key.replaceAll('-', ''), 16, 16, 'hex');
  bytes.writeUIntBE(identity.startedAt, 32, 6);
  return bytes;
}

export function playIdOf(identity: Identity): PlayId {
  return playIdBytes(identity).toString('base64url') as PlayId;
}
