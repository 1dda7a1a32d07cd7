import { type ReactNode, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import type { Translate } from '../ui/translate.ts';
import { Tabs } from '../ui/parts.tsx';
import { SkeletonRows } from '../ui/state.tsx';
import { Topbar, useTitle } from './page.tsx';
import { useSession } from './session.tsx';

/** A screen of a room where people compare. Without a tab name it is reached from another screen. */
export type Screen<Key extends string = string> = {
  readonly path: string;
  readonly name?: Key;
  /** The permission the screen needs; without it the tab is not there. */
  readonly needs?: string;
  readonly show: (params: Readonly<Record<string, string>>) => ReactNode;
};

/** A room with tabs. Its own address leads to the first screen the reader may see. */
export function Room<Key extends string>({
  path,
  name,
  screens,
  t,
}: {
  path: string;
  name: NoInfer<Key>;
  screens: readonly Screen<NoInfer<Key>>[];
  /** The room's own texts, in which its name and the names of its screens are. */
  t: Translate<Key>;
}): ReactNode {
  const { me } = useSession();
  const open = screens.filter(
    (screen) => screen.needs === undefined || me?.permissions.includes(screen.needs),
  );
  const first = open.find((screen) => screen.name !== undefined);
  return (
    <main id="main" tabIndex={-1}>
      <Topbar>
        <Tabs
          label={t(name)}
          tabs={open.flatMap((screen) =>
            screen.name === undefined ? [] : [{ href: screen.path, name: t(screen.name) }],
          )}
        />
      </Topbar>
      <Suspense fallback={<SkeletonRows rows={6} />}>
        <Switch>
          {open.map((screen) => (
            <Route key={screen.path} path={screen.path}>
              {(params) => screen.show(params as Readonly<Record<string, string>>)}
            </Route>
          ))}
          {first !== undefined && first.path !== path && (
            <Route>
              <Redirect to={first.path} replace />
            </Route>
          )}
        </Switch>
      </Suspense>
    </main>
  );
}

/** The one heading of a screen, what it is about, and what can be done there. */
export function Heading({
  title,
  children,
  actions,
}: {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}): ReactNode {
  useTitle(title);
  return (
    <header className="lead">
      <div>
        <h1>{title}</h1>
        {children !== undefined && <p className="soft">{children}</p>}
      </div>
      {actions !== undefined && <div className="row">{actions}</div>}
    </header>
  );
}
