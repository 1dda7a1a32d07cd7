import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from '../lifecycle/server-process.ts';

// What journeys ask of a server besides what they do in the browser.

export const admin = {
  NGOMA_ADMIN_EMAIL: 'admin@example.org',
  NGOMA_ADMIN_PASSWORD: 'drum-machine-1',
};
const lookEveryMs = 300;

export type Json = Record<string, never>;

export async function signIn(server: ServerProcess): Promise<string> {
  const { accessToken } = await api(server, null, 'POST', '/api/v1/auth/login', {
    email: admin.NGOMA_ADMIN_EMAIL,
    password: admin.NGOMA_ADMIN_PASSWORD,
  });
  return String(accessToken);
}

export async function api(
  server: ServerProcess,
  token: string | null,
  method: string,
  url: string,
  body?: object,
): Promise<Json> {
  const reply = await fetch(`${server.address}${url}`, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  assert.ok(
    reply.ok,
    `${method} ${url}: ${reply.status} ${reply.ok ? '' : await reply.clone().text()}`,
  );
  return (await reply.json()) as Json;
}

export async function until<T>(look: () => Promise<T | null>, withinMs = 60_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await sleep(lookEveryMs);
  }
}
