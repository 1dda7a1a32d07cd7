import { type ReactNode, Suspense } from 'react';
import { Link } from 'wouter';
import { listGenres, listReleases } from '#catalogue/catalog/contract.ts';
import { topRecordings } from '#counting/plays/contract.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import { DataLine } from '../../player/data-line.tsx';
import type { Track } from '../../player/player.ts';
import { player, usePlayer } from '../../player/use-player.ts';
import { useApi } from '../../kit/api.ts';
import { useTitle } from '../../kit/page.tsx';
import { part } from '../../kit/part.ts';
import { useMay, useSession } from '../../kit/session.tsx';
import { IconButton, PlayButton } from '../../ui/button.tsx';
import { Cover } from '../../ui/cover.tsx';
import { Head } from '../../ui/parts.tsx';
import { Door } from '../../ui/receipt.tsx';
import { Answer, Empty, SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { Shelf, ShelfSkeleton } from './shelf.tsx';
import { recordingHref } from './tracks.tsx';

const Mixes = part(
  () => import('./mixes/mixes.tsx').then((m) => m.Mixes),
  import.meta.glob('./mixes/words/*.json'),
);
const weekDays = 7;
const rankedShown = 8;
const rankedMax = 20;
/** Deep enough that what left the top for a week is still seen to come back. */
const beforeMax = 50;
const newShown = 6;
const genresShown = 14;

type Top = {
  readonly recordingId: string;
  readonly title: string;
  readonly artist: string;
  readonly durationMs: number | null;
  readonly plays: number;
  readonly provenance: string;
};

export function Home(): ReactNode {
  const { t } = useWords();
  useTitle(t('room.listen'));
  const releases = useApi(listReleases, { query: { limit: newShown } });
  const genres = useApi(listGenres, { query: { limit: genresShown } });
  const week = useWeek();
  const { me } = useSession();
  if (releases.data?.items.length === 0 && week.now.data?.items.length === 0) return <NoMusic />;
  return (
    <>
      <Mix week={week} />
      {me !== null && (
        <Suspense fallback={<ShelfSkeleton count={4} />}>
          <Mixes />
        </Suspense>
      )}
      <section aria-label={t('listen.new')}>
        <Head title={t('listen.new')}>
          <Link href="/app/listen/releases">{t('listen.all')}</Link>
        </Head>
        <Answer of={releases} skeleton={<ShelfSkeleton count={newShown} />}>
          {({ items }) => <Shelf releases={items} />}
        </Answer>
      </section>
      <Ranked week={week} />
      {(genres.data?.items.length ?? 0) > 0 && (
        <section aria-label={t('listen.genres')}>
          <Head title={t('listen.genres')} />
          <div className="chips">
            {genres.data?.items.map((genre) => (
              <Link
                key={genre.name}
                className="chip"
                href={`/app/listen/search?genre=${encodeURIComponent(genre.name)}`}
              >
                {genre.name} <span className="cap num">{genre.recordings}</span>
              </Link>
            ))}
          </div>
        </section>
      )}
      <DataLine />
    </>
  );
}

function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The last seven days with today, and the seven before, for the moves. */
function useWeek() {
  const { me } = useSession();
  const territory = me?.territory ?? undefined;
  const end = Math.ceil((Date.now() + 1) / dayMs) * dayMs;
  const from = dayText(end - weekDays * dayMs);
  const to = dayText(end);
  const now = useApi(topRecordings, { query: { from, to, territory, limit: rankedMax } });
  const before = useApi(topRecordings, {
    query: { from: dayText(end - 2 * weekDays * dayMs), to: from, territory, limit: beforeMax },
  });
  return { now, before, from, to, territory };
}
type Week = ReturnType<typeof useWeek>;

function toTrack(top: Top): Track {
  return {
    recordingId: top.recordingId,
    title: top.title,
    artist: top.artist,
    durationMs: top.durationMs,
    coverId: top.recordingId,
    coverUrl: null,
  };
}

/** The poster: what was heard most this week, to be played as it stands. */
function Mix({ week }: { week: Week }): ReactNode {
  const { t, f } = useWords();
  const items = week.now.data?.items ?? [];
  const tracks = items.map(toTrack);
  const name =
    week.territory === undefined
      ? t('listen.mixTitle')
      : t('listen.mixTitleIn', { place: f.territory(week.territory) });
  const sounding = usePlayer(
    (state) => state.from === name && (state.status === 'playing' || state.status === 'loading'),
  );
  if (week.now.isError || (week.now.isSuccess && items.length === 0)) return null;
  return (
    <section className="mix" aria-label={name} aria-busy={week.now.isPending}>
      <div className="art">
        {[0, 1, 2].map((index) =>
          week.now.isPending ? (
            <span key={index} className="cover" />
          ) : (
            <Cover key={index} id={items[index]?.recordingId ?? `mix-${index}`} />
          ),
        )}
      </div>
      <div className="say">
        <h1>{name}</h1>
        <p>
          {items[0] === undefined
            ? '\u00a0'
            : t('listen.mixWhy', {
                count: items.length,
                first: items[0].title,
                artist: items[0].artist,
                period: f.period(week.from, week.to),
              })}
        </p>
        <div className="row">
          <PlayButton
            label={t(sounding ? 'player.pause' : 'player.play', { title: name })}
            playing={sounding}
            disabled={tracks.length === 0}
            onClick={() => (sounding ? player.toggle() : player.play(tracks, 0, name))}
          />
          <a href="#ranked">{t('listen.mixWhich')}</a>
        </div>
      </div>
    </section>
  );
}

function Ranked({ week }: { week: Week }): ReactNode {
  const { t, f } = useWords();
  const period = f.period(week.from, week.to);
  const title =
    week.territory === undefined
      ? t('listen.ranked')
      : t('listen.rankedIn', { place: f.territory(week.territory) });
  const before = week.before.data?.items.map((item) => item.recordingId);
  return (
    <section id="ranked" aria-label={title}>
      <Head title={title}>
        <span className="cap">{t('listen.rankedHow', { period })}</span>
      </Head>
      <Answer of={week.now} skeleton={<SkeletonRows rows={rankedShown} cover />}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('listen.noPlays')}>{t('listen.noPlaysBody')}</Empty>
          ) : (
            <ol className="rank">
              {items.slice(0, rankedShown).map((top, index) => (
                <li key={top.recordingId}>
                  <span className="n num">{index + 1}</span>
                  <Move now={index} before={before} id={top.recordingId} />
                  <Cover id={top.recordingId} size="s" />
                  <Link className="who" href={recordingHref(top.recordingId)}>
                    <b className="clip">{top.title}</b>
                    <span className="cap clip">{top.artist}</span>
                  </Link>
                  <span className="cap num plays r">
                    <Door
                      receipt={() => ({
                        title: t('receipt.how', { figure: f.number(top.plays) }),
                        source: t('plays.sourceAll'),
                        provenance: top.provenance,
                        period: t('plays.periodUtc', { period }),
                        method: t('plays.methodCounted'),
                        rows: {
                          fileName: `plays-${week.from}.csv`,
                          header: [t('plays.recording'), t('plays.artist'), t('plays.plays')],
                          rows: items.map((item) => [item.title, item.artist, item.plays]),
                        },
                      })}
                    >
                      {f.number(top.plays)}
                    </Door>
                  </span>
                  <IconButton
                    icon="play"
                    label={t('player.play', { title: top.title })}
                    onClick={() => player.play(items.map(toTrack), index, title)}
                  />
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
    </section>
  );
}

/** Up and down are shapes and ink, never green and red. */
function Move({
  now,
  before,
  id,
}: {
  now: number;
  before: readonly string[] | undefined;
  id: string;
}): ReactNode {
  const { t } = useWords();
  if (before === undefined || before.length === 0) return <span className="mv" />;
  const then = before.indexOf(id);
  if (then === -1) return <span className="mv tagm">{t('move.new')}</span>;
  const steps = then - now;
  if (steps === 0) {
    return (
      <span className="mv">
        ●<span className="sr"> {t('move.same')}</span>
      </span>
    );
  }
  return (
    <span className={steps > 0 ? 'mv up' : 'mv'}>
      {steps > 0 ? '▲' : '▼'}
      {Math.abs(steps)}
      <span className="sr"> {t(steps > 0 ? 'move.up' : 'move.down')}</span>
    </span>
  );
}

function NoMusic(): ReactNode {
  const { t } = useWords();
  const mayImport = useMay('media.import');
  return (
    <>
      <h1 className="sr">{t('room.listen')}</h1>
      <Empty
        title={t('listen.emptyHead')}
        boards
        action={
          mayImport ? (
            <Link className="btn btn-main" href="/app/admin/imports">
              {t('listen.emptyImport')}
            </Link>
          ) : undefined
        }
      >
        {t(mayImport ? 'listen.emptyBodyAdmin' : 'listen.emptyBody')}
      </Empty>
    </>
  );
}
