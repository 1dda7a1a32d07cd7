import { column, command, query, sql } from '#foundation/platform/postgres.ts';

// The SQL of which agent has a device's key and which play each number was given to.

const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;

/** The key goes to this agent, unless another used it lately. */
export const holdKey = command({
  name: 'plays.holdKey',
  sample: { id: someId, agentId: someId, now: someTime, replacedBefore: someTime },
  text: (p: { id: string; agentId: string; now: number; replacedBefore: number }) => sql`
    update plays.device
    set agent_id = ${p.agentId}, agent_seen_at = to_timestamp(${p.now} / 1000.0)
    where id = ${p.id}
      and (agent_id is null or agent_id = ${p.agentId}
        or agent_seen_at is null or agent_seen_at < to_timestamp(${p.replacedBefore} / 1000.0))`,
});

/** The next agent that signs gets the key. Touches no row when the person has no such device. */
export const releaseKey = command({
  name: 'plays.releaseKey',
  sample: { id: someId, ownerId: someId },
  text: (p: { id: string; ownerId: string }) => sql`
    update plays.device
    set agent_seen_at = null
    where id = ${p.id} and owner_id = ${p.ownerId} and revoked_at is null`,
});

type Numbered = {
  readonly deviceId: string;
  readonly agentId: string;
  readonly seqs: string | null;
  readonly keys: string | null;
  readonly kept: number;
};
const sample: Numbered = {
  deviceId: someId,
  agentId: someId,
  seqs: '{}',
  keys: '{}',
  kept: 1,
};
/** The numbers of one agent. */
const own = (p: { readonly deviceId: string; readonly agentId: string }) =>
  sql`device_id = ${p.deviceId}::uuid and agent_id = ${p.agentId}::uuid`;

/** Gives numbers to plays where they are free. A statement of its own: the next one must see what two at once wrote. */
export const noteSeqs = command({
  name: 'plays.noteSeqs',
  sample,
  text: (p: Numbered) => sql`
    insert into plays.reported_seq (device_id, agent_id, seq, key)
    select ${p.deviceId}, ${p.agentId}, seq, key
    from unnest(${p.seqs}::bigint[], ${p.keys}::uuid[]) as g (seq, key)
    where seq > (select coalesce(max(seq), 0) from plays.reported_seq where ${own(p)}) - ${p.kept}::bigint
    order by seq
    on conflict do nothing`,
});

/** Which of them, from 1, are not the play their number was given to. */
export const findReusedSeqs = query({
  name: 'plays.findReusedSeqs',
  columns: { n: column.int8 },
  sample,
  text: (p: Numbered) => sql`
    select g.n
    from unnest(${p.seqs}::bigint[], ${p.keys}::uuid[]) with ordinality as g (seq, key, n)
    left join plays.reported_seq r on ${own(p)} and r.seq = g.seq
    where r.key is distinct from g.key`,
});

export const forgetSeqs = command({
  name: 'plays.forgetSeqs',
  sample: { deviceId: someId, agentId: someId, kept: 1 },
  text: (p: { deviceId: string; agentId: string; kept: number }) => sql`
    delete from plays.reported_seq
    where ${own(p)} and seq <= (select max(seq) from plays.reported_seq where ${own(p)}) - ${p.kept}::bigint`,
});
