import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { dayMs, type Instant } from '#foundation/kernel/time.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { askOutside, forgetOldAnswers, outsideRecognisers } from './ask-outside.ts';
import * as queries from './queries.ts';
import type { OutsideClaim, OutsideQuestion, OutsideRecogniser } from './recogniser.ts';

const { db } = await testDatabase({ after });
let clock = Date.UTC(2026, 10, 20) as Instant;
const claim: OutsideClaim = {
  title: 'Umuhanda 9',
  artists: ['Ruganzu Twins'],
  isrc: null,
  musicbrainzId: null,
  durationMs: 1,
  score: 1,
  offsetMs: null,
};
const sound = { bytes: Buffer.from('RIFF'), mediaType: 'audio/wav' };

/** A recogniser that answers what it is told and remembers what it was asked. */
function recogniser(
  service: 'acoustid' | 'audd',
  answer: Awaited<ReturnType<OutsideRecogniser['ask']>>,
) {
  const asked: OutsideQuestion[] = [];
  const one: OutsideRecogniser = {
    service,
    hearsSound: service === 'audd',
    priceMicros: 5_000,
    currency: 'USD',
    ask: async (question) => {
      asked.push(question);
      return answer;
    },
  };
  return { one, asked };
}
const context = (recognisers: readonly OutsideRecogniser[], soundMayLeave = false) => ({
  db,
  now: () => clock,
  recognisers,
  soundMayLeave,
});

test('without keys nobody outside is asked', async () => {
  const recognisers = outsideRecognisers({});
  assert.deepEqual(recognisers, []);
  assert.deepEqual(await askOutside(context(recognisers), { fingerprint: 'a', durationMs: 1 }), {
    answers: [],
    refusals: [],
  });
});

test('the same question is paid for once, until its answer is old; a recording nobody knew is asked sooner', async () => {
  const known = recogniser('acoustid', [claim]);
  const unknown = recogniser('acoustid', []);
  const ctx = context([known.one]);
  for (let i = 0; i < 3; i++) await askOutside(ctx, { fingerprint: 'once', durationMs: 60_000 });
  await askOutside(context([unknown.one]), { fingerprint: 'never', durationMs: 60_000 });
  assert.equal(known.asked.length, 1);
  clock = (clock + 8 * dayMs) as Instant;
  assert.equal(
    (await askOutside(ctx, { fingerprint: 'once', durationMs: 60_000 })).answers[0]!.cached,
    true,
  );
  await askOutside(context([unknown.one]), { fingerprint: 'never', durationMs: 60_000 });
  assert.equal(unknown.asked.length, 2);
  clock = (clock + 31 * dayMs) as Instant;
  await askOutside(ctx, { fingerprint: 'once', durationMs: 60_000 });
  assert.equal(known.asked.length, 2);
  clock = (clock + 31 * dayMs) as Instant;
  assert.equal(await forgetOldAnswers(ctx), 2);
});

test('sound leaves only with consent, and only to who needs it', async () => {
  const fingerprints = recogniser('acoustid', []);
  const ears = recogniser('audd', [claim]);
  const question = { fingerprint: 'consent', durationMs: 1, sound };
  await askOutside(context([fingerprints.one, ears.one]), question);
  assert.equal(ears.asked.length, 0);
  const { answers } = await askOutside(context([fingerprints.one, ears.one], true), question);
  assert.deepEqual(
    answers.map(({ service }) => service),
    ['acoustid', 'audd'],
  );
  assert.ok(fingerprints.asked.every((one) => !('sound' in one)));
});

test('every call is recorded with its cost; a refusal costs nothing and is asked again', async () => {
  const refusing = recogniser('audd', {
    kind: 'refused',
    code: 'OUTSIDE_REFUSED',
    detail: 'AudD refused the question: limit.',
  });
  const before = clock;
  clock = (clock + 1_000) as Instant;
  const ctx = context([refusing.one], true);
  for (let i = 0; i < 2; i++) {
    const { refusals } = await askOutside(ctx, {
      fingerprint: 'cost',
      durationMs: 1,
      sound: { ...sound, bytes: Buffer.from('x') },
    });
    assert.equal(refusals[0]!.code, 'OUTSIDE_REFUSED');
  }
  assert.equal(refusing.asked.length, 2);
  const late = await db.all(queries.sumCosts, { from: before + 1, to: clock + 1 });
  assert.deepEqual(late, [{ service: 'audd', currency: 'USD', calls: 2n, costMicros: '0' }]);
  const all = await db.all(queries.sumCosts, { from: 0, to: clock + 1 });
  // Five questions of the tests above reached it; the others were answered before.
  assert.equal(all.find(({ service }) => service === 'acoustid')!.costMicros, '25000');
});
