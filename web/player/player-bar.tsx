import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { ApiError } from '#client/call.ts';
import { IconButton } from '../ui/button.tsx';
import { Cover } from '../ui/cover.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { clock } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { useWords } from '../ui/words.tsx';
import { DataLine } from './data-line.tsx';
import { QualityChoice } from './quality-choice.tsx';
import type { Track } from './player.ts';
import { SeekLine } from './seek.tsx';
import { player, usePlayer } from './use-player.ts';
import { useWaveform } from './use-waveform.ts';
import './player.css';

/** What sounds now, under every screen. */
export function PlayerBar(): ReactNode {
  const { t } = useWords();
  const track = usePlayer((state) => state.current);
  const status = usePlayer((state) => state.status);
  const queue = usePlayer((state) => state.queue);
  const index = usePlayer((state) => state.index);
  const [open, setOpen] = useState(false);
  if (track === null) return null;
  const sounding = status === 'playing' || status === 'loading';
  return (
    <section className="player" aria-label={t('player.label')}>
      <button
        type="button"
        className="ring"
        aria-label={t(sounding ? 'player.pause' : 'player.play', { title: track.title })}
        onClick={player.toggle}
      >
        <Ring />
        <Icon name={sounding ? 'pause' : 'play'} />
      </button>
      <TrackLine track={track} failed={status === 'failed'} />
      <div className="wide">
        <IconButton icon="previous" label={t('player.previous')} onClick={player.previous} />
        <IconButton
          icon="next"
          label={t('player.next')}
          disabled={index + 1 >= queue.length}
          onClick={player.next}
        />
      </div>
      <Seek recordingId={track.recordingId} />
      <IconButton
        icon="queue"
        label={t('player.queue', { count: queue.length })}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      />
      {open && <Queue onClose={() => setOpen(false)} />}
    </section>
  );
}

function TrackLine({ track, failed }: { track: Track; failed: boolean }): ReactNode {
  const { t } = useWords();
  const signedOut = usePlayer(
    (state) => state.error instanceof ApiError && state.error.status === 401,
  );
  return (
    <Link
      className="now-line"
      href={
        failed && signedOut
          ? `/app/sign-in?next=/app/listen/recordings/${track.recordingId}`
          : `/app/listen/recordings/${track.recordingId}`
      }
    >
      <Cover id={track.coverId} src={track.coverUrl} size="s" />
      <span className="t">
        <span className="clip">{track.title}</span>
        <small className="clip" role={failed ? 'alert' : undefined}>
          {failed ? t(signedOut ? 'player.signIn' : 'player.failed') : track.artist}
        </small>
      </span>
    </Link>
  );
}

/** How far it has come, as the rim of a drum. */
function Ring(): ReactNode {
  const share = usePlayer((state) =>
    state.durationMs > 0 ? Math.round((state.positionMs / state.durationMs) * 1000) / 10 : 0,
  );
  return (
    <svg viewBox="0 0 44 44" aria-hidden="true">
      <circle
        cx="22"
        cy="22"
        r="20"
        fill="none"
        stroke="currentColor"
        strokeOpacity=".25"
        strokeWidth="3"
      />
      <circle
        cx="22"
        cy="22"
        r="20"
        fill="none"
        stroke="var(--stage-accent)"
        strokeWidth="3"
        pathLength="100"
        strokeDasharray={`${share} 100`}
        transform="rotate(-90 22 22)"
      />
    </svg>
  );
}

function Seek({ recordingId }: { recordingId: string }): ReactNode {
  const peaks = useWaveform(recordingId);
  const seconds = usePlayer((state) => Math.floor(state.positionMs / 1000));
  const total = usePlayer((state) => Math.floor(state.durationMs / 1000));
  return (
    <div className="wide extra num seek">
      <span>{clock(seconds * 1000)}</span>
      <SeekLine peaks={peaks} />
      <span>{clock(total * 1000)}</span>
    </div>
  );
}

function Queue({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useWords();
  const queue = usePlayer((state) => state.queue);
  const index = usePlayer((state) => state.index);
  const from = usePlayer((state) => state.from);
  return (
    <Dialog drawer title={t('player.queueTitle')} onClose={onClose}>
      {from !== null && (
        <p className="cap">
          {t('player.from', { name: from, at: index + 1, count: queue.length })}
        </p>
      )}
      <DataLine />
      <QualityChoice />
      <ol className="queue">
        {queue.map((track, at) => (
          <li key={`${at}${track.recordingId}`} aria-current={at === index ? 'true' : undefined}>
            <button type="button" onClick={() => player.jump(at)}>
              <Cover id={track.coverId} src={track.coverUrl} size="s" />
              <span>
                <b className="clip">{track.title}</b>
                <span className="cap clip">{track.artist}</span>
              </span>
              {track.durationMs !== null && (
                <span className="cap num">{clock(track.durationMs)}</span>
              )}
            </button>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
