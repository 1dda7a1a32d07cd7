// How sound is coded, as FFmpeg calls it. It is named to the decoder, so that no stream chooses its own parser.

export type StreamFormat = 'mp3' | 'aac' | 'ogg' | 'flac' | 'wav' | 'mpegts' | 'mov' | 'matroska';

const types: readonly (readonly [RegExp, StreamFormat])[] = [
  [/^audio\/(mpeg|mp3|x-mpeg|mpeg3)\b/, 'mp3'],
  [/^(audio\/(aac|aacp|x-aac|x-hx-aac-adts))\b/, 'aac'],
  [/^(audio|application|video)\/(ogg|x-ogg|opus|vorbis)\b/, 'ogg'],
  [/^audio\/(x-)?flac\b/, 'flac'],
  [/^audio\/(x-)?wav\b/, 'wav'],
  [/^video\/mp2t\b/, 'mpegts'],
  [/^(audio|video)\/mp4\b/, 'mov'],
  [/^(audio|video)\/(webm|x-matroska)\b/, 'matroska'],
];

export function formatOfType(contentType: string): StreamFormat | null {
  const type = contentType.trim().toLowerCase();
  return types.find(([pattern]) => pattern.test(type))?.[1] ?? null;
}

/** By the first bytes, which are more often right than the header; a stream entered in the middle of a frame says nothing. */
export function sniffFormat(head: Buffer): StreamFormat | null {
  const four = head.subarray(0, 4).toString('latin1');
  if (four === 'OggS') return 'ogg';
  if (four === 'fLaC') return 'flac';
  if (four === 'RIFF') return 'wav';
  if (four === '\x1aE\xdf\xa3') return 'matroska';
  if (['ftyp', 'styp', 'moov'].includes(head.subarray(4, 8).toString('latin1'))) return 'mov';
  if (head[0] === 0x47 && (head.length < 189 || head[188] === 0x47)) return 'mpegts';
  if (head[0] === 0xff && (head[1]! & 0xf6) === 0xf0) return 'aac';
  if (head[0] === 0xff && (head[1]! & 0xe6) === 0xe2) return 'mp3';
  if (four.startsWith('ID3')) return 'mp3';
  return null;
}
