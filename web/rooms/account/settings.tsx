import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { languages } from '../../kit/languages.ts';
import { Button } from '../../ui/button.tsx';
import { Chips, Facts, Panel } from '../../ui/parts.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useWords } from './words.ts';
import { useChooseLanguage } from '../../kit/language.tsx';
import { Page, Topbar } from '../../kit/page.tsx';
import { setTheme, storedTheme, type Theme } from '../../kit/preferences.ts';
import { useSession } from '../../kit/session.tsx';

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

/** How many texts each language has; the build counts them. */
declare const wordCounts: Readonly<Record<string, number>>;

/** Each language with how much of it is there and whether a speaker has read it: nobody is promised more than there is. */
function LanguageList(): ReactNode {
  const { t, f, language } = useWords();
  const choose = useChooseLanguage();
  const toast = useToast();
  const total = wordCounts['en'] ?? 0;
  return (
    <ul className="languages">
      {languages.map((one) => {
        const share = (wordCounts[one.code] ?? 0) / total;
        return (
          <li key={one.code}>
            <button
              type="button"
              aria-pressed={one.code === language}
              onClick={() => void choose(one.code).catch(() => toast(t('settings.languageFailed')))}
            >
              <b lang={one.code}>{one.name}</b>
              <span className="bar" aria-hidden="true">
                <i style={{ width: `${share * 100}%` }} />
              </span>
              <span className="cap num">
                {t('settings.complete', { share: f.percent(share) })}
                {', '}
                {one.complete ? t('settings.reviewed') : t('settings.notReviewed')}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
