import { type ReactNode, useEffect } from 'react';
import { Link } from 'wouter';
import { Mark } from '../ui/icon.tsx';

/** The name of the screen in the window's title and in the history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === 'Ngoma' ? title : `${title} · Ngoma`;
  }, [title]);
}

/** A screen: its name in the window's title and the one `main`. `bare`: the screen sets its own margins. */
export function Page({
  title,
  bare = false,
  className,
  children,
}: {
  title: string;
  bare?: boolean;
  className?: string;
  children: ReactNode;
}): ReactNode {
  useTitle(title);
  return (
    <main
      id="main"
      tabIndex={-1}
      className={[bare ? 'bare' : '', className ?? ''].join(' ').trim() || undefined}
    >
      {children}
    </main>
  );
}

/** The line at the top: the mark where there is no rail, then a search or the room's tabs. */
export function Topbar({ children }: { children?: ReactNode }): ReactNode {
  return (
    <header className="topbar">
      <Link className="brand" href="/" aria-label="Ngoma">
        <Mark />
      </Link>
      {children}
    </header>
  );
}
