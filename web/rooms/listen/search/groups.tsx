import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { SearchOut } from '#listening/search/contract.ts';
import { Cover } from '../../../ui/cover.tsx';
import { Button } from '../../../ui/button.tsx';
import { Head } from '../../../ui/parts.tsx';
import { Shelf } from '../shelf.tsx';
import { playRadio } from '../radio.ts';
import { searchHref } from '../search-box.tsx';
import { TrackList } from '../tracks.tsx';
import { kindNames, type Kind } from './facets.tsx';
import { useWords } from './words.ts';

const lists = {
  artist: 'artists',
  recording: 'recordings',
  release: 'releases',
  playlist: 'playlists',
  label: 'labels',
} as const;

/** Kinds in the order in which the best of each was found. */
export function sectionsOf(data: SearchOut): readonly Kind[] {
  return [...new Set(data.order.map(({ kind }) => kind as Kind))];
}

export function Group({
  kind,
  data,
  from,
  onMore,
}: {
  kind: Kind;
  data: SearchOut;
  from: string;
  /** Null where all of them are shown. */
  onMore: (() => void) | null;
}): ReactNode {
  const { t } = useWords();
  const title = t(kindNames[kind]);
  const count = data.facets.kinds.find(({ value }) => value === kind)?.count ?? 0;
  return (
    <section aria-label={title}>
      <Head title={title}>
        {onMore !== null && count > data[lists[kind]].length && (
          <Button kind="bare" onClick={onMore}>
            {t('results.more', { count })}
          </Button>
        )}
      </Head>
      <Hits kind={kind} data={data} from={from} />
    </section>
  );
}

function Hits({ kind, data, from }: { kind: Kind; data: SearchOut; from: string }): ReactNode {
  const { t } = useWords();
  switch (kind) {
    case 'artist':
      return (
        <People
          hits={data.artists.map(({ id, name, recordings }) => ({
            id,
            name,
            href: `/app/listen/artists/${id}`,
            about: t('results.recordingCount', { count: recordings }),
          }))}
        />
      );
    case 'recording':
      return <TrackList recordings={data.recordings} from={from} />;
    case 'release':
      return <Shelf releases={data.releases} wrap />;
    case 'playlist':
      return <Playlists hits={data.playlists} />;
    case 'label':
      return (
        <People
          hits={data.labels.map(({ id, name, releases }) => ({
            id,
            name,
            href: `${searchHref(name)}&kind=release`,
            about: t('results.releaseCount', { count: releases }),
          }))}
        />
      );
  }
}

function People({
  hits,
}: {
  hits: readonly { id: string; name: string; href: string; about: string }[];
}): ReactNode {
  return (
    <ul className="people">
      {hits.map(({ id, name, href, about }) => (
        <li key={id}>
          <Link href={href} data-stop>
            <Cover id={id} size="s" />
            <span>
              <b className="clip">{name}</b>
              <span className="cap num">{about}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** A playlist is played: first what is in it, then what is like it. */
function Playlists({ hits }: { hits: SearchOut['playlists'] }): ReactNode {
  const { t } = useWords();
  return (
    <ul className="people">
      {hits.map(({ id, name, entries, isMine, isPublic }) => (
        <li key={id}>
          <button
            type="button"
            data-stop
            aria-label={t('results.playFrom', { name })}
            disabled={entries === 0}
            onClick={() => void playRadio(`playlist:${id}`, name).catch(() => {})}
          >
            <Cover id={id} size="s" />
            <span>
              <b className="clip">{name}</b>
              <span className="cap num">
                {[
                  t('results.entries', { count: entries }),
                  ...(isMine ? [t(isPublic ? 'results.minePublic' : 'results.mine')] : []),
                ].join(' · ')}
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What fits words of mood, genre and time. It says how these were understood. */
export function Fitting({ context }: { context: NonNullable<SearchOut['context']> }): ReactNode {
  const { t, f } = useWords();
  const { genres, tempo, years, like, than, recordings } = context;
  const what = [
    ...(like === null ? [] : [t('results.like', { name: like })]),
    ...(than === null ? [] : [t(`results.${than}`)]),
    ...genres,
    ...(tempo === null ? [] : [t(`results.${tempo}`)]),
    ...(years === null
      ? []
      : [years.from === years.to ? `${years.from}` : `${years.from}–${years.to}`]),
  ];
  const title = t('results.fits', { what: f.list(what) });
  return (
    <section aria-label={title}>
      <Head title={title}>
        <span className="cap">{t(like === null ? 'results.fitsHow' : 'results.likeHow')}</span>
      </Head>
      <TrackList recordings={recordings} from={title} />
    </section>
  );
}
