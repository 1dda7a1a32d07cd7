import { collect, type ParsedHistory } from './history.ts';
import { walkXml } from './read-xml.ts';

// rekordbox's XML (DJ_PLAYLISTS): a collection of TRACK elements and playlists of keys into it. Playlists named HISTORY…
// are what was played, in order; the format has no times.

type Track = {
  readonly title: string;
  readonly artist: string;
  readonly durationMs: number | null;
};

export function parseRekordboxXml(text: string): ParsedHistory {
  const out = collect();
  const byId = new Map<string, Track>();
  const byLocation = new Map<string, Track>();
  const lists: { readonly isHistory: boolean; readonly byLocation: boolean }[] = [];
  let entries = 0;

  const problem = walkXml(
    text,
    ({ name, attributes: a }) => {
      if (name === 'NODE')
        lists.push({
          isHistory: a['Type'] === '1' && /^history\b/i.test(a['Name'] ?? ''),
          byLocation: a['KeyType'] === '1',
        });
      if (name !== 'TRACK') return;
      const list = lists.at(-1);
      if (list === undefined) {
        const track = {
          title: a['Name'] ?? '',
          artist: a['Artist'] ?? '',
          durationMs: Number(a['TotalTime']) * 1_000 || null,
        };
        byId.set(a['TrackID'] ?? '', track);
        byLocation.set(a['Location'] ?? '', track);
      } else if (list.isHistory) {
        const where = `entry ${++entries}`;
        const track = (list.byLocation ? byLocation : byId).get(a['Key'] ?? '');
        if (track === undefined) out.refuse(where, 'is not in the file’s own collection');
        else out.add({ where, when: { kind: 'unknown' }, ...track });
      }
    },
    (name) => {
      if (name === 'NODE') lists.pop();
    },
  );
  if (problem !== null) out.refuse('the rest of the file', `is damaged: ${problem}`);
  else if (entries === 0) out.refuse('the file', 'has no playlist whose name begins with HISTORY');
  return out.finish('rekordbox xml');
}
