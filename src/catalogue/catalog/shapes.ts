import { Type, type Static } from 'typebox';
import { DayText, InstantOut, nullable } from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText, nameText } from '#foundation/kernel/text.ts';

// What the catalogue looks like from outside; `contract.ts` says how to get at it.

export const Title = nameText(300);
export const Isrc = nullable(lineText(40, { minLength: 1 }));
const Provenance = Type.String({ description: 'api, scrape, import, counted, estimated or demo' });
const Cover = nullable(
  Type.String({ description: 'address of the cover, or null: draw one from the id' }),
);
const Flag = nullable(
  Type.Boolean({
    description: 'whether the identifier passes its check; null when none was given',
  }),
);

export const artistRoles = ['main', 'featured', 'remixer'] as const;
const ArtistRole = Type.Enum([...artistRoles]);

export const RecordingItem = Type.Object({
  id: idShape('recording'),
  title: Type.String(),
  artistName: Type.String(),
  isrc: Isrc,
  durationMs: nullable(Type.Integer()),
  releaseId: nullable(idShape('release')),
  releaseTitle: nullable(Type.String()),
  year: nullable(Type.Integer()),
  genres: Type.Array(Type.String()),
  coverUrl: Cover,
  provenance: Provenance,
});
export type RecordingItem = Static<typeof RecordingItem>;

export const ReleaseItem = Type.Object({
  id: idShape('release'),
  title: Type.String(),
  artistName: Type.String(),
  artistId: nullable(idShape('artist')),
  kind: Type.Enum(['album', 'ep', 'single', 'compilation']),
  releasedOn: nullable(
    Type.String({ description: 'YYYY, YYYY-MM or YYYY-MM-DD, as far as it is known' }),
  ),
  tracks: Type.Integer(),
  coverUrl: Cover,
  provenance: Provenance,
});
export type ReleaseItem = Static<typeof ReleaseItem>;

export const ArtistItem = Type.Object({
  id: idShape('artist'),
  name: Type.String(),
  territory: nullable(Type.String()),
  recordings: Type.Integer(),
  provenance: Provenance,
});
export type ArtistItem = Static<typeof ArtistItem>;

const CreditOut = Type.Object({
  partyId: idShape('party'),
  name: Type.String(),
  role: Type.String(),
});
const WorkOut = Type.Object({
  id: idShape('work'),
  title: Type.String(),
  iswc: nullable(Type.String()),
  iswcValid: Flag,
  credits: Type.Array(CreditOut),
});

export const rights = ['master', 'work'] as const;
export const Right = Type.Enum([...rights]);
export const Territory = nullable(
  Type.String({
    pattern: '^[A-Z]{2}$',
    description: 'ISO 3166-1 alpha-2; null: everywhere without a split of its own',
  }),
);

export const SplitOut = Type.Object({
  id: Type.String(),
  right: Right,
  territory: Territory,
  validFrom: DayText,
  version: Type.Integer({ description: 'of the versions valid on a day the highest counts' }),
  provenance: Provenance,
  setAt: InstantOut,
  shares: Type.Array(
    Type.Object({ partyId: idShape('party'), name: Type.String(), basisPoints: Type.Integer() }),
  ),
});
export type SplitOut = Static<typeof SplitOut>;

export const RecordingOut = Type.Object({
  ...RecordingItem.properties,
  isrcValid: Flag,
  language: nullable(Type.String()),
  tempoBpm: nullable(Type.Number()),
  musicKey: nullable(Type.String()),
  mbid: nullable(Type.String()),
  edited: Type.Array(Type.String(), {
    description: 'fields a person has set; imports leave them alone',
  }),
  artists: Type.Array(
    Type.Object({ id: idShape('artist'), name: Type.String(), role: ArtistRole }),
  ),
  releases: Type.Array(
    Type.Object({
      id: idShape('release'),
      title: Type.String(),
      disc: Type.Integer(),
      position: Type.Integer(),
    }),
  ),
  credits: Type.Array(CreditOut),
  works: Type.Array(WorkOut),
  splits: nullable(Type.Array(SplitOut, { description: 'null: not yours to see' })),
  audioUrl: Type.String(),
});
export type RecordingOut = Static<typeof RecordingOut>;

export const ReleaseOut = Type.Object({
  ...ReleaseItem.properties,
  gtin: nullable(Type.String()),
  gtinValid: Flag,
  labelName: nullable(Type.String()),
  territories: nullable(Type.Array(Type.String(), { description: 'null: everywhere' })),
  trackList: Type.Array(
    Type.Object({ disc: Type.Integer(), position: Type.Integer(), recording: RecordingItem }),
  ),
});

export const ArtistOut = Type.Object({
  ...ArtistItem.properties,
  partyId: idShape('party'),
  sortName: Type.String(),
  about: nullable(Type.String()),
  mbid: nullable(Type.String()),
  releases: Type.Array(ReleaseItem, { description: 'the newest hundred' }),
});

export const PartyOut = Type.Object({
  id: idShape('party'),
  name: Type.String(),
  kind: Type.Enum(['person', 'organisation']),
  ipi: nullable(Type.String()),
  ipiValid: Flag,
  isni: nullable(Type.String()),
  isniValid: Flag,
  userId: nullable(idShape('user')),
  provenance: Provenance,
});
export type PartyOut = Static<typeof PartyOut>;

export const ChangeOut = Type.Object({
  id: Type.String(),
  at: InstantOut,
  actor: nullable(idShape('user')),
  change: Type.Unknown({ description: 'what was done, with what stood there before' }),
});
export type ReleaseOut = Static<typeof ReleaseOut>;
export type ArtistOut = Static<typeof ArtistOut>;
