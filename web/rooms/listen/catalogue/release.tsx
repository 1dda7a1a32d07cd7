import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { getRelease, listReleases, type ReleaseOut } from '#catalogue/catalog/contract.ts';
import { player } from '../../../player/use-player.ts';
import { useApi, usePages } from '../../../kit/api.ts';
import { useTitle } from '../../../kit/page.tsx';
import { Button } from '../../../ui/button.tsx';
import { Cover } from '../../../ui/cover.tsx';
import { Facts, Prov, Zigzag } from '../../../ui/parts.tsx';
import { Answer, Empty, SkeletonRows } from '../../../ui/state.tsx';
import { useWords } from './words.ts';
import { Identifier } from './identifier.tsx';
import { Shelf, ShelfSkeleton } from '../shelf.tsx';
import { toTrack, totalMs, TrackList } from '../tracks.tsx';

const releasesPage = 48;

export function Release({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const release = useApi(getRelease, { params: { id: id as never } });
  useTitle(release.data?.title ?? t('room.listen'));
  return (
    <Answer page of={release} skeleton={<ReleaseSkeleton />}>
      {(shown) => (
        <article className="rel page">
          <ReleaseHead release={shown} level={1} />
          <div className="sides">
            <ReleaseTracks release={shown} />
            <div>
              <Zigzag quiet />
              <ReleaseFacts release={shown} />
            </div>
          </div>
        </article>
      )}
    </Answer>
  );
}

/** The sleeve: cover, name, who, what kind; and the button that plays it. */
export function ReleaseHead({ release, level }: { release: ReleaseOut; level: 1 | 2 }): ReactNode {
  const { t, f } = useWords();
  const Heading = level === 1 ? 'h1' : 'h2';
  const recordings = release.trackList.map((track) => track.recording);
  return (
    <>
      <div className="info">
        <Cover id={release.id} src={release.coverUrl} />
        <div>
          <Heading>{release.title}</Heading>
          <p>
            {release.artistId === null ? (
              release.artistName
            ) : (
              <Link href={`/app/listen/artists/${release.artistId}`}>{release.artistName}</Link>
            )}
          </p>
          <p className="cap num">
            {[
              t(`listen.kind.${release.kind}`),
              t('listen.recordings', { count: recordings.length }),
              ...(totalMs(recordings) > 0 ? [f.span(totalMs(recordings))] : []),
              ...(release.labelName === null ? [] : [release.labelName]),
              ...(release.releasedOn === null ? [] : [release.releasedOn.slice(0, 4)]),
            ].join(', ')}
          </p>
        </div>
      </div>
      <div className="row actions">
        <Button
          kind={level === 1 ? 'main' : 'plain'}
          icon="play"
          disabled={recordings.length === 0}
          onClick={() => player.play(recordings.map(toTrack), 0, release.title)}
        >
          {t('listen.play')}
        </Button>
      </div>
    </>
  );
}

export function ReleaseTracks({ release }: { release: ReleaseOut }): ReactNode {
  const { t } = useWords();
  const recordings = release.trackList.map((track) => track.recording);
  if (recordings.length === 0)
    return <Empty title={t('release.noTracks')}>{t('release.noTracksBody')}</Empty>;
  return <TrackList recordings={recordings} from={release.title} numbered />;
}

function ReleaseFacts({ release }: { release: ReleaseOut }): ReactNode {
  const { t, f } = useWords();
  const { releasedOn, territories } = release;
  return (
    <Facts
      items={[
        {
          name: t('release.heardIn'),
          value:
            territories === null ? t('release.everywhere') : f.list(territories.map(f.territory)),
        },
        ...(releasedOn === null
          ? []
          : [
              {
                name: t('release.releasedOn'),
                value: releasedOn.length === 10 ? f.day(releasedOn) : releasedOn,
              },
            ]),
        {
          name: t('release.gtin'),
          value: <Identifier value={release.gtin} valid={release.gtinValid} />,
        },
        { name: t('plays.from'), value: <Prov kind={release.provenance} /> },
      ]}
    />
  );
}

function ReleaseSkeleton(): ReactNode {
  return (
    <div className="rel page">
      <div className="info late" aria-hidden="true">
        <span className="cover skel" />
        <div>
          <p className="skel">&nbsp;</p>
        </div>
      </div>
      <div className="row actions" />
      <SkeletonRows rows={8} />
    </div>
  );
}

/** Every release, newest in the catalogue first. */
export function Releases(): ReactNode {
  const { t } = useWords();
  useTitle(t('results.releases'));
  const releases = usePages(listReleases, { query: { limit: releasesPage } });
  return (
    <>
      <h1>{t('results.releases')}</h1>
      <div className="below">
        <Answer of={releases} skeleton={<ShelfSkeleton count={12} wrap />}>
          {(items) =>
            items.length === 0 ? (
              <Empty title={t('listen.emptyHead')}>{t('listen.emptyBody')}</Empty>
            ) : (
              <Shelf releases={items} wrap />
            )
          }
        </Answer>
      </div>
      {releases.paging.hasMore && (
        <p className="more">
          <Button busy={releases.paging.loading} onClick={releases.paging.more}>
            {t('ui.showMore')}
          </Button>
        </p>
      )}
    </>
  );
}
