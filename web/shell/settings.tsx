import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import english from '../i18n/en.json';
import { languages } from '../i18n/languages.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Chips, Facts, Panel } from '../ui/parts.tsx';
import { useToast } from '../ui/toast.tsx';
import { useWords } from '../ui/words.tsx';
import { useChooseLanguage } from './language.tsx';
import { Page, Topbar } from './page.tsx';
import { setTheme, storedTheme, type Theme } from './preferences.ts';
import { mayEnter, rooms } from './rooms.ts';
import { useSession } from './session.tsx';

export function Settings(): ReactNode {
  const { t, f } = useWords();
  return (
    <Page title={t('settings.title')}>
      <Topbar>
        <h1>{t('settings.title')}</h1>
      </Topbar>
      <div className="cols even">
        <Account />
        <Panel title={t('settings.look')}>
          <Appearance />
          <Facts
            items={[
              { name: t('settings.timeZone'), value: f.timeZone },
              { name: t('settings.now'), value: f.dateTime(Date.now()) },
            ]}
          />
        </Panel>
        <Panel title={t('settings.language')} className="span">
          <p className="soft">{t('settings.languageHow')}</p>
          <LanguageList />
        </Panel>
      </div>
    </Page>
  );
}

function Account(): ReactNode {
  const { t } = useWords();
  const { me, signOut } = useSession();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  if (me === null) {
    return (
      <Panel title={t('settings.account')}>
        <p className="soft">{t('settings.signedOut')}</p>
        <div className="row">
          <Link className="btn btn-main" href="/app/sign-in">
            {t('shell.signIn')}
          </Link>
          <Link className="btn" href="/app/register">
            {t('register.title')}
          </Link>
        </div>
      </Panel>
    );
  }
  async function leave(): Promise<void> {
    setBusy(true);
    await signOut().then(
      () => toast(t('settings.signedOutToast')),
      () => toast(t('settings.signOutFailed')),
    );
    setBusy(false);
  }
  return (
    <Panel title={t('settings.account')}>
      <Facts
        items={[
          { name: t('register.name'), value: me.name },
          { name: t('signIn.email'), value: me.email },
          {
            name: t('settings.roles'),
            value: me.roles.map((role) => t(`role.${role}` as 'role.listener')).join(', '),
          },
        ]}
      />
      <div className="row">
        <Link className="btn" href="/app/settings/scrobblers">
          {t('scrobblers.title')}
        </Link>
        <Button busy={busy} onClick={() => void leave()}>
          {t('settings.signOut')}
        </Button>
      </div>
    </Panel>
  );
}

function Appearance(): ReactNode {
  const { t } = useWords();
  const [theme, choose] = useState<Theme>(storedTheme);
  return (
    <Chips
      label={t('settings.look')}
      value={theme}
      options={[
        { value: 'system', name: t('settings.system') },
        { value: 'light', name: t('settings.light') },
        { value: 'dark', name: t('settings.dark') },
      ]}
      onChange={(next) => {
        choose(next);
        setTheme(next);
      }}
    />
  );
}

/** Each language with how much of it is there and whether a speaker has read it: nobody is promised more than there is. */
function LanguageList(): ReactNode {
  const { t, f, language } = useWords();
  const choose = useChooseLanguage();
  const total = Object.keys(english).length;
  const sizes = useQuery({
    queryKey: ['catalogues'],
    queryFn: async () =>
      Object.fromEntries(
        await Promise.all(
          languages.map(
            async (one) => [one.code, Object.keys((await one.load()).default).length] as const,
          ),
        ),
      ),
    staleTime: Infinity,
  });
  return (
    <ul className="languages">
      {languages.map((one) => {
        const done = sizes.data?.[one.code];
        return (
          <li key={one.code}>
            <button
              type="button"
              aria-pressed={one.code === language}
              onClick={() => void choose(one.code)}
            >
              <b lang={one.code}>{one.name}</b>
              <span className="bar" aria-hidden="true">
                <i style={{ width: `${((done ?? 0) / total) * 100}%` }} />
              </span>
              <span className="cap num">
                {done === undefined
                  ? t('ui.loading')
                  : t('settings.complete', { share: f.percent(done / total) })}
                {', '}
                {one.reviewed ? t('settings.reviewed') : t('settings.notReviewed')}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** On a phone: the rooms that did not fit in the bar, and what the rail's foot has. */
export function More(): ReactNode {
  const { t } = useWords();
  const { me } = useSession();
  return (
    <Page title={t('shell.more')}>
      <Topbar>
        <h1>{t('shell.more')}</h1>
      </Topbar>
      <ul className="more-list">
        {rooms
          .filter((room) => mayEnter(room, me?.roles ?? []))
          .map((room) => (
            <li key={room.id}>
              <Link href={room.id === 'listen' ? '/' : room.path}>
                <Icon name={room.icon} />
                <span>
                  <b>{t(room.name)}</b>
                  <span className="cap">{t(room.forWhom)}</span>
                </span>
                <Icon name="chevron" />
              </Link>
            </li>
          ))}
        <li>
          <Link href={me === null ? '/app/sign-in' : '/app/settings'}>
            <Icon name="user" />
            <span>
              <b>{me === null ? t('shell.signIn') : me.name}</b>
              <span className="cap">{t('settings.title')}</span>
            </span>
            <Icon name="chevron" />
          </Link>
        </li>
        {me === null && (
          <li>
            <Link href="/app/settings">
              <Icon name="theme" />
              <span>
                <b>{t('settings.title')}</b>
                <span className="cap">{t('settings.moreHint')}</span>
              </span>
              <Icon name="chevron" />
            </Link>
          </li>
        )}
      </ul>
    </Page>
  );
}
