import { rungs, type RungName } from './ladder.ts';
import type { RungRow } from './queries.ts';

// Playlists of HLS (RFC 8216, version 7 for fragmented MP4), made of what the rungs really are. Addresses are relative, so that
// the signed part of the address holds for everything below it. AAC and Opus never stand in one master: a browser changes rungs
// within a codec without a gap, and between two not.

export const masters = { aac: 'mp4a.40.2', opus: 'Opus', flac: 'fLaC' } as const;
export type MasterName = keyof typeof masters;

/** Bits a second: the most of any segment, and of the whole (RFC 8216, 4.3.4.2). */
export function bandwidthOf(rung: RungRow): { readonly peak: number; readonly average: number } {
  const bits = rung.segmentBytes.map((bytes) => 8 * bytes);
  const seconds = rung.segmentSamples.map((samples) => samples / rung.sampleRate);
  const peak = Math.max(...bits.map((b, i) => b / seconds[i]!));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return { peak: Math.ceil(peak), average: Math.ceil(sum(bits) / sum(seconds)) };
}

export function masterPlaylist(name: MasterName, made: readonly RungRow[]): string | null {
  const own = rungs.filter(({ codecs }) => codecs === masters[name]).map((rung) => rung.name);
  const variants = made
    .filter((rung) => own.includes(rung.name))
    .map((rung) => ({ rung, ...bandwidthOf(rung) }))
    .toSorted((a, b) => a.average - b.average);
  if (variants.length === 0) return null;
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...variants.flatMap(({ rung, peak, average }) => [
      `#EXT-X-STREAM-INF:BANDWIDTH=${peak},AVERAGE-BANDWIDTH=${average},CODECS="${masters[name]}"`,
      `${rung.name}.m3u8`,
    ]),
    '',
  ].join('\n');
}

export function mediaPlaylist(rung: RungRow): string {
  const seconds = secondsOf(rung);
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.max(1, ...seconds.map(Math.round))}`,
    '#EXT-X-MEDIA-SEQUENCE:1',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${rung.name}/init.mp4"`,
    ...seconds.flatMap((s, i) => [`#EXTINF:${s.toFixed(5)},`, `${rung.name}/${i + 1}.m4s`]),
    '#EXT-X-ENDLIST',
    '',
  ].join('\n');
}

/** What is heard of each segment: the first holds the encoder's priming too. */
export function secondsOf({ segmentSamples, delaySamples, sampleRate }: RungRow): number[] {
  return segmentSamples.map((samples, i) => (samples - (i === 0 ? delaySamples : 0)) / sampleRate);
}

/** Bytes of a part of a rung: the initialisation, or a segment counted from 1. Null: there is no such part. */
export function partOf(rung: RungRow, part: string): { start: number; end: number } | null {
  if (part === 'init.mp4') return { start: 0, end: rung.initBytes - 1 };
  const [, number] = /^([1-9]\d{0,5})\.m4s$/.exec(part) ?? [];
  const index = Number(number) - 1;
  const bytes = rung.segmentBytes[index];
  if (number === undefined || bytes === undefined) return null;
  const start = rung.segmentBytes.slice(0, index).reduce((a, b) => a + b, rung.initBytes);
  return { start, end: start + bytes - 1 };
}

/** RFC 6381, as browsers ask for it. */
export function codecsOf(name: RungName): string {
  return rungs.find((rung) => rung.name === name)!.codecs;
}

export function isRungName(text: string): text is RungName {
  return rungs.some(({ name }) => name === text);
}
