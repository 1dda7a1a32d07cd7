import { refuse } from '#foundation/kernel/outcome.ts';
import { parseInstant } from '#foundation/kernel/time.ts';
import { serving, userOf, type Kit } from '#foundation/platform/http.ts';
import { reporterOf } from '../enrol-device.ts';
import type { PlaysHttpContext } from '../http.ts';
import { findDevice } from '../device-queries.ts';
import { importHistory } from './contract.ts';
import { historyProblems } from './problems.ts';
import { readHistory } from './read-history.ts';
import { isTimeZone } from './read-time.ts';
import { reportHistory } from './report-history.ts';

export function serveHistoryFiles(kit: Kit, ctx: PlaysHttpContext): void {
  // A scope of its own, because here a body is a file and not JSON.
  void kit.app.register(async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_: unknown, body: Buffer) => body);
    const serve = serving({ ...kit, app }, historyProblems);

    serve(importHistory, async ({ query, body, caller }) => {
      const device = await ctx.db.maybe(findDevice, { id: query.deviceId });
      const isMine = device?.ownerId === userOf(caller).userId && device.revokedAt === null;
      if (device === null || !isMine)
        return refuse('NOT_FOUND', 'You have no such device.', 'deviceId');
      if (device.kind !== 'deck')
        return refuse(
          'VALIDATION_FAILED',
          'Only a device of kind deck has a history; enrol one.',
          'deviceId',
        );
      const timeZone = query.timeZone ?? null;
      if (timeZone !== null && !isTimeZone(timeZone))
        return refuse(
          'VALIDATION_FAILED',
          `${timeZone} is no IANA time zone, Africa/Kigali is one.`,
          'timeZone',
        );
      const startedAt = query.startedAt === undefined ? null : parseInstant(query.startedAt);
      if (query.startedAt !== undefined && startedAt === null)
        return refuse(
          'VALIDATION_FAILED',
          'startedAt must be an ISO 8601 instant with a zone.',
          'startedAt',
        );
      const file = Buffer.isBuffer(body) ? (body as Buffer) : Buffer.alloc(0);
      const history = await readHistory(file, query.name);
      if (history.kind === 'busy')
        return refuse('UNAVAILABLE', 'Too many files are being read; send it again in a minute.');
      if (history.kind === 'unreadable') return refuse('UNREADABLE_HISTORY', history.reason);
      const report = await reportHistory(ctx, reporterOf(device), history, { timeZone, startedAt });
      if ('code' in report) return report;
      ctx.devices.greet(device.id, null);
      return { kind: history.kind, ...report, refusals: [...report.refusals] };
    });
  });
}
