import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ReleaseItem } from '#catalogue/catalog/contract.ts';
import { Cover } from '../../ui/cover.tsx';
import { useWords } from './words.ts';

/** Releases side by side: by swipe on a phone, as a grid where there is room. */
export function Shelf({
  releases,
  wrap = false,
}: {
  releases: readonly ReleaseItem[];
  wrap?: boolean;
}): ReactNode {
  const { t } = useWords();
  return (
    <ul className={wrap ? 'shelf wrap' : 'shelf'}>
      {releases.map((release) => (
        <li key={release.id}>
          <Link data-stop href={`/app/listen/releases/${release.id}`}>
            <Cover id={release.id} src={release.coverUrl} />
            <b className="clip">{release.title}</b>
            <span className="cap clip">{release.artistName}</span>
            <span className="cap num">
              {t(`listen.kind.${release.kind}`)}
              {release.kind !== 'single' && ` · ${release.tracks}`}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

export function ShelfSkeleton({
  count,
  wrap = false,
}: {
  count: number;
  wrap?: boolean;
}): ReactNode {
  return (
    <ul className={wrap ? 'shelf wrap' : 'shelf'} aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <li key={index} className="late">
          <span className="cover skel" />
          <b className="skel">&nbsp;</b>
          <span className="cap skel w0">&nbsp;</span>
          <span className="cap skel w1">&nbsp;</span>
        </li>
      ))}
    </ul>
  );
}
