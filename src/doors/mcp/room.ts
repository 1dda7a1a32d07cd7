import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { commonProblems, refuse } from '#foundation/kernel/outcome.ts';
import { minuteMs, secondMs } from '#foundation/kernel/time.ts';
import { addressOf, sendRefusal, type Kit } from '#foundation/platform/http.ts';
import { addressGroup } from '#foundation/platform/rate-limits.ts';
import type { Room } from '#foundation/platform/room.ts';
import { openMcpDoor, type McpDoor } from './answer.ts';
import { soundBytesMax, tools } from './tools.ts';

export const mcpPath = '/mcp';
/** A sound in base64 and what stands around it. */
const bodyBytesMax = 2 * soundBytesMax;
const windowS = minuteMs / secondMs;
/** Of one person; each tool also has the limit of the endpoint that it asks. */
const requestsMax = 120;
/** Of one address, with keys that are none. */
const wrongKeysMax = 60;

export type McpNeeds = { readonly version: string; readonly demo: boolean };

export function openMcp(needs: McpNeeds): Room {
  let door: McpDoor | null = null;
  return {
    name: 'mcp',
    serve(kit) {
      door = openMcpDoor({ app: kit.app, ...needs }, tools);
      serveMcp(kit, door);
    },
    close: async () => door?.close(),
  };
}

function serveMcp({ app, gatekeeper }: Kit, door: McpDoor): void {
  const people = new RateLimiterMemory({ points: requestsMax, duration: windowS });
  const strangers = new RateLimiterMemory({ points: wrongKeysMax, duration: windowS });

  async function handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const address = addressOf(request);
    const caller = await gatekeeper.identify(request);
    const limit = caller.kind === 'user' ? people : strangers;
    const waitMs = await take(
      limit,
      caller.kind === 'user' ? caller.userId : addressGroup(address),
    );
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / secondMs);
      const why = `Too many requests. Please try again in ${seconds} seconds.`;
      reply.header('retry-after', seconds);
      return sendRefusal(request, reply, refuse('RATE_LIMIT_EXCEEDED', why), commonProblems);
    }
    if (caller.kind !== 'user') {
      const why = 'Send an API key of yours: Authorization: Bearer ngk_… (Settings, API keys).';
      reply.header('www-authenticate', 'Bearer realm="ngoma"');
      return sendRefusal(request, reply, refuse('UNAUTHENTICATED', why), commonProblems);
    }
    const answer = await door.answer(
      {
        authorization: request.headers.authorization ?? '',
        address,
        maySee: ({ access }) =>
          access.kind !== 'user' ||
          access.permission === undefined ||
          gatekeeper.permits(caller, access.permission),
      },
      { method: request.method, headers: headersOf(request), body: request.body },
    );
    return reply.send(answer);
  }
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: mcpPath,
    bodyLimit: bodyBytesMax,
    schema: { hide: true },
    handler,
  });
}

/** How long to wait; 0: go on. */
async function take(limiter: RateLimiterMemory, who: string): Promise<number> {
  try {
    await limiter.consume(who);
    return 0;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return Math.max(1, refused.msBeforeNext);
  }
}

/** The headers that the protocol reads; those of the connection were read before. */
function headersOf({ headers }: FastifyRequest): Headers {
  const read = new Headers();
  for (const [name, value] of Object.entries(headers))
    if (typeof value === 'string' && /^(accept|content-type|mcp-[a-z-]+|last-event-id)$/.test(name))
      read.set(name, value);
  return read;
}
