import type { SoundFormat } from './sniff.ts';

/** What a file says of itself; sent from the reading process, so plain data only. */
export type FileTags = {
  readonly title: string | null;
  readonly artist: string | null;
  readonly artists: readonly string[];
  readonly album: string | null;
  readonly albumArtist: string | null;
  readonly isCompilation: boolean;
  readonly track: number | null;
  readonly disc: number | null;
  readonly isrc: string | null;
  readonly gtin: string | null;
  readonly genres: readonly string[];
  readonly year: number | null;
  readonly releasedOn: string | null;
  readonly label: string | null;
  readonly language: string | null;
  readonly tempoBpm: number | null;
  readonly musicKey: string | null;
  readonly recordingMbid: string | null;
  readonly releaseMbid: string | null;
  readonly credits: readonly { readonly name: string; readonly role: string }[];
  readonly iswc: string | null;
};

export type FileFormat = {
  readonly format: SoundFormat;
  readonly codec: string | null;
  readonly bitrate: number | null;
  readonly sampleRate: number | null;
  readonly channels: number | null;
  readonly durationMs: number | null;
};

/** A picture; its bytes are sent once per reader, afterwards only its hash. */
export type CoverFound = {
  readonly hash: string;
  readonly contentType: string;
  readonly bytes: Uint8Array | null;
};

export type ReadRequest = {
  /** As text (`path-text.ts`). */
  readonly path: string;
  readonly sizeBytes: number;
  readonly coverPath: string | null;
};

export type ReadAnswer = {
  readonly kind: 'read';
  readonly tags: FileTags;
  readonly format: FileFormat;
  readonly cover: CoverFound | null;
};
