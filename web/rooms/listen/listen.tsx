import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { Link, Route, Switch, useLocation, useSearch } from 'wouter';
import { Topbar } from '../../kit/page.tsx';
import { part } from '../../kit/part.ts';
import { useSession } from '../../kit/session.tsx';
import { Search } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { Home } from './home.tsx';
import './listen.css';

/** Typing is followed, not chased: a question goes out when the fingers rest this long. */
const typingPauseMs = 180;
// The front page comes with the room; what it leads to is fetched when it is asked for.
const catalogue = import.meta.glob('./catalogue/words/*.json');
const Artist = part(() => import('./catalogue/artist.tsx').then((m) => m.Artist), catalogue);
const Recording = part(
  () => import('./catalogue/recording.tsx').then((m) => m.Recording),
  catalogue,
);
const Release = part(() => import('./catalogue/release.tsx').then((m) => m.Release), catalogue);
const Releases = part(() => import('./catalogue/release.tsx').then((m) => m.Releases), catalogue);
const Results = part(() => import('./catalogue/results.tsx').then((m) => m.Results), catalogue);
const Identify = part(
  () => import('./identify/identify.tsx').then((m) => m.Identify),
  import.meta.glob('./identify/words/*.json'),
);
const searchPath = '/app/listen/search';

export function Listen(): ReactNode {
  const { t } = useWords();
  const { me } = useSession();
  return (
    <Switch>
      <Route path="/app/listen/recordings/:id">{({ id }) => <Recording id={id} />}</Route>
      <Route>
        <main id="main" tabIndex={-1}>
          <Topbar>
            <SearchBox />
            {me !== null && (
              <Link
                className="btn btn-icon"
                href="/app/listen/identify"
                aria-label={t('identify.title')}
                title={t('identify.title')}
              >
                <Icon name="ear" />
              </Link>
            )}
          </Topbar>
          <Suspense fallback={<SkeletonRows rows={6} cover />}>
            <Switch>
              <Route path={searchPath}>
                <Results />
              </Route>
              <Route path="/app/listen/identify">
                <Identify />
              </Route>
              <Route path="/app/listen/releases">
                <Releases />
              </Route>
              <Route path="/app/listen/releases/:id">{({ id }) => <Release id={id} />}</Route>
              <Route path="/app/listen/artists/:id">{({ id }) => <Artist id={id} />}</Route>
              <Route>
                <Home />
              </Route>
            </Switch>
          </Suspense>
        </main>
      </Route>
    </Switch>
  );
}

/** Searches while one types. It stays in place from screen to screen, so the cursor does too. */
function SearchBox(): ReactNode {
  const { t } = useWords();
  const [location, go] = useLocation();
  const asked = new URLSearchParams(useSearch()).get('q') ?? '';
  const [typed, setTyped] = useState(asked);
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!box.current?.contains(document.activeElement))
      setTyped(location === searchPath ? asked : '');
  }, [asked, location]);
  useEffect(() => {
    const words = typed.trim();
    if (words === asked || (words === '' && location !== searchPath)) return;
    const timer = setTimeout(() => {
      if (words === '') go('/');
      else go(`${searchPath}?q=${encodeURIComponent(words)}`, { replace: location === searchPath });
    }, typingPauseMs);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only typing asks; going elsewhere must not search again
  }, [typed]);
  return (
    <form
      ref={box}
      className="search-form"
      role="search"
      onSubmit={(event) => event.preventDefault()}
    >
      <Search
        label={t('listen.search')}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </form>
  );
}
