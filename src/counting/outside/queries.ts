import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { OutsideClaim } from './recogniser.ts';

const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;
const someQuestion = Buffer.alloc(32);

export const findAnswer = query({
  name: 'outside.findAnswer',
  columns: { claims: column.json<readonly OutsideClaim[]>(), askedAt: column.instant },
  sample: { service: 'acoustid', question: someQuestion },
  text: (p: { service: string; question: Buffer }) => sql`
    select claims, asked_at
    from outside.answer
    where service = ${p.service} and question = ${p.question}`,
});

export const findSound = query({
  name: 'outside.findSound',
  columns: { path: column.text },
  sample: { recordingId: someId },
  text: (p: { recordingId: string }) => sql`
    select path
    from media.public_sound
    where recording_id = ${p.recordingId}`,
});

/** Some seconds of an unknown sound, where the installation keeps sound. */
export const findClip = query({
  name: 'outside.findClip',
  columns: { clip: column.nullable(column.bytea) },
  sample: { id: someId },
  text: (p: { id: string }) => sql`
    select clip
    from stations.public_unclaimed
    where id = ${p.id}`,
});

export const keepAnswer = command({
  name: 'outside.keepAnswer',
  sample: { service: 'acoustid', question: someQuestion, claims: '[]', now: someTime },
  text: (p: { service: string; question: Buffer; claims: string; now: number }) => sql`
    insert into outside.answer (service, question, claims, asked_at)
    values (${p.service}, ${p.question}, ${p.claims}::json, to_timestamp(${p.now} / 1000.0))
    on conflict (service, question)
    do update set claims = excluded.claims, asked_at = excluded.asked_at`,
});

export const forgetAnswers = command({
  name: 'outside.forgetAnswers',
  sample: { before: someTime },
  text: (p: { before: number }) => sql`
    delete from outside.answer
    where asked_at < to_timestamp(${p.before} / 1000.0)`,
});

export const noteCall = command({
  name: 'outside.noteCall',
  sample: {
    id: someId,
    service: 'acoustid',
    now: someTime,
    tookMs: 1,
    outcome: 'found',
    costMicros: '0',
    currency: 'EUR',
    sentSound: false,
  },
  text: (p: {
    id: string;
    service: string;
    now: number;
    tookMs: number;
    outcome: string;
    costMicros: string;
    currency: string;
    sentSound: boolean;
  }) => sql`
    insert into outside.call
      (id, service, asked_at, took_ms, outcome, cost_micros, currency, sent_sound)
    values (${p.id}, ${p.service}, to_timestamp(${p.now} / 1000.0), ${p.tookMs}::int, ${p.outcome},
      ${p.costMicros}::bigint, ${p.currency}, ${p.sentSound}::bool)`,
});

export const sumCosts = query({
  name: 'outside.sumCosts',
  columns: {
    service: column.text,
    currency: column.text,
    calls: column.int8,
    costMicros: column.numeric,
  },
  sample: { from: someTime, to: someTime },
  text: (p: { from: number; to: number }) => sql`
    select service, currency, count(*) as calls, sum(cost_micros) as cost_micros
    from outside.call
    where asked_at >= to_timestamp(${p.from} / 1000.0) and asked_at < to_timestamp(${p.to} / 1000.0)
    group by service, currency
    order by service, currency`,
});
