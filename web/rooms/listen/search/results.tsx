import { keepPreviousData } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { listRecordings } from '#catalogue/catalog/contract.ts';
import { search, type SearchOut } from '#listening/search/contract.ts';
import { useApi, usePages } from '../../../kit/api.ts';
import { useTitle } from '../../../kit/page.tsx';
import { useSession } from '../../../kit/session.tsx';
import { Button } from '../../../ui/button.tsx';
import { Head } from '../../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../../ui/state.tsx';
import { rememberSearch } from '../recent-searches.ts';
import { moveByArrow, searchHref, searchPath } from '../search-box.tsx';
import { TrackList } from '../tracks.tsx';
import { Facets, type Chosen } from './facets.tsx';
import { Fitting, Group, sectionsOf } from './groups.tsx';
import { useWords } from './words.ts';

const perKind = 8;
const perKindAlone = 100;
const recordingsPage = 20;

/** What was found, kind by kind, in the order of their best. While one types on, the last answer stays. */
export function Results(): ReactNode {
  const asked = new URLSearchParams(useSearch());
  const words = asked.get('q') ?? '';
  const genre = asked.get('genre');
  return words === '' ? (
    <OfGenre genre={genre ?? ''} />
  ) : (
    <Found
      words={words}
      chosen={{ kind: asked.get('kind'), genre, year: Number(asked.get('year')) || null }}
    />
  );
}

function Found({ words, chosen }: { words: string; chosen: Chosen }): ReactNode {
  const { t, f } = useWords();
  const [, go] = useLocation();
  const { kind, genre, year } = chosen;
  const heading = t('results.title', { words });
  useTitle(heading);
  const found = useApi(
    search,
    {
      query: {
        q: words,
        limit: kind === null ? perKind : perKindAlone,
        ...(kind === null ? {} : { kinds: kind }),
        ...(genre === null ? {} : { genre }),
        ...(year === null ? {} : { year }),
      },
    },
    { placeholder: keepPreviousData },
  );
  const choose = (next: Chosen): void => {
    const query = new URLSearchParams({ q: words });
    for (const [name, value] of Object.entries(next))
      if (value !== null) query.set(name, String(value));
    go(`${searchPath}?${query}`, { replace: true });
  };
  return (
    <div
      className="results"
      role="group"
      aria-label={heading}
      aria-busy={found.isFetching}
      onKeyDown={moveByArrow}
      onClickCapture={({ target }) => {
        if ((target as Element).closest('[data-stop]') !== null) rememberSearch(words);
      }}
    >
      <h1 className="sr">{heading}</h1>
      <p className="sr" role="status">
        {found.data !== undefined && f.list(countsOf(found.data, t))}
      </p>
      <Answer of={found} skeleton={<SkeletonRows rows={8} cover />}>
        {(data) => (
          <>
            <Facets facets={data.facets} chosen={chosen} onChoose={choose} />
            {data.order.length === 0 && data.context === null && (
              <Nothing
                words={words}
                data={data}
                chosen={chosen}
                onWiden={() => choose(nothingChosen)}
              />
            )}
            {sectionsOf(data).map((section) => (
              <Group
                key={section}
                kind={section}
                data={data}
                from={heading}
                onMore={kind === null ? () => choose({ ...chosen, kind: section }) : null}
              />
            ))}
            {data.context !== null && <Fitting context={data.context} />}
          </>
        )}
      </Answer>
    </div>
  );
}

const nothingChosen: Chosen = { kind: null, genre: null, year: null };

function countsOf(data: SearchOut, t: ReturnType<typeof useWords>['t']): readonly string[] {
  const said = {
    artist: 'results.artistCount',
    recording: 'results.recordingCount',
    release: 'results.releaseCount',
    playlist: 'results.playlistCount',
    label: 'results.labelCount',
  } as const;
  const counts = data.facets.kinds.map(({ value, count }) =>
    t(said[value as keyof typeof said], { count }),
  );
  return counts.length === 0 ? [t('results.recordingCount', { count: 0 })] : counts;
}

/** Nothing was found: what may have been meant, and where else to look. */
function Nothing({
  words,
  data,
  chosen,
  onWiden,
}: {
  words: string;
  data: SearchOut;
  chosen: Chosen;
  onWiden: () => void;
}): ReactNode {
  const { t } = useWords();
  const { me } = useSession();
  const isNarrowed = chosen.kind !== null || chosen.genre !== null || chosen.year !== null;
  return (
    <Empty
      title={t('results.none', { words })}
      action={
        <>
          {isNarrowed && (
            <Button kind="main" onClick={onWiden}>
              {t('results.widen')}
            </Button>
          )}
          {data.nearest.length > 0 && (
            <>
              <h3 className="cap">{t('results.nearest')}</h3>
              <div className="chips">
                {data.nearest.map((name) => (
                  <Link key={name} data-stop className="chip" href={searchHref(name)}>
                    {name}
                  </Link>
                ))}
              </div>
            </>
          )}
          <h3 className="cap">{t('results.elsewhere')}</h3>
          <div className="chips">
            <Link className="chip" href="/app/listen/releases">
              {t('results.browse')}
            </Link>
            {me !== null && (
              <Link className="chip" href="/app/listen/identify">
                {t('results.identify')}
              </Link>
            )}
          </div>
        </>
      }
    >
      {t(
        !data.isComplete
          ? 'results.reading'
          : isNarrowed
            ? 'results.noneNarrowed'
            : 'results.noneBody',
      )}
    </Empty>
  );
}

/** A genre of the front page: everything of it, newest first. */
function OfGenre({ genre }: { genre: string }): ReactNode {
  const { t } = useWords();
  useTitle(genre);
  const recordings = usePages(
    listRecordings,
    { query: { genre, limit: recordingsPage } },
    { placeholder: keepPreviousData, enabled: genre !== '' },
  );
  return (
    <div aria-busy={recordings.isFetching}>
      <h1 className="poster">{genre}</h1>
      <section aria-label={t('results.recordings')}>
        <Head title={t('results.recordings')} />
        <Answer of={recordings} skeleton={<SkeletonRows rows={8} cover />}>
          {(items) =>
            items.length === 0 ? (
              <Empty title={t('results.none', { words: genre })}>{t('results.noneNarrowed')}</Empty>
            ) : (
              <TrackList recordings={items} from={genre} />
            )
          }
        </Answer>
        {recordings.paging.hasMore && (
          <p className="more">
            <Button busy={recordings.paging.loading} onClick={recordings.paging.more}>
              {t('ui.showMore')}
            </Button>
          </p>
        )}
      </section>
    </div>
  );
}
