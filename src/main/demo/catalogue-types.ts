import type { GenreName } from './compose/score.ts';

// The shapes of the demo's invented catalogue.

export type DemoTerritory = 'RW' | 'NG' | 'CD';
/** ISO 639: Kinyarwanda, Yoruba, Igbo, Lingala, Swahili, French, English. */
export type DemoLanguage = 'rw' | 'yo' | 'ig' | 'ln' | 'sw' | 'fr' | 'en';

export type DemoLabel = {
  readonly key: string;
  readonly name: string;
  readonly territory: DemoTerritory;
};
export type DemoArtist = {
  readonly key: string;
  readonly name: string;
  readonly kind: 'person' | 'group';
  readonly territory: DemoTerritory;
  readonly language: DemoLanguage;
};
/** Whoever can own or be paid: every label and artist, and the writers and producers behind them. */
export type DemoParty = {
  readonly key: string;
  readonly name: string;
  readonly kind: 'person' | 'organisation';
  readonly territory: DemoTerritory;
};
export type DemoShare = { readonly partyKey: string; readonly basisPoints: number };
export type DemoCredit = {
  readonly partyKey: string;
  readonly role: 'main-artist' | 'featured-artist' | 'producer' | 'composer' | 'lyricist';
};
export type DemoWork = {
  readonly key: string;
  readonly title: string;
  readonly iswc: string;
  readonly shares: readonly DemoShare[];
};
export type DemoRelease = {
  readonly key: string;
  readonly title: string;
  readonly kind: 'album' | 'ep' | 'single';
  readonly artistKey: string;
  readonly labelKey: string;
  readonly gtin: string;
  readonly releasedOn: string;
  readonly recordingKeys: readonly string[];
};
export type DemoRecording = {
  readonly key: string;
  readonly title: string;
  readonly language: DemoLanguage;
  readonly artistKey: string;
  readonly featuredArtistKey: string | null;
  readonly releaseKey: string;
  readonly trackNumber: number;
  readonly isrc: string;
  readonly genre: GenreName;
  /** The genre as people write it. */
  readonly genreTitle: string;
  readonly year: number;
  readonly workKey: string;
  /** Of the recording, to 10,000. */
  readonly splits: readonly DemoShare[];
  readonly credits: readonly DemoCredit[];
  /** What the composer makes it from, with this length wished for. */
  readonly seed: string;
  readonly seconds: number;
};
export type DemoCatalogue = {
  readonly labels: readonly DemoLabel[];
  readonly artists: readonly DemoArtist[];
  readonly parties: readonly DemoParty[];
  readonly releases: readonly DemoRelease[];
  readonly recordings: readonly DemoRecording[];
  readonly works: readonly DemoWork[];
};
