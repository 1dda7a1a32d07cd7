import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DeviceId, UserId } from '#foundation/kernel/ids.ts';
import type { Access, Endpoint } from '#foundation/kernel/endpoint.ts';
import { commonProblems, type Problems, type Refusal } from '#foundation/kernel/outcome.ts';

// A contract becomes a route here and nowhere else: validation, who may knock, the way refusals look.

export type UserCaller = {
  readonly kind: 'user';
  readonly userId: UserId;
  /** Words of the room that keeps the people; here they are only carried. */
  readonly roles: readonly string[];
  readonly sessionId: string | null;
};
export type DeviceCaller = { readonly kind: 'device'; readonly deviceId: DeviceId };
export type Caller = { readonly kind: 'anonymous' } | UserCaller | DeviceCaller;

/** How the kit learns who knocks; handed over by main/compose.ts because the kit knows no accounts. */
export type Gatekeeper = {
  identify(request: FastifyRequest): Promise<Caller | Refusal>;
  permits(caller: UserCaller, permission: string): boolean;
};

export type Input<Params, Query, Body, C extends Caller = Caller> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: C;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

export type Kit = { readonly app: FastifyInstance; readonly gatekeeper: Gatekeeper };

/** A room's routes: its contract served with its own table of problems. */
export type Serve = <Params, Query, Body, Reply>(
  endpoint: Endpoint<Params, Query, Body, Reply>,
  handle: (input: Input<Params, Query, Body>) => Promise<Reply | Refusal>,
) => void;

const bodyMaxBytesDefault = 256 * 1024;

export function serving(kit: Kit, problems: Problems): Serve {
  return (endpoint, handle) => {
    const { access, status = 200, summary, bodyMaxBytes = bodyMaxBytesDefault } = endpoint.options;
    kit.app.route({
      method: endpoint.method,
      url: routeOf(endpoint.path),
      bodyLimit: bodyMaxBytes,
      schema: {
        summary,
        tags: [tagOf(endpoint.path)],
        ...(endpoint.schemas.params && { params: endpoint.schemas.params }),
        ...(endpoint.schemas.query && { querystring: endpoint.schemas.query }),
        ...(endpoint.schemas.body && { body: endpoint.schemas.body }),
        response: { [status]: endpoint.schemas.reply },
        ...(access.kind !== 'public' && { security: [{ [access.kind]: [] }] }),
      },
      // Before the body is read: a stranger does not get to send us 8 MiB.
      onRequest: async (request, reply) => {
        const caller = await admit(kit.gatekeeper, access, request);
        if (caller.kind === 'refused') return sendRefusal(request, reply, caller, problems);
        callers.set(request, caller);
      },
      handler: async (request, reply) => {
        const result = await handle({
          params: request.params as never,
          query: request.query as never,
          body: request.body as never,
          caller: callerOf(request),
          request,
          reply,
        });
        if (isRefusal(result)) return sendRefusal(request, reply, result, problems);
        return reply.code(status).send(result);
      },
    });
  };
}

/** `/api/v1/jobs/{id}` of a contract is `/api/v1/jobs/:id` of the router. */
export function routeOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function tagOf(path: string): string {
  return path.split('/')[3] ?? 'main';
}

const addresses = new WeakMap<FastifyRequest, string>();

/** Notes who asks while the connection stands; false when nobody is there any more. */
export function noteAddress(request: FastifyRequest): boolean {
  const address = request.ip as string | undefined;
  if (address !== undefined) addresses.set(request, address);
  return address !== undefined;
}

/** The address of whoever asks, as trusted proxies tell it. Fastify's own is undefined once the connection is gone. */
export function addressOf(request: FastifyRequest): string {
  return addresses.get(request) ?? request.ip;
}

const callers = new WeakMap<FastifyRequest, Caller>();

export function callerOf(request: FastifyRequest): Caller {
  return callers.get(request) ?? { kind: 'anonymous' };
}

async function admit(
  gatekeeper: Gatekeeper,
  access: Access,
  request: FastifyRequest,
): Promise<Caller | Refusal> {
  const caller = await gatekeeper.identify(request);
  // On a public address a bad or expired token is no reason to be turned away; nobody is asked for one.
  if (access.kind === 'public') return caller.kind === 'refused' ? { kind: 'anonymous' } : caller;
  if (caller.kind === 'refused') return caller;
  if (access.kind === 'device') {
    return caller.kind === 'device'
      ? caller
      : {
          kind: 'refused',
          code: 'UNAUTHENTICATED',
          detail: 'Send Authorization: Device <deviceId>:<deviceKey>.',
        };
  }
  if (caller.kind !== 'user') return { kind: 'refused', code: 'UNAUTHENTICATED' };
  if (access.permission !== undefined && !gatekeeper.permits(caller, access.permission)) {
    return {
      kind: 'refused',
      code: 'FORBIDDEN',
      detail: `This needs the permission ${access.permission}.`,
    };
  }
  return caller;
}

/** The signed-in person of an endpoint whose access is `signedIn` or `may(...)`. */
export function userOf(caller: Caller): UserCaller {
  if (caller.kind !== 'user')
    throw new Error('this endpoint must be declared signedIn or may(...)');
  return caller;
}

export function deviceOf(caller: Caller): DeviceCaller {
  if (caller.kind !== 'device') throw new Error('this endpoint must be declared enrolledDevice');
  return caller;
}

function isRefusal(value: unknown): value is Refusal {
  return (
    typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'refused'
  );
}

export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
  problems: Problems,
): FastifyReply {
  const problem = problems[refusal.code] ?? (commonProblems as Problems)[refusal.code];
  if (problem === undefined) throw new Error(`the code ${refusal.code} is in no table of problems`);
  return sendProblem(request, reply, {
    code: refusal.code,
    status: problem.status,
    title: problem.title,
    ...(refusal.detail !== undefined && { detail: refusal.detail }),
    ...(refusal.field !== undefined && { field: refusal.field }),
  });
}

export type ProblemReport = {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly field?: string;
};

/** RFC 9457 problem+json with our extra member `error`. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: ProblemReport,
): FastifyReply {
  const message = problem.detail ?? `${problem.title}.`;
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send({
      type: `/problems/${problem.code}`,
      title: problem.title,
      status: problem.status,
      detail: message,
      instance: request.id,
      ...(problem.field !== undefined && { field: problem.field }),
      error: { code: problem.code, message, status: problem.status },
    });
}
