import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { minuteMs, type Instant } from '#foundation/kernel/time.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { column, openDatabase, query, sql } from '#foundation/platform/postgres.ts';
import { testDatabase, type Ending } from '#foundation/platform/testing.ts';
import { gatherRooms } from '#foundation/platform/room.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { accountsContext, type AccountsContext } from './context.ts';
import type { Role } from './contract.ts';
import { serveAccounts } from './http.ts';
import { identifyUser } from './identify-user.ts';
import type { SignInLimits } from './limit-sign-in.ts';
import { everyone, openMatrix } from './permissions.ts';
import { insertRoles } from './queries.ts';
import { permissions } from './room.ts';
import { loadSigningKey } from './signing-key.ts';

/** The room behind real HTTP and a real database, with a clock that the test moves. */
export type House = {
  readonly app: FastifyInstance;
  readonly ctx: AccountsContext;
  readonly home: string;
  later(ms: number): void;
  /** A second process on the same database: own connections and caches, same keys. */
  secondProcess(): Promise<FastifyInstance>;
};

export const goodPassword = 'drums at the river';

export async function openHouse(t: Ending, limits?: SignInLimits): Promise<House> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-accounts-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  const { db, url } = await testDatabase(t);
  let now = Date.now();
  const { add, permissions: table } = gatherRooms();
  const { permits, permissionsOf } = openMatrix(table);
  add({ name: 'accounts', permissions });
  add({ name: 'others', permissions: ofOthers });
  const log = createLog('silent');
  const parts = {
    db,
    log,
    now: () => now as Instant,
    signingKey: await loadSigningKey(home),
    signInLimits: limits ?? unlimited,
    permissionsOf,
  };
  async function serve(ctx: AccountsContext): Promise<FastifyInstance> {
    const app = await createWebServer({
      log,
      metrics: createMetrics('test'),
      corsOrigins: [],
      trustProxy: '127.0.0.1',
      https: null,
      version: 'test',
    });
    serveAccounts(
      {
        app,
        gatekeeper: {
          identify: async (request) =>
            (await identifyUser(ctx, request.headers.authorization)) ?? { kind: 'anonymous' },
          permits,
        },
      },
      ctx,
    );
    await app.ready();
    t.after(() => app.close());
    return app;
  }
  const ctx = await accountsContext(parts);
  return {
    app: await serve(ctx),
    ctx,
    home,
    later: (ms) => void (now += ms),
    async secondProcess() {
      const own = openDatabase(url);
      t.after(() => own.close());
      return serve(await accountsContext({ ...parts, db: own }));
    },
  };
}

/** Rooms above declare what everybody may do there. */
const ofOthers = {
  'plays.read': { roles: everyone, meaning: 'of the room plays' },
  'devices.enrol': { roles: everyone, meaning: 'of the room plays' },
  'statements.own': { roles: everyone, meaning: 'of the room royalties' },
};
const many = { attempts: 1_000_000, windowS: minuteMs };
const unlimited: SignInLimits = { pair: many, account: many, address: many, register: many };

export type Person = {
  readonly id: string;
  readonly email: string;
  readonly accessToken: string;
  readonly refreshToken: string;
};

let people = 0;

/** Registers somebody through the door, gives roles behind it, and signs in. */
export async function enter(house: House, roles: readonly Role[] = []): Promise<Person> {
  const email = `person${++people}@ngoma.test`;
  const made = await send(house, 'POST', '/api/v1/auth/register', {
    body: { email, password: goodPassword, name: `Person ${people}` },
  });
  assert.equal(made.statusCode, 201, made.body);
  const { id } = made.json<{ id: string }>();
  await house.ctx.db.run(insertRoles, { userId: id, roles, grantedBy: null });
  return { id, email, ...(await signInAs(house, email)) };
}

export async function signInAs(
  house: House,
  email: string,
  password = goodPassword,
): Promise<{ accessToken: string; refreshToken: string }> {
  const reply = await send(house, 'POST', '/api/v1/auth/login', { body: { email, password } });
  assert.equal(reply.statusCode, 200, reply.body);
  return reply.json();
}

export async function send(
  house: { readonly app: FastifyInstance },
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  given: {
    readonly body?: object;
    readonly as?: string | { readonly accessToken: string };
    readonly headers?: Record<string, string>;
    readonly cookies?: Record<string, string>;
  } = {},
): Promise<LightMyRequestResponse> {
  const token = typeof given.as === 'object' ? given.as.accessToken : given.as;
  const options: InjectOptions = {
    method,
    url,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...given.headers },
    ...(given.body !== undefined && { payload: given.body }),
    ...(given.cookies !== undefined && { cookies: given.cookies }),
  };
  return house.app.inject(options);
}

export function codeOf(reply: LightMyRequestResponse): string {
  return reply.json<{ error: { code: string } }>().error.code;
}

const auditActions = query({
  name: 'accounts.testAuditActions',
  columns: { action: column.text },
  sample: {},
  text: () => sql`select action from accounts.audit order by id`,
});

export async function auditedActions(house: House): Promise<readonly string[]> {
  return (await house.ctx.db.all(auditActions, {})).map((row) => row.action);
}
