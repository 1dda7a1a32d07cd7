import { keepPreviousData } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { RecordingItem } from '#catalogue/catalog/contract.ts';
import { search } from '#listening/search/contract.ts';
import { useApi } from '../api.ts';
import { Button } from '../../ui/button.tsx';
import { Cover } from '../../ui/cover.tsx';
import { Search } from '../../ui/field.tsx';
import { clock } from '../../ui/format.ts';
import { useWords } from './words.ts';
import './claims.css';

const foundShown = 6;

/** Finds one recording of the catalogue by its words. */
export function PickRecording({
  label,
  picked,
  onPick,
}: {
  label: string;
  picked: RecordingItem | null;
  onPick: (recording: RecordingItem | null) => void;
}): ReactNode {
  const { t } = useWords();
  const [words, setWords] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const before = useRef(picked);
  const picksAnother = useRef(false);
  // What had the focus went away with the choice; whoever works with the keyboard goes on from here.
  useEffect(() => {
    if (before.current === picked) return;
    if (picked === null && !picksAnother.current) setWords('');
    before.current = picked;
    picksAnother.current = false;
    box.current?.querySelector<HTMLElement>('input, button')?.focus();
  }, [picked]);
  const found = useApi(
    search,
    { query: { q: words.trim(), kinds: 'recording', limit: foundShown } },
    { enabled: words.trim() !== '', placeholder: keepPreviousData },
  );
  if (picked !== null) {
    return (
      <div className="picked" ref={box}>
        <Cover id={picked.id} src={picked.coverUrl} size="s" />
        <span>
          <b className="clip">{picked.title}</b>
          <span className="cap clip">{picked.artistName}</span>
        </span>
        <Button
          kind="bare"
          onClick={() => {
            picksAnother.current = true;
            onPick(null);
          }}
        >
          {t('track.another')}
        </Button>
      </div>
    );
  }
  return (
    <div className="field" ref={box}>
      <span>
        <b>{label}</b>
      </span>
      <Search
        label={t('track.searchHint')}
        value={words}
        maxLength={200}
        onChange={({ currentTarget }) => setWords(currentTarget.value)}
      />
      {words.trim() !== '' && found.data?.recordings.length === 0 && (
        <p className="soft">{t('results.none', { words })}</p>
      )}
      {words.trim() !== '' && (
        <ul className="found" aria-label={t('results.recordings')}>
          {found.data?.recordings.map((recording) => (
            <li key={recording.id}>
              <button type="button" onClick={() => onPick(recording)}>
                <Cover id={recording.id} src={recording.coverUrl} size="s" />
                <span>
                  <b className="clip">{recording.title}</b>
                  <span className="cap clip">{recording.artistName}</span>
                </span>
                <span className="cap num">
                  {recording.durationMs === null ? '' : clock(recording.durationMs)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
