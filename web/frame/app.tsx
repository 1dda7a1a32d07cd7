import { lazy, type ReactNode, useEffect } from 'react';
import { Link, Redirect, Route, Switch, useLocation, useSearch } from 'wouter';
import { Icon } from '../ui/icon.tsx';
import { Zigzag } from '../ui/parts.tsx';
import { useToast } from '../ui/toast.tsx';
import { useWords } from './words.ts';
import { Frame } from './frame.tsx';
import { Page, Topbar } from '../kit/page.tsx';
import { registerWorker } from './register-worker.ts';
import {
  FirstAdmin,
  mayEnter,
  Register,
  type Room,
  rooms,
  Scrobblers,
  Settings,
  Shared,
  SignIn,
} from './rooms.ts';
import { useSession } from '../kit/session.tsx';

const More = lazy(() => import('./more.tsx').then((m) => ({ default: m.More })));

/** The front door and what is behind it are one screen, so that whoever types on it goes on typing. */
const listenPaths = /^\/(app\/listen(\/.*)?)?$/;

export function App({ demo }: { demo: boolean }): ReactNode {
  useNewVersionToast();
  const [listen, ...others] = rooms as readonly [Room, ...Room[]];
  return (
    <Frame demo={demo}>
      <Switch>
        <Route path={listenPaths}>
          <listen.screens />
        </Route>
        {others.map((room) => (
          <Route key={room.id} path={`${room.path}/*?`}>
            <Guard room={room} />
          </Route>
        ))}
        <Route path="/app/sign-in">
          <SignIn />
        </Route>
        <Route path="/app/register">
          <Register />
        </Route>
        <Route path="/app/first-admin">
          <FirstAdmin />
        </Route>
        <Route path="/app/settings/scrobblers">
          <Scrobblers />
        </Route>
        <Route path="/app/settings">
          <Settings />
        </Route>
        <Route path="/app/shared/:secret">
          <Shared />
        </Route>
        <Route path="/app/more">
          <More />
        </Route>
        <Route path="/app">
          <Redirect to="/" replace />
        </Route>
        <Route>
          <NotHere />
        </Route>
      </Switch>
    </Frame>
  );
}

/** Shows a room to those it is for. To others it says for whom it is, and where to go instead. */
function Guard({ room }: { room: Room }): ReactNode {
  const { t } = useWords();
  const { me } = useSession();
  const [location] = useLocation();
  const search = useSearch();
  if (mayEnter(room, me?.roles ?? [])) return <room.screens />;
  const back = encodeURIComponent(search === '' ? location : `${location}?${search}`);
  const instead =
    rooms.filter((other) => other.id !== 'listen' && mayEnter(other, me?.roles ?? []))[0] ??
    rooms[0]!;
  return (
    <Page title={t(room.name)}>
      <Topbar />
      <div className="state">
        <Icon name="lock" />
        <h1>{t(room.forWhom)}</h1>
        {me === null ? (
          <>
            <p className="soft">{t('guard.signInFirst')}</p>
            <div className="row">
              <Link className="btn btn-main" href={`/app/sign-in?next=${back}`}>
                {t('shell.signIn')}
              </Link>
              <Link className="btn" href="/">
                {t('guard.toListen')}
              </Link>
            </div>
          </>
        ) : (
          <>
            <p className="soft">
              {t('guard.notYours', {
                name: me.name,
                roles: me.roles.map((role) => t(`role.${role}` as 'role.listener')).join(', '),
              })}
            </p>
            <p className="soft">{t('guard.askAdmin')}</p>
            <Link className="btn" href={instead.id === 'listen' ? '/' : instead.path}>
              {t('guard.goTo', { room: t(instead.name) })}
            </Link>
          </>
        )}
      </div>
    </Page>
  );
}

function NotHere(): ReactNode {
  const { t } = useWords();
  return (
    <Page title={t('notHere.title')}>
      <Topbar />
      <div className="state">
        <Zigzag quiet />
        <h1>{t('notHere.title')}</h1>
        <p className="soft">{t('notHere.body')}</p>
        <Link className="btn" href="/">
          {t('guard.toListen')}
        </Link>
      </div>
    </Page>
  );
}

function useNewVersionToast(): void {
  const toast = useToast();
  const { t } = useWords();
  useEffect(() => {
    registerWorker((use) => toast(t('shell.newVersion'), { name: t('shell.reload'), run: use }));
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- registered once for the page; the language of a toast not yet shown may be the earlier one
  }, []);
}
