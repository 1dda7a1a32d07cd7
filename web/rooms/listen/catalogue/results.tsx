import { keepPreviousData } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useSearch } from 'wouter';
import { listArtists, listRecordings, listReleases } from '#catalogue/catalog/contract.ts';
import { useApi, usePages } from '../../../kit/api.ts';
import { useTitle } from '../../../kit/page.tsx';
import { Button } from '../../../ui/button.tsx';
import { Cover } from '../../../ui/cover.tsx';
import { Head } from '../../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../../ui/state.tsx';
import { useWords } from './words.ts';
import { Shelf } from '../shelf.tsx';
import { TrackList } from '../tracks.tsx';

const artistsShown = 6;
const releasesShown = 6;
const recordingsPage = 20;

/** What was found: people first, then sleeves, then sound. While one types on, the last answer stays. */
export function Results(): ReactNode {
  const { t } = useWords();
  const search = new URLSearchParams(useSearch());
  const words = search.get('q') ?? '';
  const genre = search.get('genre') ?? undefined;
  const heading = genre ?? t('results.title', { words });
  useTitle(heading);
  const typing = { enabled: words !== '', placeholder: keepPreviousData } as const;
  const artists = useApi(listArtists, { query: { query: words, limit: artistsShown } }, typing);
  const releases = useApi(listReleases, { query: { query: words, limit: releasesShown } }, typing);
  const recordings = usePages(
    listRecordings,
    {
      query:
        genre === undefined
          ? { query: words, limit: recordingsPage }
          : { genre, limit: recordingsPage },
    },
    { placeholder: keepPreviousData },
  );
  const people = artists.data?.items ?? [];
  const sleeves = releases.data?.items ?? [];
  const nothing =
    recordings.data?.length === 0 &&
    people.length === 0 &&
    sleeves.length === 0 &&
    !artists.isPending &&
    !releases.isPending;
  return (
    <div aria-busy={recordings.isFetching}>
      <h1 className="sr">{heading}</h1>
      <p className="sr" role="status">
        {recordings.isSuccess &&
          t('results.found', {
            count: recordings.data?.length ?? 0,
            artists: people.length,
            releases: sleeves.length,
          })}
      </p>
      {genre !== undefined && <p className="poster">{genre}</p>}
      {nothing ? (
        <Empty title={t('results.none', { words: genre ?? words })}>{t('results.noneBody')}</Empty>
      ) : (
        <>
          {words !== '' && people.length > 0 && (
            <section aria-label={t('results.artists')}>
              <Head title={t('results.artists')} />
              <ul className="people">
                {people.map((artist) => (
                  <li key={artist.id}>
                    <Link href={`/app/listen/artists/${artist.id}`}>
                      <Cover id={artist.id} size="s" />
                      <span>
                        <b className="clip">{artist.name}</b>
                        <span className="cap num">
                          {t('listen.recordings', { count: artist.recordings })}
                        </span>
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )}
          {words !== '' && sleeves.length > 0 && (
            <section aria-label={t('results.releases')}>
              <Head title={t('results.releases')} />
              <Shelf releases={sleeves} />
            </section>
          )}
          <section aria-label={t('results.recordings')}>
            <Head title={t('results.recordings')} />
            <Answer of={recordings} skeleton={<SkeletonRows rows={8} cover />}>
              {(items) => <TrackList recordings={items} from={heading} />}
            </Answer>
            {recordings.paging.hasMore && (
              <p className="more">
                <Button busy={recordings.paging.loading} onClick={recordings.paging.more}>
                  {t('ui.showMore')}
                </Button>
              </p>
            )}
          </section>
        </>
      )}
    </div>
  );
}
