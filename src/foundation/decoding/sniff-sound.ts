// What a sound file is, by its first bytes and never by its name; the demuxer is then named, so that a file cannot decide by
// its content to be a playlist that opens other files.

export const sniffBytes = 4_096;

/** The name of FFmpeg's demuxer; null when the bytes are no sound that is read here. */
export function demuxerOf(head: Uint8Array): string | null {
  const text = (from: number, length: number): string =>
    String.fromCharCode(...head.subarray(from, from + length));
  if (head.length < 12) return null;
  if ((text(0, 4) === 'RIFF' || text(0, 4) === 'RF64') && text(8, 4) === 'WAVE') return 'wav';
  if (text(0, 4) === 'fLaC') return 'flac';
  if (text(0, 4) === 'OggS') return 'ogg';
  if (text(0, 4) === 'FORM') return 'aiff';
  if (text(0, 4) === '.snd') return 'au';
  if (text(4, 4) === 'ftyp') return 'mov';
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3)
    return 'matroska';
  if (text(0, 6) === '#!AMR\n' || text(0, 9) === '#!AMR-WB\n') return 'amr';
  if (text(0, 4) === 'caff') return 'caf';
  if (text(0, 3) === 'ID3') return 'mp3';
  if (head[0] === 0xff && (head[1]! & 0xf6) === 0xf0) return 'aac';
  if (head[0] === 0xff && (head[1]! & 0xe0) === 0xe0 && (head[1]! & 0x06) !== 0) return 'mp3';
  return null;
}
