import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { Button, IconButton } from '../../ui/button.tsx';
import { Search } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import {
  forgetSearch,
  forgetSearches,
  rememberSearch,
  useRecentSearches,
} from './recent-searches.ts';
import { useWords } from './words.ts';

export const searchPath = '/app/listen/search';
export const searchHref = (words: string): string => `${searchPath}?q=${encodeURIComponent(words)}`;

/** Typing is followed, not chased: a question goes out when the fingers rest this long. */
const typingPauseMs = 120;

/** What the arrow keys go through, from the box on down: recent searches, or what was found. */
const stops = '.recent [data-stop], main [data-stop]';

/** Up and down from one thing to the next, and from the first back into the box. */
export function moveByArrow(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const all = [...document.querySelectorAll<HTMLElement>(stops)];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = event.key === 'ArrowDown' ? all[at + 1] : at > 0 ? all[at - 1] : boxOf(event);
  if (next === undefined || next === null) return;
  event.preventDefault();
  next.focus();
}

function boxOf({ currentTarget }: KeyboardEvent<HTMLElement>): HTMLElement | null {
  return currentTarget.ownerDocument.querySelector('.search-form input');
}

/** Searches while one types. It stays in place from screen to screen, so the cursor does too. */
export function SearchBox(): ReactNode {
  const { t } = useWords();
  const [location, go] = useLocation();
  const asked = new URLSearchParams(useSearch()).get('q') ?? '';
  const [typed, setTyped] = useState(asked);
  const [isOpen, setOpen] = useState(false);
  const recent = useRecentSearches();
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!box.current?.contains(document.activeElement))
      setTyped(location === searchPath ? asked : '');
  }, [asked, location]);
  const search = (words: string): void => {
    if (words === '') go('/');
    else go(searchHref(words), { replace: location === searchPath });
  };
  useEffect(() => {
    const words = typed.trim();
    if (words === asked || (words === '' && location !== searchPath)) return;
    const timer = setTimeout(() => search(words), typingPauseMs);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only typing asks; going elsewhere must not search again
  }, [typed]);
  const choose = (words: string): void => {
    setTyped(words);
    setOpen(false);
    search(words);
  };
  return (
    <form
      ref={box}
      className="search-form"
      role="search"
      onFocus={() => setOpen(true)}
      onBlur={({ relatedTarget }) => {
        if (!box.current?.contains(relatedTarget as Node | null)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && isOpen) setOpen(false);
        else moveByArrow(event);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        const words = typed.trim();
        if (words === '') return;
        rememberSearch(words);
        search(words);
      }}
    >
      <Search
        label={t('listen.search')}
        value={typed}
        maxLength={200}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      {isOpen && typed === '' && recent.length > 0 && (
        <div className="recent">
          <div className="recent-head">
            <b>{t('search.recent')}</b>
            <Button kind="bare" onClick={forgetSearches}>
              {t('search.clear')}
            </Button>
          </div>
          <ul>
            {recent.map((words) => (
              <li key={words}>
                <Link
                  data-stop
                  href={searchHref(words)}
                  onClick={(event) => {
                    event.preventDefault();
                    choose(words);
                  }}
                >
                  <Icon name="search" />
                  <span className="clip">{words}</span>
                </Link>
                <IconButton
                  icon="x"
                  label={t('search.forget', { words })}
                  onClick={() => forgetSearch(words)}
                />
              </li>
            ))}
          </ul>
        </div>
      )}
    </form>
  );
}
