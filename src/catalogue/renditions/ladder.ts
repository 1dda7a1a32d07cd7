// The rungs that are made of every recording, ahead of play. AAC-LC plays everywhere. Below 64 kbit/s Opus sounds better and is
// what a data saver gets; its rate control must be constrained, or 24 kbit/s become 38 of a dense signal. FLAC is what was
// decoded, bit for bit, in 16 bits. Codecs are never mixed in one adaptive set.

export const rungNames = ['aac-64', 'aac-128', 'aac-256', 'opus-24', 'opus-48', 'flac'] as const;
export type RungName = (typeof rungNames)[number];

export type Rung = {
  readonly name: RungName;
  readonly encoder: 'aac' | 'libopus' | 'flac';
  /** RFC 6381, as playlists and browsers want it. */
  readonly codecs: 'mp4a.40.2' | 'Opus' | 'fLaC';
  /** Nominal bits a second; null: as many as it takes. */
  readonly bitrate: number | null;
  readonly frameSamples: number;
};

export const rungs: readonly Rung[] = [
  aac('aac-64', 64_000),
  aac('aac-128', 128_000),
  aac('aac-256', 256_000),
  opus('opus-24', 24_000),
  opus('opus-48', 48_000),
  { name: 'flac', encoder: 'flac', codecs: 'fLaC', bitrate: null, frameSamples: 4_096 },
];

/** What a rung is made with; another version is made anew. */
export const ladderVersion = 1;

/** The first is short, so that sound begins early. */
export const firstSegmentS = 2;
export const segmentS = 6;

function aac(name: RungName, bitrate: number): Rung {
  return { name, encoder: 'aac', codecs: 'mp4a.40.2', bitrate, frameSamples: 1_024 };
}

function opus(name: RungName, bitrate: number): Rung {
  return { name, encoder: 'libopus', codecs: 'Opus', bitrate, frameSamples: 960 };
}
