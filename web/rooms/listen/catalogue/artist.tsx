import type { ReactNode } from 'react';
import { getArtist, listRecordings } from '#catalogue/catalog/contract.ts';
import { player } from '../../../player/use-player.ts';
import { useApi, usePages } from '../../../kit/api.ts';
import { useTitle } from '../../../kit/page.tsx';
import { Button, PlayButton } from '../../../ui/button.tsx';
import { Cover } from '../../../ui/cover.tsx';
import { Head } from '../../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../../ui/state.tsx';
import { useWords } from './words.ts';
import { Shelf, ShelfSkeleton } from '../shelf.tsx';
import { RadioButton } from '../radio-button.tsx';
import { toTrack, TrackList } from '../tracks.tsx';
import { SimilarArtists } from './similar.tsx';

const recordingsPage = 20;

export function Artist({ id }: { id: string }): ReactNode {
  const { t, f } = useWords();
  const artist = useApi(getArtist, { params: { id: id as never } });
  const recordings = usePages(listRecordings, {
    query: { artistId: id as never, limit: recordingsPage },
  });
  useTitle(artist.data?.name ?? t('room.listen'));
  return (
    <Answer page of={artist} skeleton={<ArtistSkeleton />}>
      {(shown) => (
        <>
          <header className="mix artist">
            <div className="art">
              <Cover id={shown.id} />
            </div>
            <div className="say">
              <h1>{shown.name}</h1>
              <p>
                {[
                  ...(shown.territory === null ? [] : [f.territory(shown.territory)]),
                  t('listen.recordings', { count: shown.recordings }),
                  t('listen.releases', { count: shown.releases.length }),
                ].join(', ')}
              </p>
              {shown.about !== null && <p>{shown.about}</p>}
              <div className="row">
                <PlayButton
                  label={t('player.play', { title: shown.name })}
                  disabled={(recordings.data?.length ?? 0) === 0}
                  onClick={() => player.play((recordings.data ?? []).map(toTrack), 0, shown.name)}
                />
                <RadioButton from={`artist:${id}`} title={shown.name} />
              </div>
            </div>
          </header>
          {shown.releases.length > 0 && (
            <section aria-label={t('results.releases')}>
              <Head title={t('results.releases')} />
              <Shelf releases={shown.releases} wrap />
            </section>
          )}
          <section aria-label={t('results.recordings')}>
            <Head title={t('results.recordings')} />
            <Answer of={recordings} skeleton={<SkeletonRows rows={8} cover />}>
              {(items) =>
                items.length === 0 ? (
                  <Empty title={t('artist.noRecordings')}>{t('artist.noRecordingsBody')}</Empty>
                ) : (
                  <TrackList recordings={items} from={shown.name} />
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
          <SimilarArtists id={id} />
        </>
      )}
    </Answer>
  );
}

function ArtistSkeleton(): ReactNode {
  return (
    <>
      <div className="mix artist late" aria-hidden="true">
        <div className="art" />
        <div className="say" />
      </div>
      <div className="head" />
      <ShelfSkeleton count={4} wrap />
    </>
  );
}
