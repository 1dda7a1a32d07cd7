import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { RecordingItem } from '#catalogue/catalog/contract.ts';
import type { Track } from '../../player/player.ts';
import { player, usePlayer } from '../../player/use-player.ts';
import { IconButton } from '../../ui/button.tsx';
import { Cover } from '../../ui/cover.tsx';
import { clock } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { useWords } from './words.ts';

export function toTrack(recording: RecordingItem): Track {
  return {
    recordingId: recording.id,
    title: recording.title,
    artist: recording.artistName,
    durationMs: recording.durationMs,
    coverId: recording.id,
    coverUrl: recording.coverUrl,
  };
}

export function recordingHref(id: string): string {
  return `/app/listen/recordings/${id}`;
}

/** Recordings in an order, as on a sleeve: a tap on a title plays the list from there. */
export function TrackList({
  recordings,
  from,
  numbered = false,
  notes,
  drop,
}: {
  recordings: readonly RecordingItem[];
  from: string;
  numbered?: boolean;
  /** A line of its own below the names of each: why it is here. */
  notes?: readonly string[];
  /** Takes one out of the list. */
  drop?: { readonly label: (title: string) => string; readonly onDrop: (id: string) => void };
}): ReactNode {
  const { t } = useWords();
  const currentId = usePlayer((state) => state.current?.recordingId);
  const queue = recordings.map(toTrack);
  return (
    <ol className={numbered ? 'tracks numbered' : 'tracks'}>
      {recordings.map((recording, index) => (
        <li
          key={`${index}${recording.id}`}
          aria-current={recording.id === currentId ? 'true' : undefined}
        >
          {numbered ? (
            <span className="n num">{index + 1}</span>
          ) : (
            <Cover id={recording.id} src={recording.coverUrl} size="s" />
          )}
          <button type="button" data-stop onClick={() => player.play(queue, index, from)}>
            <span className="clip">
              <span className="sr">{t('listen.play')} </span>
              {recording.title}
            </span>
            {!numbered && <span className="cap clip">{recording.artistName}</span>}
            {notes !== undefined && <span className="cap clip why">{notes[index]}</span>}
          </button>
          <span className="cap num row">
            {recording.durationMs === null ? '' : clock(recording.durationMs)}
            {drop !== undefined && (
              <IconButton
                icon="x"
                label={drop.label(recording.title)}
                onClick={() => drop.onDrop(recording.id)}
              />
            )}
          </span>
          <Link
            className="btn btn-icon"
            href={recordingHref(recording.id)}
            aria-label={t('listen.about', { title: recording.title })}
          >
            <Icon name="chevron" />
          </Link>
        </li>
      ))}
    </ol>
  );
}

/** How long a list takes; recordings of unknown length count as none. */
export function totalMs(recordings: readonly RecordingItem[]): number {
  return recordings.reduce((sum, recording) => sum + (recording.durationMs ?? 0), 0);
}
