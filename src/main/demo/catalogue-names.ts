// Who and what there is in the demo country. Invented; any likeness to somebody who plays is chance.

import type { DemoArtist, DemoLabel, DemoLanguage, DemoTerritory } from './catalogue-types.ts';
import type { GenreName } from './compose/score.ts';

export const labels: readonly DemoLabel[] = [
  { key: 'label-isoko', name: 'Isoko Sound', territory: 'RW' },
  { key: 'label-umurishyo', name: 'Umurishyo Records', territory: 'RW' },
  { key: 'label-lagoon', name: 'Lagoon Yard Records', territory: 'NG' },
  { key: 'label-udara', name: 'Ụdara Music', territory: 'NG' },
  { key: 'label-malebo', name: 'Éditions Malebo', territory: 'CD' },
];

export const artists: readonly DemoArtist[] = [
  { key: 'artist-keza', name: 'Keza Umurava', kind: 'person', territory: 'RW', language: 'rw' },
  { key: 'artist-shema', name: 'Shema Rugendo', kind: 'person', territory: 'RW', language: 'rw' },
  {
    key: 'artist-itorero',
    name: "Itorero Umucyo w'Imisozi",
    kind: 'group',
    territory: 'RW',
    language: 'rw',
  },
  {
    key: 'artist-korali',
    name: 'Korali Umuseke Utambitse',
    kind: 'group',
    territory: 'RW',
    language: 'rw',
  },
  { key: 'artist-ifedayo', name: 'Ìfẹ́dayọ̀ Sky', kind: 'person', territory: 'NG', language: 'yo' },
  {
    key: 'artist-kolade',
    name: 'Ọ̀túnba Kọ́ládé & His Gángan Messengers',
    kind: 'group',
    territory: 'NG',
    language: 'yo',
  },
  { key: 'artist-onwa', name: 'Ọnwa Ụtọ', kind: 'person', territory: 'NG', language: 'ig' },
  {
    key: 'artist-umuoma',
    name: 'Chief Nnanna & the Ụmụọma Band',
    kind: 'group',
    territory: 'NG',
    language: 'ig',
  },
  { key: 'artist-osan', name: 'DJ Ọ̀sán', kind: 'person', territory: 'NG', language: 'en' },
  {
    key: 'artist-ngonga',
    name: 'Orchestre Ngonga ya Malebo',
    kind: 'group',
    territory: 'CD',
    language: 'ln',
  },
  { key: 'artist-zozo', name: 'Zozo Lipopo', kind: 'person', territory: 'CD', language: 'ln' },
  { key: 'artist-elikya', name: 'Mama Elikya', kind: 'person', territory: 'CD', language: 'ln' },
];

/** Writers and producers who are nobody's front. */
export const writers: readonly {
  readonly key: string;
  readonly name: string;
  readonly territory: DemoTerritory;
}[] = [
  { key: 'writer-ganza', name: 'Ganza Nkubito', territory: 'RW' },
  { key: 'writer-uwera', name: 'Uwera Isaro', territory: 'RW' },
  { key: 'writer-dotun', name: 'Dọ̀tun Alágbẹ̀dẹ', territory: 'NG' },
  { key: 'writer-ngozika', name: 'Ngozika Ọfọma', territory: 'NG' },
  { key: 'writer-bolamba', name: 'Papy Bolamba', territory: 'CD' },
  { key: 'writer-mwinda', name: 'Solange Mwinda', territory: 'CD' },
];

export type TrackPlan = {
  readonly title: string;
  readonly language: DemoLanguage;
  readonly genre: GenreName;
  readonly featuredArtistKey?: string;
  readonly writerKeys: readonly string[];
};

export type ReleasePlan = {
  readonly title: string;
  readonly kind: 'album' | 'ep' | 'single';
  readonly artistKey: string;
  readonly labelKey: string;
  readonly producerKey: string;
  readonly releasedOn: string;
  /** Basis points of the recordings. */
  readonly labelShare: number;
  readonly producerShare: number;
  readonly tracks: readonly TrackPlan[];
};

export const releasePlans: readonly ReleasePlan[] = [
  {
    title: 'Ijoro rya Kigali',
    kind: 'ep',
    artistKey: 'artist-keza',
    labelKey: 'label-isoko',
    producerKey: 'writer-ganza',
    releasedOn: '2024-03-15',
    labelShare: 4_000,
    producerShare: 1_000,
    tracks: [
      {
        title: 'Ijoro rya Kigali',
        language: 'rw',
        genre: 'kinyarwanda-rnb',
        writerKeys: ['writer-ganza'],
      },
      {
        title: 'Umutima Wanjye',
        language: 'rw',
        genre: 'kinyarwanda-rnb',
        writerKeys: ['writer-uwera'],
      },
      { title: "Imvura y'Itumba", language: 'rw', genre: 'kinyarwanda-rnb', writerKeys: [] },
    ],
  },
  {
    title: 'Ngwino Tubyine',
    kind: 'ep',
    artistKey: 'artist-shema',
    labelKey: 'label-isoko',
    producerKey: 'writer-ganza',
    releasedOn: '2025-02-07',
    labelShare: 4_500,
    producerShare: 1_250,
    tracks: [
      {
        title: 'Ngwino Tubyine',
        language: 'rw',
        genre: 'afrobeats',
        featuredArtistKey: 'artist-keza',
        writerKeys: ['writer-ganza'],
      },
      {
        title: 'Ziwa Kivu',
        language: 'sw',
        genre: 'kinyarwanda-rnb',
        writerKeys: ['writer-uwera'],
      },
    ],
  },
  {
    title: "Urugendo rw'Intore",
    kind: 'album',
    artistKey: 'artist-itorero',
    labelKey: 'label-umurishyo',
    producerKey: 'writer-uwera',
    releasedOn: '2023-07-04',
    labelShare: 3_000,
    producerShare: 500,
    tracks: [
      { title: "Urugendo rw'Intore", language: 'rw', genre: 'intore', writerKeys: [] },
      { title: "Inka z'Umwami", language: 'rw', genre: 'intore', writerKeys: [] },
      { title: 'Amahoro Iwacu', language: 'rw', genre: 'intore', writerKeys: ['writer-uwera'] },
    ],
  },
  {
    title: 'Shimwa Mana',
    kind: 'single',
    artistKey: 'artist-korali',
    labelKey: 'label-umurishyo',
    producerKey: 'writer-uwera',
    releasedOn: '2024-12-20',
    labelShare: 2_500,
    producerShare: 750,
    tracks: [
      { title: 'Shimwa Mana', language: 'rw', genre: 'gospel', writerKeys: ['writer-uwera'] },
      {
        title: 'Uri Byose',
        language: 'rw',
        genre: 'gospel',
        writerKeys: ['writer-ganza', 'writer-uwera'],
      },
    ],
  },
  {
    title: 'Third Mainland Sunrise',
    kind: 'ep',
    artistKey: 'artist-ifedayo',
    labelKey: 'label-lagoon',
    producerKey: 'writer-dotun',
    releasedOn: '2025-05-30',
    labelShare: 5_000,
    producerShare: 1_500,
    tracks: [
      {
        title: 'Third Mainland Sunrise',
        language: 'en',
        genre: 'afrobeats',
        writerKeys: ['writer-dotun'],
      },
      { title: 'Ìfẹ́ Àìnípẹ̀kun', language: 'yo', genre: 'afrobeats', writerKeys: ['writer-dotun'] },
      {
        title: 'Owó Ń Bọ̀',
        language: 'yo',
        genre: 'amapiano',
        featuredArtistKey: 'artist-osan',
        writerKeys: ['writer-dotun', 'writer-ngozika'],
      },
    ],
  },
  {
    title: 'Oríkì Ìlú Wa',
    kind: 'album',
    artistKey: 'artist-kolade',
    labelKey: 'label-lagoon',
    producerKey: 'writer-dotun',
    releasedOn: '2022-10-01',
    labelShare: 4_000,
    producerShare: 1_000,
    tracks: [
      { title: 'Oríkì Ìlú Wa', language: 'yo', genre: 'juju', writerKeys: [] },
      { title: 'Ìlù Dùn', language: 'yo', genre: 'fuji', writerKeys: [] },
      { title: 'Ẹ Ṣé Olúwa', language: 'yo', genre: 'juju', writerKeys: ['writer-dotun'] },
    ],
  },
  {
    title: 'Obi Ụtọ',
    kind: 'single',
    artistKey: 'artist-onwa',
    labelKey: 'label-udara',
    producerKey: 'writer-ngozika',
    releasedOn: '2025-08-22',
    labelShare: 4_500,
    producerShare: 1_500,
    tracks: [
      { title: 'Obi Ụtọ', language: 'ig', genre: 'afrobeats', writerKeys: ['writer-ngozika'] },
      {
        title: 'No Wahala Tonight',
        language: 'en',
        genre: 'afrobeats',
        featuredArtistKey: 'artist-ifedayo',
        writerKeys: ['writer-ngozika', 'writer-dotun'],
      },
    ],
  },
  {
    title: 'Ka Anyị Gbaa Egwu',
    kind: 'album',
    artistKey: 'artist-umuoma',
    labelKey: 'label-udara',
    producerKey: 'writer-ngozika',
    releasedOn: '2021-12-11',
    labelShare: 3_500,
    producerShare: 500,
    tracks: [
      { title: 'Ka Anyị Gbaa Egwu', language: 'ig', genre: 'highlife', writerKeys: [] },
      { title: 'Ezi Enyi', language: 'ig', genre: 'highlife', writerKeys: ['writer-ngozika'] },
      { title: 'Ụbọchị Ọma', language: 'ig', genre: 'highlife', writerKeys: [] },
    ],
  },
  {
    title: 'Harmattan Log',
    kind: 'single',
    artistKey: 'artist-osan',
    labelKey: 'label-lagoon',
    producerKey: 'writer-dotun',
    releasedOn: '2025-01-17',
    labelShare: 3_000,
    producerShare: 2_000,
    tracks: [
      { title: 'Harmattan Log', language: 'en', genre: 'amapiano', writerKeys: [] },
      { title: 'Ọjọ́ Ìsinmi', language: 'yo', genre: 'amapiano', writerKeys: ['writer-dotun'] },
    ],
  },
  {
    title: 'La nuit du fleuve',
    kind: 'album',
    artistKey: 'artist-ngonga',
    labelKey: 'label-malebo',
    producerKey: 'writer-bolamba',
    releasedOn: '2020-06-30',
    labelShare: 4_000,
    producerShare: 1_000,
    tracks: [
      {
        title: 'La nuit du fleuve',
        language: 'fr',
        genre: 'rumba',
        writerKeys: ['writer-bolamba'],
      },
      {
        title: 'Bolingo ya Solo',
        language: 'ln',
        genre: 'rumba',
        writerKeys: ['writer-bolamba', 'writer-mwinda'],
      },
      {
        title: 'Nakozonga',
        language: 'ln',
        genre: 'rumba',
        featuredArtistKey: 'artist-elikya',
        writerKeys: ['writer-mwinda'],
      },
    ],
  },
  {
    title: 'Kinshasa na Butu',
    kind: 'ep',
    artistKey: 'artist-zozo',
    labelKey: 'label-malebo',
    producerKey: 'writer-bolamba',
    releasedOn: '2024-08-09',
    labelShare: 5_000,
    producerShare: 1_000,
    tracks: [
      {
        title: 'Kinshasa na Butu',
        language: 'ln',
        genre: 'ndombolo',
        writerKeys: ['writer-bolamba'],
      },
      { title: 'Bina na Ngai', language: 'ln', genre: 'ndombolo', writerKeys: [] },
    ],
  },
  {
    title: 'Nzambe Malamu',
    kind: 'single',
    artistKey: 'artist-elikya',
    labelKey: 'label-malebo',
    producerKey: 'writer-mwinda',
    releasedOn: '2023-04-09',
    labelShare: 2_000,
    producerShare: 1_000,
    tracks: [
      { title: 'Nzambe Malamu', language: 'ln', genre: 'gospel', writerKeys: ['writer-mwinda'] },
      { title: 'Usiku wa Goma', language: 'sw', genre: 'rumba', writerKeys: ['writer-mwinda'] },
    ],
  },
];
