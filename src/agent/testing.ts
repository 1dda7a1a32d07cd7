import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { isRefused, readReport, type Reporter } from '#counting/plays/read-report.ts';
import type { PlayReport } from '#counting/plays/contract.ts';
import type { DeviceId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { signBody } from './talk-to-server.ts';

// A server that speaks the real contract of plays, with the real reading of reports; what it recognises is told to it.

export const device = { deviceId: '0197a3b2-8a11-7c3e-9f00-2b6d1f0a9c11', secret: 's3cret' };

export type Asked = { readonly path: string; readonly body: string; readonly signature: string };
export type LocalServer = {
  readonly origin: string;
  readonly asked: readonly Asked[];
  /** Plays by key, each counted once. */
  readonly counted: ReadonlyMap<string, PlayReport>;
  readonly duplicates: () => number;
  /** What it answers instead; null for its real answers. */
  broken: { readonly status: number; readonly body: string; readonly retryAfterS?: number } | null;
  close(): Promise<void>;
};

const reporter: Reporter = {
  deviceId: device.deviceId as DeviceId,
  listenerId: null,
  position: null,
  placeId: null,
  territory: 'RW',
  provenance: 'counted',
};

export async function localServer(
  identify: (hashes: unknown) => unknown,
  now: () => number = Date.now,
): Promise<LocalServer> {
  const asked: Asked[] = [];
  const counted = new Map<string, PlayReport>();
  let duplicates = 0;

  function report(plays: readonly unknown[]): readonly object[] {
    return plays.map((raw, index) => {
      const read = readReport(raw, index, reporter, now() as Instant);
      if (isRefused(read)) {
        const { key, code, field, message } = read;
        return { index, key, outcome: 'refused', code, field, message };
      }
      const before = counted.get(read.key);
      const play = raw as PlayReport;
      if (before === undefined) counted.set(read.key, play);
      else if (before.startedAt !== play.startedAt)
        return { index, key: read.key, outcome: 'refused', code: 'KEY_REUSED', message: 'reused' };
      else duplicates += 1;
      return { index, key: read.key, outcome: before === undefined ? 'counted' : 'duplicate' };
    });
  }

  const local: { broken: LocalServer['broken'] } = { broken: null };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const bytes = Buffer.concat(parts);
      const isPacked = request.headers['content-encoding'] === 'gzip';
      const body = (isPacked ? gunzipSync(bytes) : bytes).toString('utf8');
      const signature = String(request.headers['ngoma-signature']);
      asked.push({ path: request.url!, body, signature });
      response.setHeader('date', new Date(now()).toUTCString());
      response.setHeader('content-type', 'application/json');
      if (local.broken !== null) {
        const { status, body: answer, retryAfterS } = local.broken;
        if (retryAfterS !== undefined) response.setHeader('retry-after', String(retryAfterS));
        return response.writeHead(status).end(answer);
      }
      const isKnown =
        request.headers.authorization === `Device ${device.deviceId}:${device.secret}`;
      if (!isKnown || signature !== signBody(device.secret, body))
        return response.writeHead(401).end('{"error":{"code":"UNAUTHENTICATED"}}');
      const given = JSON.parse(body) as { hashes: unknown; plays: readonly unknown[] };
      const answer =
        request.url === '/api/v1/batch/plays'
          ? { results: report(given.plays) }
          : { match: identify(given.hashes), sameAudio: [], alternatives: [], tookMs: 1 };
      return response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(local, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    counted,
    duplicates: () => duplicates,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
