import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { Icon, type IconName } from './icon.tsx';
import { useWords } from './words.tsx';

export function Panel({
  title,
  aside,
  children,
  className,
}: {
  title?: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}): ReactNode {
  return (
    <section
      className={`panel${className === undefined ? '' : ` ${className}`}`}
      aria-label={title}
    >
      {title !== undefined && (
        <div className="panel-head">
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}

/** The head of a section on a listening page: a name, and what belongs at the end of its line. */
export function Head({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <div className="head">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export type Tab = { readonly href: string; readonly name: string };

/** The screens of a room. The longest tab that begins the address is the current one. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }): ReactNode {
  const [location] = useLocation();
  const current = tabs
    .filter(({ href }) => location === href || location.startsWith(`${href}/`))
    .sort((a, b) => b.href.length - a.href.length)[0];
  const row = useRef<HTMLElement>(null);
  // On a phone the row is longer than the screen; where one is must be seen.
  useEffect(() => {
    row.current
      ?.querySelector('[aria-current]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current?.href]);
  return (
    <nav ref={row} className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.href} href={tab.href} aria-current={tab === current ? 'page' : undefined}>
          {tab.name}
        </Link>
      ))}
    </nav>
  );
}

/** One of few, as pressed chips. */
export function Chips<Value extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: readonly { readonly value: Value; readonly name: string }[];
  value: Value;
  onChange: (value: Value) => void;
}): ReactNode {
  return (
    <div className="chips" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className="chip"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.name}
        </button>
      ))}
    </div>
  );
}

const noteIcons = {
  plain: 'info',
  warn: 'warn',
  error: 'warn',
  ok: 'check',
  offline: 'offline',
} as const satisfies Record<string, IconName>;

/** What happened (in bold), then what was kept and what to do. */
export function Note({
  kind = 'plain',
  title,
  children,
}: {
  kind?: keyof typeof noteIcons;
  title: string;
  children?: ReactNode;
}): ReactNode {
  return (
    <div
      className={`note${kind === 'plain' || kind === 'offline' ? '' : ` ${kind}`}`}
      role={kind === 'error' ? 'alert' : 'status'}
    >
      <Icon name={noteIcons[kind]} />
      <p>
        {title !== '' && <b>{title} </b>}
        {children}
      </p>
    </div>
  );
}

export function Zigzag({ quiet = false }: { quiet?: boolean }): ReactNode {
  return <hr className={quiet ? 'zz quiet' : 'zz'} />;
}

/** Where a row comes from: a shape and a word. */
export function Prov({ kind, children }: { kind: string; children?: ReactNode }): ReactNode {
  const { t } = useWords();
  const words: Readonly<Record<string, string>> = {
    api: t('prov.api'),
    scrape: t('prov.scrape'),
    import: t('prov.import'),
    counted: t('prov.counted'),
    estimated: t('prov.estimated'),
    demo: t('prov.demo'),
  };
  return (
    <span className="prov" data-p={kind}>
      {words[kind] ?? kind}
      {children !== undefined && <> {children}</>}
    </span>
  );
}

/** Missing is an en dash with a reason, never 0. */
export function Missing({ why }: { why: string }): ReactNode {
  return (
    <span className="null" title={why}>
      –<span className="sr"> {why}</span>
    </span>
  );
}

/** Concentric rings. They beat only while there is sound or work. */
export function Drum({
  beating = false,
  size = 48,
}: {
  beating?: boolean;
  size?: number;
}): ReactNode {
  return (
    <svg
      className={beating ? 'drum beat' : 'drum'}
      viewBox="0 0 48 48"
      width={size}
      height={size}
      aria-hidden="true"
    >
      <circle cx="24" cy="24" r="6" strokeWidth="5" />
      <circle cx="24" cy="24" r="14" strokeWidth="3" />
      <circle cx="24" cy="24" r="21" strokeWidth="1.5" />
    </svg>
  );
}

/** Done of how much, in words and as a bar. `total` null: nobody knows yet, so a drum says only that it moves. */
export function Progress({
  label,
  done,
  total,
  note,
}: {
  label: string;
  done: number;
  total: number | null;
  note?: ReactNode;
}): ReactNode {
  return (
    <div className="progress">
      {total === null ? (
        <Drum beating />
      ) : (
        <progress aria-label={label} value={done} max={Math.max(total, done, 1)} />
      )}
      <p className="cap num" aria-live="off">
        {label}
        {note !== undefined && <>, {note}</>}
      </p>
    </div>
  );
}

/** A name and a value a line; a value is often a door. */
export function Facts({
  items,
}: {
  items: readonly { readonly name: string; readonly value: ReactNode }[];
}): ReactNode {
  return (
    <dl className="facts">
      {items.map((item) => (
        <div key={item.name}>
          <dt>{item.name}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
