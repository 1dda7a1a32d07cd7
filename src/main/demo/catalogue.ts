// The music of the demo country: everybody and everything here is invented. Names and titles are in NFC.
//
// Identifiers are well formed and belong to nobody: ISRCs under QZ-NGD, a registrant code of the demo; GTIN-13s
// under 299, of the range GS1 keeps for use inside one house; ISWCs from T-900.000.000 with their check digits.

import {
  artists,
  labels,
  releasePlans,
  writers,
  type ReleasePlan,
  type TrackPlan,
} from './catalogue-names.ts';
import type {
  DemoParty,
  DemoShare,
  DemoWork,
  DemoRecording,
  DemoCatalogue,
} from './catalogue-types.ts';
import type { GenreName } from './compose/score.ts';

const genreTitles: Readonly<Record<GenreName, string>> = {
  afrobeats: 'Afrobeats',
  highlife: 'Highlife',
  amapiano: 'Amapiano',
  rumba: 'Rumba congolaise',
  ndombolo: 'Ndombolo',
  gospel: 'Gospel',
  intore: 'Intore',
  'kinyarwanda-rnb': 'R&B',
  fuji: 'Fuji',
  juju: 'Jùjú',
};

/** The whole invented catalogue; the same on every call. */
export function demoCatalogue(): DemoCatalogue {
  const recordings: DemoRecording[] = [];
  const works: DemoWork[] = [];
  const releases = releasePlans.map((plan, index) => {
    const key = `release-${index + 1}`;
    plan.tracks.forEach((track, at) => {
      const number = recordings.length + 1;
      works.push(makeWork(track, plan, number));
      recordings.push(makeRecording(track, plan, key, at + 1, number));
    });
    return {
      key,
      title: plan.title,
      kind: plan.kind,
      artistKey: plan.artistKey,
      labelKey: plan.labelKey,
      gtin: withGtinCheckDigit(`299000${String(100_000 + index * 37 + 11).padStart(6, '0')}`),
      releasedOn: plan.releasedOn,
      recordingKeys: recordings
        .filter((recording) => recording.releaseKey === key)
        .map((recording) => recording.key),
    };
  });
  return { labels, artists, parties: listParties(), releases, recordings, works };
}

function listParties(): readonly DemoParty[] {
  return [
    ...labels.map(({ key, name, territory }) => ({
      key,
      name,
      kind: 'organisation' as const,
      territory,
    })),
    ...artists.map(({ key, name, kind, territory }) => ({
      key,
      name,
      kind: kind === 'group' ? ('organisation' as const) : kind,
      territory,
    })),
    ...writers.map(({ key, name, territory }) => ({
      key,
      name,
      kind: 'person' as const,
      territory,
    })),
  ];
}

function makeWork(track: TrackPlan, plan: ReleasePlan, number: number): DemoWork {
  const others = track.writerKeys;
  // Three equal thirds cannot be said in basis points: the first writer has the odd one.
  const shares: readonly DemoShare[] =
    others.length === 0
      ? [{ partyKey: plan.artistKey, basisPoints: 10_000 }]
      : others.length === 1
        ? [
            { partyKey: plan.artistKey, basisPoints: 5_000 },
            { partyKey: others[0]!, basisPoints: 5_000 },
          ]
        : [
            { partyKey: others[0]!, basisPoints: 3_334 },
            { partyKey: others[1]!, basisPoints: 3_333 },
            { partyKey: plan.artistKey, basisPoints: 3_333 },
          ];
  return {
    key: `work-${number}`,
    title: track.title,
    iswc: withIswcCheckDigit(900_000_000 + number * 13),
    shares,
  };
}

function makeRecording(
  track: TrackPlan,
  plan: ReleasePlan,
  releaseKey: string,
  trackNumber: number,
  number: number,
): DemoRecording {
  const year = Number(plan.releasedOn.slice(0, 4));
  const isrc = `QZNGD${String(year % 100).padStart(2, '0')}${String(number).padStart(5, '0')}`;
  const featured = track.featuredArtistKey ?? null;
  const master = plan.labelShare + plan.producerShare;
  const featuredShare = featured === null ? 0 : 1_000;
  return {
    key: `recording-${number}`,
    title: track.title,
    language: track.language,
    artistKey: plan.artistKey,
    featuredArtistKey: featured,
    releaseKey,
    trackNumber,
    isrc,
    genre: track.genre,
    genreTitle: genreTitles[track.genre],
    year,
    workKey: `work-${number}`,
    splits: [
      { partyKey: plan.artistKey, basisPoints: 10_000 - master - featuredShare },
      ...(featured === null ? [] : [{ partyKey: featured, basisPoints: featuredShare }]),
      { partyKey: plan.labelKey, basisPoints: plan.labelShare },
      { partyKey: plan.producerKey, basisPoints: plan.producerShare },
    ],
    credits: [
      { partyKey: plan.artistKey, role: 'main-artist' },
      ...(featured === null ? [] : [{ partyKey: featured, role: 'featured-artist' as const }]),
      { partyKey: plan.producerKey, role: 'producer' },
      ...(track.writerKeys.length === 0 ? [plan.artistKey] : track.writerKeys).map((partyKey) => ({
        partyKey,
        role: 'composer' as const,
      })),
      { partyKey: plan.artistKey, role: 'lyricist' },
    ],
    seed: isrc,
    seconds: 64 + ((number * 7) % 20),
  };
}

/** Twelve digits and the check digit of GS1: weights 1 and 3 from the left. */
function withGtinCheckDigit(digits: string): string {
  const sum = [...digits].reduce(
    (total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3),
    0,
  );
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** ISO 15707: one, plus each digit times its place, up to the next ten. */
function withIswcCheckDigit(value: number): string {
  const digits = String(value).padStart(9, '0');
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (i + 1), 1);
  const check = (10 - (sum % 10)) % 10;
  return `T-${digits.slice(0, 3)}.${digits.slice(3, 6)}.${digits.slice(6)}-${check}`;
}
