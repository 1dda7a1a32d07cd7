import { keepPreviousData } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { listGenres } from '#catalogue/catalog/contract.ts';
import { getTaste, listMixes, putTaste } from '#listening/recommend/contract.ts';
import { search } from '#listening/search/contract.ts';
import { useAct, useApi } from '../../../kit/api.ts';
import { useSession } from '../../../kit/session.tsx';
import { Button } from '../../../ui/button.tsx';
import { Search } from '../../../ui/field.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Panel } from '../../../ui/parts.tsx';
import { Answer, Problem, SkeletonRows } from '../../../ui/state.tsx';
import { useToast } from '../../../ui/toast.tsx';
import { useWords } from './words.ts';

const genresShown = 16;
const artistsShown = 6;
const familiarDefault = 30;

/** Genres and artists somebody likes, told before anything was heard, or told anew. */
export function TellTaste({ onDone }: { onDone?: () => void }): ReactNode {
  const { t } = useWords();
  const taste = useApi(getTaste, {});
  return (
    <Panel title={t('taste.title')} className="taste">
      <Answer of={taste} skeleton={<SkeletonRows rows={2} />}>
        {(known) => (
          <TasteForm before={known.taste} {...(onDone === undefined ? {} : { onDone })} />
        )}
      </Answer>
    </Panel>
  );
}

type Taste = NonNullable<NonNullable<ReturnType<typeof useTaste>['data']>['taste']>;
const useTaste = () => useApi(getTaste, {});

function TasteForm({ before, onDone }: { before: Taste | null; onDone?: () => void }): ReactNode {
  const { t } = useWords();
  const { me } = useSession();
  const toast = useToast();
  const genres = useApi(listGenres, { query: { limit: genresShown } });
  const [liked, setLiked] = useState<readonly string[]>(before?.genres ?? []);
  const [artists, setArtists] = useState<readonly { id: string; name: string | null }[]>(
    (before?.artists ?? []).map((id) => ({ id, name: null })),
  );
  const save = useAct(putTaste, [getTaste, listMixes]);
  const toggle = (genre: string): void =>
    setLiked(liked.includes(genre) ? liked.filter((one) => one !== genre) : [...liked, genre]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const body = {
          genres: [...liked],
          artists: artists.map(({ id }) => id as never),
          territory: before?.territory ?? me?.territory ?? null,
          familiar: before?.familiar ?? familiarDefault,
        };
        void save.run({ body }).then(() => {
          toast(t('taste.saved'));
          onDone?.();
        });
      }}
    >
      {before === null && <p className="soft">{t('taste.body')}</p>}
      <div className="chips" role="group" aria-label={t('taste.genres')}>
        {genres.data?.items.map(({ name }) => (
          <button
            key={name}
            type="button"
            className="chip"
            aria-pressed={liked.includes(name)}
            onClick={() => toggle(name)}
          >
            {name}
          </button>
        ))}
      </div>
      <PickArtists
        picked={artists}
        onPick={(one) => setArtists([...artists, one])}
        onRemove={(id) => setArtists(artists.filter((one) => one.id !== id))}
      />
      {save.error !== null && <Problem error={save.error} />}
      <Button
        type="submit"
        kind="main"
        busy={save.busy}
        disabled={liked.length === 0 && artists.length === 0}
      >
        {t('taste.save')}
      </Button>
    </form>
  );
}

function PickArtists({
  picked,
  onPick,
  onRemove,
}: {
  picked: readonly { id: string; name: string | null }[];
  onPick: (artist: { id: string; name: string }) => void;
  onRemove: (id: string) => void;
}): ReactNode {
  const { t } = useWords();
  const [words, setWords] = useState('');
  const found = useApi(
    search,
    { query: { q: words.trim(), kinds: 'artist', limit: artistsShown } },
    { enabled: words.trim() !== '', placeholder: keepPreviousData },
  );
  const others = found.data?.artists.filter(({ id }) => !picked.some((one) => one.id === id)) ?? [];
  return (
    <>
      <Search
        label={t('taste.find')}
        value={words}
        maxLength={200}
        onChange={({ currentTarget }) => setWords(currentTarget.value)}
        // Enter in the box is no end of the form.
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.preventDefault();
        }}
      />
      <div className="chips" role="group" aria-label={t('taste.artists')}>
        {picked
          .filter((one): one is { id: string; name: string } => one.name !== null)
          .map(({ id, name }) => (
            <button
              key={id}
              type="button"
              className="chip"
              aria-pressed="true"
              aria-label={t('taste.remove', { name })}
              onClick={() => onRemove(id)}
            >
              {name} <Icon name="x" />
            </button>
          ))}
        {words.trim() !== '' &&
          others.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              className="chip"
              aria-pressed="false"
              onClick={() => {
                onPick({ id, name });
                setWords('');
              }}
            >
              <Icon name="plus" /> {name}
            </button>
          ))}
      </div>
    </>
  );
}
