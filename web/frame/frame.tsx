import {
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { ApiError } from '#client/call.ts';
import { Icon, Mark } from '../ui/icon.tsx';
import { SkeletonRows } from '../ui/state.tsx';
import { useWords } from './words.ts';
import { usePlayer } from '../player/use-player.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { isDark, setTheme } from '../kit/preferences.ts';
import { mayEnter, type Room, roomAt, rooms } from './rooms.ts';
import { useSession } from '../kit/session.tsx';

const PlayerBar = lazy(() =>
  import('../player/player-bar.tsx').then((m) => ({ default: m.PlayerBar })),
);

/** What fits in the bar of a phone beside "More". */
const bottomRoomsMax = 4;

/** Everything around a screen: skip link, demo strip, rail, bottom bar, player. Focus goes in that order. */
export function Frame({ demo, children }: { demo: boolean; children: ReactNode }): ReactNode {
  const { t } = useWords();
  const { me } = useSession();
  const [location] = useLocation();
  const open = rooms.filter((room) => mayEnter(room, me?.roles ?? []));
  const playing = usePlayer((state) => state.current !== null);
  useFocusOnNavigation(location);
  useSignInToHear(location);
  return (
    <div
      className={
        [demo ? 'has-strip' : '', playing ? 'has-player' : ''].join(' ').trim() || undefined
      }
    >
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      {demo && (
        <aside className="demo" aria-label={t('shell.demoLabel')}>
          <b>{t('shell.demo')}</b>
          <span>
            {t('shell.demoShort')}
            <span className="long"> {t('shell.demoLong')}</span>
          </span>
        </aside>
      )}
      <OfflineStrip />
      <div className="shell">
        <Rail rooms={open} location={location} />
        <ErrorBoundary key={location.split('/')[2] ?? 'listen'}>
          <Suspense
            fallback={
              <main id="main" tabIndex={-1}>
                <SkeletonRows rows={6} cover />
              </main>
            }
          >
            {children}
          </Suspense>
        </ErrorBoundary>
      </div>
      {playing && (
        <Suspense fallback={<section className="player" aria-hidden="true" />}>
          <PlayerBar />
        </Suspense>
      )}
      <Bottom rooms={open} location={location} />
    </div>
  );
}

function hrefOf(room: Room): string {
  return room.id === 'listen' ? '/' : room.path;
}

function Rail({ rooms: open, location }: { rooms: readonly Room[]; location: string }): ReactNode {
  const { t } = useWords();
  const { me } = useSession();
  return (
    <nav className="rail" aria-label={t('shell.rooms')}>
      <Link className="brand" href="/">
        <Mark />
        Ngoma
      </Link>
      <ul>
        {open.map((room) => (
          <li key={room.id}>
            <Link href={hrefOf(room)} aria-current={room === roomAt(location) ? 'page' : undefined}>
              <Icon name={room.icon} />
              {t(room.name)}
            </Link>
          </li>
        ))}
      </ul>
      <ul className="foot">
        <li>
          <ThemeSwitch />
        </li>
        <li>
          <Link
            href={me === null ? '/app/sign-in' : '/app/settings'}
            aria-current={/^\/app\/(settings|sign-in|register)/.test(location) ? 'page' : undefined}
          >
            <Icon name="user" />
            <span className="clip">{me === null ? t('shell.signIn') : me.name}</span>
          </Link>
        </li>
      </ul>
    </nav>
  );
}

function ThemeSwitch(): ReactNode {
  const { t } = useWords();
  return (
    <button type="button" onClick={() => setTheme(isDark() ? 'light' : 'dark')}>
      <Icon name="theme" />
      {t('shell.theme')}
    </button>
  );
}

function Bottom({
  rooms: open,
  location,
}: {
  rooms: readonly Room[];
  location: string;
}): ReactNode {
  const { t } = useWords();
  const shown = open.slice(0, bottomRoomsMax);
  const elsewhere = !shown.some((room) => room === roomAt(location));
  return (
    <nav className="bottom" aria-label={t('shell.roomsPhone')}>
      {shown.map((room) => (
        <Link
          key={room.id}
          href={hrefOf(room)}
          aria-current={room === roomAt(location) ? 'page' : undefined}
        >
          <Icon name={room.icon} />
          {t(room.name)}
        </Link>
      ))}
      <Link href="/app/more" aria-current={elsewhere ? 'page' : undefined}>
        <Icon name="more" />
        {t('shell.more')}
      </Link>
    </nav>
  );
}

function OfflineStrip(): ReactNode {
  const { t } = useWords();
  const online = useSyncExternalStore(
    (changed) => {
      addEventListener('online', changed);
      addEventListener('offline', changed);
      return () => {
        removeEventListener('online', changed);
        removeEventListener('offline', changed);
      };
    },
    () => navigator.onLine,
  );
  return (
    <div className="offline" role="status" hidden={online}>
      {!online && (
        <>
          <Icon name="offline" />
          <span>
            <b>{t('shell.offline')}</b> {t('shell.offlineKept')}
          </span>
        </>
      )}
    </div>
  );
}

/** Who wants to hear something and is signed out signs in first, and comes back to the same place and track. */
function useSignInToHear(location: string): void {
  const [, go] = useLocation();
  const search = useSearch();
  const wanted = usePlayer(
    ({ error, status }) => status === 'failed' && error instanceof ApiError && error.status === 401,
  );
  useEffect(() => {
    if (!wanted || isEntrance(location)) return;
    const here = search === '' ? location : `${location}?${search}`;
    go(`/app/sign-in?next=${encodeURIComponent(here)}`);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for each tap; whoever then goes elsewhere is left alone
  }, [wanted]);
}

const isEntrance = (location: string): boolean => /^\/app\/(sign-in|register)$/.test(location);

/** After a link is followed the reader, and a screen reader, is at the top of the new screen. */
function useFocusOnNavigation(location: string): void {
  const last = useRef(location);
  const [, settle] = useState(0);
  useEffect(() => {
    if (last.current === location) return;
    last.current = location;
    scrollTo(0, 0);
    // Who searches while typing is still typing.
    if (document.activeElement?.closest('[role="search"]') == null)
      document.getElementById('main')?.focus({ preventScroll: true });
    settle((n) => n + 1);
  }, [location]);
}
