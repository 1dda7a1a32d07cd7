import { collect, type ParsedHistory, type When } from './history.ts';
import { wallClock } from './read-time.ts';
import { walkXml, type Tag } from './read-xml.ts';

// Traktor's History/history_….nml: a collection of the tracks that were loaded, then the list of what was played, each
// with STARTDATE (year << 16 | month << 8 | day), STARTTIME (second of the day on the DJ's wall), DURATION heard in seconds.

type Track = { title: string; artist: string; durationMs: number | null; isrc: string | null };

export function parseTraktor(text: string): ParsedHistory {
  const out = collect();
  const tracks = new Map<string, Track>();
  let track: (Track & { key: string }) | null = null;
  let entry: { key: string; data: Tag['attributes'] | null } | null = null;
  let entries = 0;

  const problem = walkXml(
    text,
    ({ name, attributes: a, path }) => {
      if (name === 'ENTRY') {
        if (path.at(-1) === 'PLAYLIST') entry = { key: '', data: null };
        else
          track = {
            key: '',
            title: a['TITLE'] ?? '',
            artist: a['ARTIST'] ?? '',
            durationMs: null,
            isrc: null,
          };
      } else if (track !== null && name === 'LOCATION')
        track.key = `${a['VOLUME'] ?? ''}${a['DIR'] ?? ''}${a['FILE'] ?? ''}`;
      else if (track !== null && name === 'INFO') {
        track.durationMs = Number(a['PLAYTIME_FLOAT'] ?? a['PLAYTIME']) * 1_000 || null;
        track.isrc = a['ISRC'] ?? null;
      } else if (entry !== null && name === 'PRIMARYKEY') entry.key = a['KEY'] ?? '';
      else if (entry !== null && name === 'EXTENDEDDATA') entry.data = a;
    },
    (name) => {
      if (name !== 'ENTRY') return;
      if (track !== null) {
        tracks.set(track.key, track);
        track = null;
      } else if (entry !== null) {
        const where = `entry ${++entries}`;
        const known = tracks.get(entry.key);
        const data = entry.data ?? {};
        const when = whenOf(data);
        if (data['PLAYEDPUBLIC'] === '0') out.refuse(where, 'was heard on headphones only');
        else if (known === undefined) out.refuse(where, 'is not in the file’s own collection');
        else if (when.kind === 'unknown') out.refuse(where, 'has no time of start');
        else out.add({ where, when, ...known, playedMs: Number(data['DURATION']) * 1_000 || null });
        entry = null;
      }
    },
  );
  if (problem !== null) out.refuse('the rest of the file', `is damaged: ${problem}`);
  return out.finish('traktor');
}

function whenOf(data: Tag['attributes']): When {
  const date = Number(data['STARTDATE'] ?? 0);
  const second = Number(data['STARTTIME'] ?? Number.NaN);
  const wallMs = wallClock(date >> 16, (date >> 8) & 0xff, date & 0xff, second);
  return wallMs === null ? { kind: 'unknown' } : { kind: 'wall', wallMs };
}
