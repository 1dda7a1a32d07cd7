import { test } from 'node:test';
import assert from 'node:assert/strict';
import { demoCatalogue } from './catalogue.ts';
import { describeRecording } from './compose/compose-recording.ts';

const catalogue = demoCatalogue();

function assertUnique(values: readonly string[]): void {
  assert.equal(new Set(values).size, values.length);
}

test('at least eight artists of three countries and twenty-four recordings in seven languages', () => {
  assert.ok(catalogue.artists.length >= 8 && catalogue.recordings.length >= 24);
  assert.deepEqual([...new Set(catalogue.artists.map((artist) => artist.territory))].sort(), [
    'CD',
    'NG',
    'RW',
  ]);
  assert.equal(new Set(catalogue.recordings.map((recording) => recording.language)).size, 7);
});

test('every name and title is in NFC and none is used twice', () => {
  const names = [
    ...catalogue.parties.map((party) => party.name),
    ...catalogue.recordings.map((recording) => recording.title),
  ];
  for (const name of names) assert.equal(name, name.normalize('NFC'));
  assertUnique(names);
});

test('ISRCs are well formed, carry the year of the release and are unique', () => {
  for (const { isrc, year } of catalogue.recordings) {
    assert.match(isrc, /^QZNGD\d{7}$/);
    assert.equal(isrc.slice(5, 7), String(year).slice(2));
  }
  assertUnique(catalogue.recordings.map((recording) => recording.isrc));
});

test('GTINs of releases have a valid check digit and are unique', () => {
  for (const { gtin } of catalogue.releases) {
    assert.match(gtin, /^299\d{10}$/);
    // GS1: from the right, weights 1 and 3 over all thirteen digits make a multiple of ten.
    const sum = [...gtin]
      .reverse()
      .reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3), 0);
    assert.equal(sum % 10, 0);
  }
  assertUnique(catalogue.releases.map((release) => release.gtin));
});

test('ISWCs have the check digit of ISO 15707, as T-034.524.680-1 has', () => {
  const isValid = (iswc: string): boolean => {
    const digits = [...iswc.replaceAll(/\D/g, '')].map(Number);
    const sum = digits.slice(0, 9).reduce((total, digit, i) => total + digit * (i + 1), 1);
    return digits.length === 10 && (sum + digits[9]!) % 10 === 0;
  };
  assert.ok(isValid('T-034.524.680-1'));
  assert.ok(!isValid('T-034.524.680-2'));
  for (const { iswc } of catalogue.works) {
    assert.match(iswc, /^T-9\d{2}\.\d{3}\.\d{3}-\d$/);
    assert.ok(isValid(iswc), iswc);
  }
  assertUnique(catalogue.works.map((work) => work.iswc));
});

test('shares of every recording and work add up to 10,000 basis points among known parties', () => {
  const known = new Set(catalogue.parties.map((party) => party.key));
  const owned = catalogue.recordings.map((recording) => ({
    ...recording,
    shares: recording.splits,
  }));
  for (const { shares, key } of [...owned, ...catalogue.works]) {
    assert.equal(
      shares.reduce((sum, share) => sum + share.basisPoints, 0),
      10_000,
      key,
    );
    for (const { partyKey, basisPoints } of shares)
      assert.ok(known.has(partyKey) && basisPoints > 0, `${key}: ${partyKey}`);
    assertUnique(shares.map((share) => share.partyKey));
  }
});

test('every recording is on one release, at its number, with a work and credits of known parties', () => {
  const known = new Set(catalogue.parties.map((party) => party.key));
  for (const recording of catalogue.recordings) {
    const release = catalogue.releases.find(({ key }) => key === recording.releaseKey)!;
    assert.equal(release.recordingKeys[recording.trackNumber - 1], recording.key);
    assert.ok(catalogue.works.some(({ key }) => key === recording.workKey));
    assert.ok(recording.credits.some(({ role }) => role === 'composer'));
    for (const { partyKey } of recording.credits) assert.ok(known.has(partyKey), partyKey);
  }
  assert.equal(
    catalogue.releases.flatMap((release) => release.recordingKeys).length,
    catalogue.recordings.length,
  );
});

test('recordings last 60 to 90 s and no two have the same tempo, key, form and players', () => {
  const facts = catalogue.recordings.map(({ seed, genre, seconds }) =>
    describeRecording(seed, { genre, seconds }),
  );
  for (const { durationMs } of facts)
    assert.ok(durationMs >= 60_000 && durationMs <= 90_000, `${durationMs} ms`);
  assertUnique(
    facts.map((fact) =>
      JSON.stringify([fact.tempoBpm, fact.keyName, fact.sections, fact.instruments]),
    ),
  );
});
