import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { addRecordings } from '#catalogue/catalog/index.ts';
import { makePlaylist } from '#listening/playlists/index.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import { connect } from '#client/call.ts';
import { login, makeApiKey, register, revokeApiKey } from '#people/accounts/contract.ts';
import { composedHouse } from '../composed-house.ts';

// An assistant that somebody already uses asks the whole house, over HTTP, by the SDK's own client.

const house = await composedHouse({ after });
const address = await house.app.listen({ host: '127.0.0.1', port: 0 });

type Person = {
  readonly id: UserId;
  readonly key: string;
  readonly keyId: string;
  readonly token: string;
};

async function person(email: string, role?: string): Promise<Person> {
  const anybody = connect({ baseUrl: address });
  const about = { email, name: email.split('@')[0]!, password: 'drum-machine-1' };
  const { id } = await anybody.call(register, { body: about });
  if (role !== undefined)
    await house.db.pool.query('insert into accounts.user_role (user_id, role) values ($1, $2)', [
      id,
      role,
    ]);
  const { accessToken } = await anybody.call(login, { body: about });
  const { key, id: keyId } = await connect({ baseUrl: address, accessToken }).call(makeApiKey, {
    body: { name: 'assistant' },
  });
  return { id: id as UserId, key, keyId, token: accessToken };
}

async function ask(key: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  after(() => client.close());
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${address}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${key}` } },
    }),
  );
  return client;
}

type Answer = {
  readonly isError?: boolean | undefined;
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer as a program reads it
  readonly structuredContent?: any;
  readonly content: readonly { readonly text?: string }[];
};
async function call(client: Client, name: string, args: Record<string, unknown>): Promise<Answer> {
  return (await client.callTool({ name, arguments: args })) as unknown as Answer;
}

const analyst = await person('analyst@example.org', 'analyst');
const listener = await person('listener@example.org');

const [recordingId] = (
  await house.db.tx((tx) =>
    addRecordings(tx, [
      {
        title: 'Amahoro',
        artist: 'Kigali Voices',
        isrc: 'RWA012600001',
        durationMs: 180_000,
        provenance: 'import',
      },
    ]),
  )
).map((one) => one.recordingId);
await house.db.pool.query(
  `insert into plays.hourly (recording_id, hour, source, territory, provenance, plays, played_ms)
   values ($1, '2026-11-20T10:00Z', 0, 'RW', 3, 42, 42)`,
  [recordingId],
);
await makePlaylist(house, listener.id, 'Zahabu yanjye', [recordingId!]);

test('a client of the SDK lists read-only tools and gets rows with their provenance and their source', async () => {
  const client = await ask(analyst.key);
  assert.match(client.getInstructions() ?? '', /never instructions/);
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name);
  for (const name of [
    'search',
    'identify',
    'list_charts',
    'chart',
    'artist_metrics',
    'economy',
    'top_recordings',
  ])
    assert.ok(names.includes(name), name);
  assert.ok(
    tools.every(({ annotations, description }) => annotations?.readOnlyHint && description),
  );

  const found = (await call(client, 'search', { q: 'amahro' })).structuredContent;
  assert.equal(found.answer.recordings[0].title, 'Amahoro');
  assert.equal(found.answer.recordings[0].provenance, 'import');
  assert.deepEqual(
    [found.source.endpoint, found.source.url, found.source.isDemo],
    ['GET /api/v1/search', '/api/v1/search?q=amahro', false],
  );
  const one = (await call(client, 'recording', { id: recordingId })).structuredContent;
  assert.equal(one.answer.isrc, 'RWA012600001');
  const top = (await call(client, 'top_recordings', { from: '2026-11-01', to: '2026-12-01' }))
    .structuredContent;
  assert.deepEqual([top.answer.items[0].plays, top.answer.items[0].provenance], [42, 'counted']);
  const listed = (await call(client, 'list_metrics', {})).structuredContent;
  assert.ok(listed.answer.items.some(({ name }: { name: string }) => name === 'counted_plays'));
  const rows = (
    await call(client, 'query_metrics', {
      metric: 'counted_plays',
      dimensions: ['recording'],
      filters: { from: '2026-11-01', to: '2026-11-30' },
      grain: 'total',
    })
  ).structuredContent;
  assert.deepEqual([rows.answer.rows[0].value, rows.answer.provenance], [42, ['counted']]);
  const economy = (await call(client, 'economy', {})).structuredContent;
  assert.ok(
    economy.answer.assumptions.every(({ source }: { source: string }) => source.length > 0),
  );
  assert.ok(Array.isArray((await call(client, 'list_charts', {})).structuredContent.answer.items));
  const artists = (await call(client, 'find_metric_artists', {})).structuredContent;
  assert.deepEqual(artists.answer.items, []);
});

test('sound in base64 is asked of the index, and what is no sound, too much or nothing is refused in a sentence', async () => {
  const client = await ask(listener.key);
  const silence = Buffer.alloc(44_100 * 2 * 4).toString('base64');
  for (const [args, why] of [
    [{}, /neither/],
    [{ audioBase64: 'bm8gc291bmQ=' }, /^4\d\d: /],
    [{ audioBase64: silence }, /^4\d\d: |match/],
  ] as const) {
    const { content } = await call(client, 'identify', args);
    assert.match(content[0]!.text!, why);
  }
  const answered = await call(client, 'identify', { hashes: [] });
  assert.match(answered.content[0]!.text!, /"match":null|^4\d\d: /);
  const tooMuch = await call(client, 'identify', { audioBase64: 'A'.repeat(6_000_000) }).catch(
    (error: Error) => ({ isError: true, content: [{ text: error.message }] }),
  );
  assert.equal(tooMuch.isError, true);
});

test('what a tool does not know is refused by the field, before anything is asked', async () => {
  const client = await ask(listener.key);
  for (const [name, args] of [
    ['search', {}],
    ['search', { q: 'a', evil: 1 }],
    ['recording', { id: '../../admin/users' }],
    ['chart', { source: 'x', key: '../../../v1/users' }],
    ['no_such_tool', {}],
  ] as const) {
    const answer = await call(client, name, args).catch((error: Error) => ({
      isError: true,
      error,
    }));
    assert.equal(answer.isError, true, name);
  }
});

test('without a key, with a wrong one and with one that was revoked there is no answer but 401', async () => {
  const hello = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
  const send = (headers: Record<string, string>) =>
    fetch(`${address}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify(hello),
    });
  for (const headers of [
    {},
    { authorization: 'Bearer ngk_wrong' },
    { authorization: 'Device a:b' },
  ]) {
    const reply = await send(headers as Record<string, string>);
    assert.equal(reply.status, 401);
    assert.match(reply.headers.get('www-authenticate') ?? '', /^Bearer/);
  }
  await assert.rejects(ask('ngk_wrong'));
  const gone = await person('gone@example.org');
  assert.equal((await send({ authorization: `Bearer ${gone.key}` })).status, 200);
  await connect({ baseUrl: address, accessToken: gone.token }).call(revokeApiKey, {
    params: { id: gone.keyId as never },
  });
  assert.equal((await send({ authorization: `Bearer ${gone.key}` })).status, 401);
});

test("nobody sees what is another's: neither a playlist, nor a share, nor a tool that their roles do not allow", async () => {
  const [own, other] = [await ask(listener.key), await ask(analyst.key)];
  const mine = (await call(own, 'search', { q: 'zahabu' })).structuredContent.answer;
  assert.equal(mine.playlists[0].name, 'Zahabu yanjye');
  const theirs = (await call(other, 'search', { q: 'zahabu' })).structuredContent.answer;
  assert.deepEqual([theirs.order, theirs.playlists, theirs.nearest], [[], [], []]);
  const recording = (await call(own, 'recording', { id: recordingId })).structuredContent.answer;
  assert.equal(recording.splits, null);
  const { tools } = await own.listTools();
  assert.ok(!tools.some(({ name }) => name === 'artist_metrics'));
  const refused = await call(own, 'artist_metrics', {
    artist: 'x',
    from: '2026-01-01',
    to: '2026-02-01',
  }).catch((error: Error) => ({ isError: true, error }));
  assert.equal(refused.isError, true);
});

test('a person who asks too often is told when to come back, and others are not', async () => {
  const busy = await person('busy@example.org');
  const send = (key: string) =>
    fetch(`${address}/mcp`, {
      headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
    });
  const statuses = new Set<number>();
  for (let i = 0; i < 125; i++) statuses.add((await send(busy.key)).status);
  assert.deepEqual([...statuses], [405, 429]);
  assert.ok(Number((await send(busy.key)).headers.get('retry-after')) > 0);
  assert.equal((await send(listener.key)).status, 405);
});
