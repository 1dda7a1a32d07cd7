import type { FastifyRequest } from 'fastify';
import { oftenAsked } from '#foundation/platform/rate-limits.ts';
import type { Room } from '#foundation/platform/room.ts';
import type { AccountsContext, Matrix, RoomPermissions } from '#people/accounts/index.ts';
import { getJob } from './contract.ts';
import { serveOperations, type OperationsContext } from './http.ts';
import { mayOperate } from './may-operate.ts';
import { serveHealth, type HealthContext } from './serve-health.ts';

export type OperationsNeeds = OperationsContext &
  Pick<HealthContext, 'metrics' | 'notReady'> & {
    readonly accounts: AccountsContext;
    readonly permits: Matrix['permits'];
  };

const permissions: RoomPermissions = {
  'settings.read': { roles: ['admin'], meaning: 'see configuration, health and metrics' },
  'jobs.read': {
    roles: ['society', 'moderator', 'admin'],
    meaning: 'see long work and how it ended',
  },
  'jobs.write': { roles: ['admin'], meaning: 'cancel and retry long work' },
};

export function openOperations(needs: OperationsNeeds): Room & {
  /** Whether somebody may see what only operators see. */
  mayOperate(request: FastifyRequest): Promise<boolean>;
} {
  const asked = (request: FastifyRequest): Promise<boolean> => mayOperate(needs, request);
  return {
    name: 'operations',
    mayOperate: asked,
    serve(kit) {
      serveOperations(kit, needs);
      serveHealth(kit.app, { ...needs, mayOperate: asked });
    },
    permissions,
    rates: { [getJob.path]: oftenAsked }, // by every page that waits for long work
  };
}
