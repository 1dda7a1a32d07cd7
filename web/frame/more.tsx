import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Page, Topbar } from '../kit/page.tsx';
import { useSession } from '../kit/session.tsx';
import { Icon } from '../ui/icon.tsx';
import { mayEnter, rooms } from './rooms.ts';
import { useWords } from './words.ts';

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
