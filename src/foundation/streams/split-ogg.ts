import { cleanTitle, type Part } from './demux-icy.ts';

// Ogg stations send one logical stream after another, each with its comments: a break for the decoder, which
// does not go from one to the next by itself, and a title that is exact to the packet.

const pageHeadBytes = 27;
const pageBytesMax = pageHeadBytes + 255 + 255 * 255;
const beginning = 0x02;
const commentBytesMax = 65_536;

export async function* splitOgg(bytes: AsyncIterable<Buffer>): AsyncGenerator<Part> {
  let rest: Buffer = Buffer.alloc(0);
  let begins = false; // in the run of first pages that opens a chain
  let serial = -1;
  let comments: Buffer[] | null = null;
  let isFirst = true;
  for await (const chunk of bytes) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const start = rest.indexOf('OggS');
      if (start < 0) {
        rest = rest.subarray(Math.max(0, rest.length - 3));
        break;
      }
      const length = pageLength(rest, start);
      if (length === null) {
        rest = rest.subarray(start);
        break;
      }
      const page = rest.subarray(start, start + length);
      rest = rest.subarray(start + length);
      if ((page[5]! & beginning) !== 0) {
        if (!begins && !isFirst) yield { kind: 'break' };
        begins = true;
        isFirst = false;
        serial = page.readUInt32LE(14);
        comments = [];
      } else begins = false;
      yield { kind: 'sound', bytes: page };
      if (comments !== null && page.readUInt32LE(14) === serial && !begins) {
        comments.push(bodyOfPage(page));
        const gathered = Buffer.concat(comments);
        const title = readComments(gathered);
        if (title !== undefined || gathered.length > commentBytesMax) comments = null;
        if (typeof title === 'string') yield { kind: 'title', title };
      }
    }
    if (rest.length > 2 * pageBytesMax) rest = rest.subarray(rest.length - pageBytesMax);
  }
}

function pageLength(bytes: Buffer, at: number): number | null {
  if (bytes.length < at + pageHeadBytes) return null;
  const segments = bytes[at + 26]!;
  if (bytes.length < at + pageHeadBytes + segments) return null;
  let length = pageHeadBytes + segments;
  for (let i = 0; i < segments; i++) length += bytes[at + pageHeadBytes + i]!;
  return bytes.length < at + length ? null : length;
}

function bodyOfPage(page: Buffer): Buffer {
  return page.subarray(pageHeadBytes + page[26]!);
}

/** The title of a comment header (Vorbis, Opus, FLAC in Ogg); null without one, undefined while it is not whole. */
function readComments(packet: Buffer): string | null | undefined {
  const at = startOfComments(packet);
  if (at === null) return null;
  let here = at;
  const take = (): Buffer | undefined => {
    if (packet.length < here + 4) return undefined;
    const length = packet.readUInt32LE(here);
    if (packet.length < here + 4 + length) return undefined;
    here += 4 + length;
    return packet.subarray(here - length, here);
  };
  if (take() === undefined) return undefined; // the vendor
  if (packet.length < here + 4) return undefined;
  let count = packet.readUInt32LE(here);
  here += 4;
  const found = new Map<string, string>();
  for (; count > 0; count--) {
    const comment = take();
    if (comment === undefined) return undefined;
    const text = comment.toString('utf8');
    const equals = text.indexOf('=');
    if (equals > 0) found.set(text.slice(0, equals).toUpperCase(), text.slice(equals + 1));
  }
  const [artist, title] = [found.get('ARTIST'), found.get('TITLE')];
  if (title === undefined) return null;
  return cleanTitle(artist === undefined ? title : `${artist} - ${title}`);
}

function startOfComments(packet: Buffer): number | null {
  if (packet.subarray(1, 7).toString('latin1') === 'vorbis' && packet[0] === 3) return 7;
  if (packet.subarray(0, 8).toString('latin1') === 'OpusTags') return 8;
  if (packet.length > 4 && (packet[0]! & 0x7f) === 4) return 4; // a FLAC metadata block
  return null;
}
