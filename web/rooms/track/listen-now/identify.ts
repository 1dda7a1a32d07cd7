import { Type } from 'typebox';
import { endpoint, enrolledDevice } from '#foundation/kernel/endpoint.ts';
import type { Match } from './store.ts';

/** The engine's address as this screen calls it. */
export const identify = endpoint(
  'POST',
  '/api/v1/recognition/identify',
  { access: enrolledDevice, summary: 'Name what sounds, from its hashes' },
  {
    body: Type.Unsafe<{ readonly hashes: readonly number[] }>({}),
    reply: Type.Unsafe<{ readonly match: Match | null }>({}),
  },
);
