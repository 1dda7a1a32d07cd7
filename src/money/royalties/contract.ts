import { Type } from 'typebox';
import { sources } from '#foundation/kernel/counting.ts';
import {
  AmountMinor,
  endpoint,
  InstantOut,
  may,
  nullable,
  pageByIdQuery,
  pageOf,
  pageQuery,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText } from '#foundation/kernel/text.ts';

export const minPlayMsDefault = 30_000;
const minPlayMsMax = 24 * 3_600_000;
/** A statement of more recordings than this shows the first ones as JSON; the CSV has them all. */
export const statementLinesMax = 10_000;

const Policy = Type.Union([Type.Literal('pro-rata'), Type.Literal('user-centric')]);
const Status = Type.Union(
  [Type.Literal('running'), Type.Literal('done'), Type.Literal('failed'), Type.Literal('repeat')],
  {
    description: '`repeat`: the same inputs as the run `sameAs`; nothing was posted',
  },
);
const Bound = Type.Union([lineText(40), Type.Integer()], {
  description: 'a UTC day (YYYY-MM-DD), or an instant: ISO 8601 with zone, or epoch ms',
});
const Period = Type.Object({
  from: InstantOut,
  to: InstantOut,
  zone: Type.Literal('UTC', {
    description: 'the zone whose days the period and the splits are read in',
  }),
});
const Pool = Type.Object({ amountMinor: AmountMinor, currency: Type.String() });
const Provenance = Type.Union([Type.Literal('counted'), Type.Literal('demo')]);
const Scope = Type.Object(
  {
    source: Type.Optional(Type.Enum([...sources])),
    territory: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    placeId: Type.Optional(idShape('place')),
  },
  { additionalProperties: false },
);

const runHead = {
  id: idShape('run'),
  status: Status,
  policy: Policy,
  policyVersion: Type.Integer(),
  period: Period,
  pool: Pool,
  minPlayMs: Type.Integer(),
  scope: Scope,
  provenance: Provenance,
  eligiblePlays: nullable(Type.Integer()),
  usageHash: nullable(Type.String()),
  rightsHash: nullable(Type.String()),
  inputHash: nullable(Type.String({ description: 'sha256 over everything the result depends on' })),
  outputHash: nullable(Type.String()),
  error: nullable(Type.String()),
  sameAs: nullable(idShape('run')),
  check: nullable(
    Type.Object(
      {
        at: InstantOut,
        problems: Type.Array(Type.String(), { description: 'empty: it followed from its inputs' }),
      },
      { description: 'what the last check found' },
    ),
  ),
  jobId: nullable(idShape('job')),
  createdAt: InstantOut,
  endedAt: nullable(InstantOut),
};
const RunHead = Type.Object(runHead);

const RunLine = Type.Object({
  partyId: nullable(idShape('party')),
  name: Type.String({ description: '`suspense` for plays without a payee' }),
  amountMinor: AmountMinor,
  eligiblePlays: Type.Integer(),
});
const Run = Type.Object({
  ...runHead,
  lines: Type.Array(RunLine),
  remainderMinor: Type.Literal(0, { description: 'the lines sum to the pool exactly' }),
});

const statementHead = {
  id: idShape('statement'),
  runId: idShape('run'),
  partyId: nullable(idShape('party')),
  name: Type.String(),
  amountMinor: AmountMinor,
  currency: Type.String(),
  eligiblePlays: Type.Integer(),
  policy: Policy,
  period: Period,
  provenance: Provenance,
};
const StatementHead = Type.Object(statementHead);
const Statement = Type.Object({
  ...statementHead,
  pool: Pool,
  inputHash: Type.String(),
  outputHash: Type.String(),
  lines: Type.Array(
    Type.Object({
      recordingId: idShape('recording'),
      title: Type.String(),
      artistName: Type.String(),
      isrc: nullable(Type.String()),
      eligiblePlays: Type.Integer(),
      playedMs: Type.Integer(),
      amountMinor: AmountMinor,
    }),
  ),
  linesOmitted: Type.Integer({ description: 'recordings that only the CSV shows' }),
});

const runParams = Type.Object({ id: idShape('run') });
const statementParams = Type.Object({ id: idShape('statement') });
const Csv = Type.String({ description: 'text/csv, RFC 4180, UTF-8 with byte order mark' });

export const createRun = endpoint(
  'POST',
  '/api/v1/royalties/runs',
  {
    access: may('runs.create'),
    summary:
      'Start a distribution run; an Idempotency-Key header makes a retry answer with the same run',
    status: 202,
  },
  {
    body: Type.Object(
      {
        period: Type.Object({ from: Bound, to: Bound }, { additionalProperties: false }),
        pool: Type.Object(
          {
            amountMinor: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
            currency: Type.String({ pattern: '^[A-Z]{3}$' }),
          },
          { additionalProperties: false },
        ),
        policy: Policy,
        minPlayMs: Type.Optional(
          Type.Integer({ minimum: 0, maximum: minPlayMsMax, default: minPlayMsDefault }),
        ),
        scope: Type.Optional(Scope),
        confirmOverlap: Type.Optional(
          Type.Boolean({
            description:
              'true: distribute although another run of this currency shares days and scope; RUN_OVERLAPS names it',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    reply: Type.Object({ id: idShape('run'), status: Status }),
  },
);

export const listRuns = endpoint(
  'GET',
  '/api/v1/royalties/runs',
  { access: may('runs.read'), summary: 'Distribution runs, newest first' },
  { query: Type.Object(pageByIdQuery), reply: pageOf(RunHead) },
);

export const getRun = endpoint(
  'GET',
  '/api/v1/royalties/runs/{id}',
  { access: may('runs.read'), summary: 'One run with a line for every payee' },
  { params: runParams, reply: Run },
);

export const checkRun = endpoint(
  'POST',
  '/api/v1/royalties/runs/{id}/check',
  {
    access: may('runs.read'),
    summary:
      'Do a run again from what it froze and compare; posts nothing, `check` of the run answers',
    status: 202,
  },
  { params: runParams, reply: Type.Object({ jobId: idShape('job') }) },
);

export const listRunStatements = endpoint(
  'GET',
  '/api/v1/royalties/runs/{id}/statements',
  { access: may('runs.read'), summary: 'The statements of a run, by party' },
  { params: runParams, query: Type.Object(pageQuery), reply: pageOf(StatementHead) },
);

export const downloadRunStatements = endpoint(
  'GET',
  '/api/v1/royalties/runs/{id}/statements.csv',
  { access: may('runs.read'), summary: 'The statements of a run as CSV, a record for every party' },
  { params: runParams, reply: Csv },
);

export const listMyStatements = endpoint(
  'GET',
  '/api/v1/royalties/statements',
  { access: may('statements.own'), summary: 'Statements of the parties that are me, newest first' },
  { query: Type.Object(pageByIdQuery), reply: pageOf(StatementHead) },
);

export const getStatement = endpoint(
  'GET',
  '/api/v1/royalties/statements/{id}',
  {
    access: may('statements.own'),
    summary: 'A statement by recording; for its party and for who reads runs',
  },
  { params: statementParams, reply: Statement },
);

export const downloadStatement = endpoint(
  'GET',
  '/api/v1/royalties/statements/{id}.csv',
  { access: may('statements.own'), summary: 'A statement as CSV, a record for every recording' },
  { params: statementParams, reply: Csv },
);
