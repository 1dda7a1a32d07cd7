import { type ReactNode, Suspense } from 'react';
import { Link, Route, Switch } from 'wouter';
import { Topbar } from '../../kit/page.tsx';
import { part } from '../../kit/part.ts';
import { useSession } from '../../kit/session.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SkeletonRows } from '../../ui/state.tsx';
import { useWords } from './words.ts';
import { Home } from './home.tsx';
import { SearchBox, searchPath } from './search-box.tsx';
import './listen.css';

// The front page comes with the room; what it leads to is fetched when it is asked for.
const catalogue = import.meta.glob('./catalogue/words/*.json');
const Artist = part(() => import('./catalogue/artist.tsx').then((m) => m.Artist), catalogue);
const Recording = part(
  () => import('./catalogue/recording.tsx').then((m) => m.Recording),
  catalogue,
);
const Release = part(() => import('./catalogue/release.tsx').then((m) => m.Release), catalogue);
const Releases = part(() => import('./catalogue/release.tsx').then((m) => m.Releases), catalogue);
const Results = part(
  () => import('./search/results.tsx').then((m) => m.Results),
  import.meta.glob('./search/words/*.json'),
);
const Mix = part(
  () => import('./mixes/mix.tsx').then((m) => m.Mix),
  import.meta.glob('./mixes/words/*.json'),
);
const Identify = part(
  () => import('./identify/identify.tsx').then((m) => m.Identify),
  import.meta.glob('./identify/words/*.json'),
);

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
              <Route path="/app/listen/mixes/:id">{({ id }) => <Mix id={id} />}</Route>
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
