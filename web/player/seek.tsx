import type { ReactNode } from 'react';
import { clock } from '../ui/format.ts';
import { useWords } from '../ui/words.tsx';
import { player, usePlayer } from './use-player.ts';
import { Wave } from './wave.tsx';
import './player.css';

/** The line of time: the wave where it is known, under a real range so that keys and readers can move it. */
export function SeekLine({ peaks }: { peaks: readonly number[] | null }): ReactNode {
  const { t } = useWords();
  const seconds = usePlayer((state) => Math.floor(state.positionMs / 1000));
  const total = usePlayer((state) => Math.floor(state.durationMs / 1000));
  const share = total > 0 ? Math.min(1, seconds / total) : 0;
  return (
    <div className={peaks === null ? 'wavebox line' : 'wavebox'}>
      {peaks === null ? (
        <span className="plain-line" aria-hidden="true">
          <i style={{ width: `${share * 100}%` }} />
        </span>
      ) : (
        <Wave peaks={peaks} share={share} />
      )}
      <input
        type="range"
        min={0}
        max={Math.max(total, 1)}
        value={Math.min(seconds, total)}
        aria-label={t('player.position')}
        aria-valuetext={t('player.positionOf', {
          at: clock(seconds * 1000),
          total: clock(total * 1000),
        })}
        onChange={({ currentTarget }) => player.seek(Number(currentTarget.value) * 1000)}
      />
    </div>
  );
}
