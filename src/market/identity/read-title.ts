import { foldLetters } from '#foundation/kernel/fold-letters.ts';

// What a title says: its name, the guests it credits, words that make it another recording of the same song, and a
// subtitle that another source may leave out.

export type TitleReading = {
  /** Words of the title itself, folded; never empty unless the title has neither letters nor digits. */
  readonly core: string;
  /** Neutral words in brackets or after a dash ("From The Vault"), folded; they may be missing elsewhere. */
  readonly subtitle: string;
  /**
   * What makes it a recording of its own ("live", "remix tiesto", "sped up"), folded and sorted. Two titles whose
   * version differs never name one recording.
   */
  readonly version: string;
  /** Names in "(feat. ...)", as written but folded. */
  readonly guests: readonly string[];
};

// One word is enough: whoever writes it means another recording, mix or cut. English, French, Portuguese, Spanish.
const versionWords = new Set(
  (
    'remix remixed remixes rmx refix rework reworked remake remade mix mixed mashup bootleg flip vip dub dubbed ' +
    'live unplugged acoustic acoustique acustico acustica stripped piano orchestral symphonic symphonique strings ' +
    'instrumental instrumentale karaoke acapella acappella cappella capella vocal vocals ' +
    'sped slowed reverb reverbed nightcore chopped screwed daycore speed ' +
    'edit extended club radio short long demo rehearsal session sessions sessoes version versions versao ' +
    'rerecorded rerecording re-recorded cover covers tribute reprise interlude intro outro skit medley megamix ' +
    'clean explicit censored uncensored freestyle cypher refreshed reimagined redux rewind revisited alternate ' +
    'alternative amapiano drill direct vivo concert concerto binaural 8d lofi minus playback part pt vol volume ' +
    'chapter episode'
  ).split(' '),
);
// Words beside "version" that say it is the one everybody knows.
const plainVersions =
  /^(the )?(original|album|single|main|standard|full|studio|official|audio|video|lp|ep)( (version|mix|edit|audio|video))?$/;
const droppable =
  /^((the )?(official|officiel|original|full|hd|hq|4k|audio|video|music|lyrics?|visuali[sz]er|clip|animated|performance video|ep|lp|single|album|digital(ly)?|mono|stereo|bonus( track)?|deluxe( edition)?|re ?-?master(ed|ise|ised)?|remaster|\d{4} re-?master(ed)?|re-?master(ed)? \d{4})( |$))+$/;
const guestMark =
  /^\s*(?:feat\.?|ft\.?|featuring|with|w\/|avec|com|prod\.?(?: by)?|produced by)(?=[\s.:])\.?\s*(.*)$/s;
const producerMark = /^\s*(?:prod\.?|produced)/;
const romanNumbers: Readonly<Record<string, string>> = {
  ii: '2',
  iii: '3',
  iv: '4',
  vi: '6',
  vii: '7',
  viii: '8',
  ix: '9',
};

/** Reads a title as a person would. `artistWords`: folded words of the performer, which a title may repeat. */
export function readTitle(title: string): TitleReading {
  const folded = foldLetters(title);
  const { bare, asides } = takeAsides(folded);
  const guests: string[] = [];
  const subtitle: string[] = [];
  const version: string[] = [];
  for (const aside of asides) readAside(aside, { guests, subtitle, version });

  const { name, guest } = cutGuests(bare);
  if (guest !== null) guests.push(guest);
  const core = toWords(name);
  const ending = versionAtTheEnd(core);
  if (ending.length > 0) version.push(ending.join(' '));
  const left = core.slice(0, core.length - ending.length);
  return {
    core: (left.length > 0 ? left : core).map(asNumber).join(' ') || toWords(folded).join(' '),
    subtitle: subtitle.join(' '),
    version: [...new Set(version.flatMap((words) => words.split(' ')))].toSorted().join(' '),
    guests,
  };
}

/** Brackets and what follows a dash, apart from the title's own words. */
function takeAsides(folded: string): { readonly bare: string; readonly asides: readonly string[] } {
  const asides: string[] = [];
  let bare = folded.replaceAll(/[([{【]([^()[\]{}【】]*)[)\]}】]/g, (_whole, inside: string) => {
    asides.push(inside);
    return ' ';
  });
  // "Song - Live", "Song - 2011 Remaster": only where what follows is no part of the name.
  for (;;) {
    const dash = /^(.+\S)\s+[-–—|]\s+(\S[^-–—|]*)$/s.exec(bare);
    if (dash === null || !isAside(dash[2]!)) break;
    asides.push(dash[2]!);
    bare = dash[1]!;
  }
  if (toWords(bare).length === 0) return { bare: asides.join(' '), asides: [] };
  return { bare, asides };
}

function isAside(text: string): boolean {
  const words = toWords(text);
  return (
    guestMark.test(text) ||
    droppable.test(words.join(' ')) ||
    words.some((word) => versionWords.has(word))
  );
}

function readAside(
  aside: string,
  into: { guests: string[]; subtitle: string[]; version: string[] },
): void {
  const guest = guestMark.exec(aside);
  if (guest !== null) {
    if (!producerMark.test(aside)) into.guests.push(guest[1]!);
    return;
  }
  const words = toWords(aside).map(asNumber);
  const text = words.join(' ');
  if (words.length === 0 || droppable.test(text) || plainVersions.test(text)) return;
  // A year alone is another take ("(1999)"); words that name another recording are kept whole, so that two remixes differ.
  if (/^\d{4}$/.test(text) || words.some((word) => versionWords.has(word)))
    into.version.push(words.filter((word) => !fillers.has(word)).join(' '));
  else into.subtitle.push(text);
}

const fillers = new Set([
  'the',
  'a',
  'an',
  'official',
  'original',
  'by',
  'le',
  'la',
  'de',
  'du',
  'en',
  'in',
  'at',
]);

/** "Song feat. X": also without brackets, and never as the first word. */
function cutGuests(bare: string): { readonly name: string; readonly guest: string | null } {
  const found = /^(.*\S)\s+(?:feat\.?|ft\.|featuring)\s+(\S.*)$/s.exec(bare);
  return found === null ? { name: bare, guest: null } : { name: found[1]!, guest: found[2]! };
}

// Words that end no title by themselves ("Long Live" is one).
const endings = new Set(
  'remix refix rmx instrumental acoustic karaoke nightcore unplugged reprise freestyle'.split(' '),
);

/** "Essence Remix", "Water Sped Up": version words that close a title without brackets. Never the whole title. */
function versionAtTheEnd(words: readonly string[]): readonly string[] {
  const pair = words.slice(-2).join(' ');
  if (words.length > 2 && /^(sped up|slowed down|radio edit|club mix|live version)$/.test(pair))
    return words.slice(-2);
  return words.length > 1 && endings.has(words.at(-1)!) ? words.slice(-1) : [];
}

function asNumber(word: string): string {
  return romanNumbers[word] ?? word;
}

/** Letters and digits; "n'", "'n'" and "&" are "and". */
export function toWords(folded: string): readonly string[] {
  return folded
    .replaceAll(/[&+]/g, ' and ')
    .replaceAll(/(^|\s)['’]?n['’]?(?=\s)/g, '$1and')
    .replaceAll('$', 's')
    .replaceAll(/['’‘ʼʻ`´.]/g, '')
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()
    .split(' ')
    .filter((word) => word !== '');
}
