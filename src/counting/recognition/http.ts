import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { sendRefusal, type Kit } from '#foundation/platform/http.ts';
import * as contract from './contract.ts';
import type { SoundQuery } from './hear.ts';
import { queryOfHashes } from './query-of-hashes.ts';
import type { Answer } from './identify.ts';
import type { IndexContext } from './index-catalogue.ts';
import { recognitionProblems } from './problems.ts';
import { SearchBusy } from './search-thread.ts';

/** Registered by hand because its body is sound or JSON, and a device may knock as well as a person. */
export function serveRecognition(kit: Kit, ctx: IndexContext): void {
  void kit.app.register(async (scope) => {
    scope.addContentTypeParser(
      /^(audio|video)\/|^application\/octet-stream/,
      { parseAs: 'buffer' },
      async (_request: FastifyRequest, body: Buffer) => body,
    );
    scope.post(contract.identifyPath, {
      bodyLimit: contract.identifyBytesMax,
      schema: {
        summary:
          'Name what is heard: sound up to 60 s (audio/*), or the hashes of sound (application/json {hashes, levels, seams})',
        tags: ['recognition'],
        consumes: ['audio/*', 'application/json'],
        response: { 200: contract.AnswerShape },
        security: [{ user: [] }, { device: [] }],
      },
      onRequest: async (request, reply) => {
        const caller = await kit.gatekeeper.identify(request);
        if (caller.kind === 'refused')
          return sendRefusal(request, reply, caller, recognitionProblems);
        if (caller.kind === 'anonymous')
          return sendRefusal(request, reply, refuse('UNAUTHENTICATED'), recognitionProblems);
      },
      handler: (request, reply) => answer(ctx, request, reply),
    });
  });
}

async function answer(
  ctx: IndexContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const startedAt = performance.now();
  const query = Buffer.isBuffer(request.body)
    ? await hearSound(ctx, request.body)
    : readHashes(request.body);
  if ('kind' in query) return sendRefusal(request, reply, query, recognitionProblems);
  let found: Answer;
  try {
    found = await ctx.searcher.search(query);
  } catch (error) {
    if (!(error instanceof SearchBusy)) throw error;
    return sendRefusal(
      request,
      reply.header('retry-after', '1'),
      refuse('SEARCH_BUSY', 'Ask again in a second; nothing was stored.'),
      recognitionProblems,
    );
  }
  return reply.send({ ...found, tookMs: Math.round(performance.now() - startedAt) });
}

/** What is in the lists, queryOfHashes judges; that they are lists is all that is known here. */
function readHashes(body: unknown): SoundQuery | Refusal {
  const { hashes, levels, seams } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const areLists =
    Array.isArray(hashes) &&
    [levels, seams].every((list) => list === undefined || Array.isArray(list));
  const query = areLists
    ? queryOfHashes(
        hashes as number[],
        levels as number[] | undefined,
        seams as number[] | undefined,
      )
    : null;
  return (
    query ??
    refuse(
      'VALIDATION_FAILED',
      'hashes must be ascending whole numbers (frame * 1024 + step) of at most 60 s, levels one whole number from 0 to 254 for each, seams ascending frames.',
      'hashes',
    )
  );
}

/** Sound goes to a decoding process through a file of a moment; nothing of it is kept. */
async function hearSound(ctx: IndexContext, sound: Buffer): Promise<SoundQuery | Refusal> {
  if (sound.length === 0) return refuse('NOT_SOUND', 'The body is empty.');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-hear-'));
  try {
    const file = path.join(folder, randomUUID());
    await writeFile(file, sound, { mode: 0o600 });
    const reading = await ctx.decoders.ask({
      kind: 'hear',
      path: file,
      secondsMax: contract.identifySecondsMax,
    });
    if (reading.kind === 'heard') return reading.query;
    return refuse('NOT_SOUND', reading.kind === 'problem' ? reading.detail : 'It gave no sound.');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
