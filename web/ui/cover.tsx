import { type ReactNode, useMemo, useState } from 'react';
import { imigongo } from './imigongo.ts';

/** Art of a recording or release: its picture when there is one, else the board its id paints. Decoration: the name stands beside it. */
export function Cover({
  id,
  src,
  size,
}: {
  id: string;
  src?: string | null | undefined;
  size?: 's' | 'xs';
}): ReactNode {
  const [broken, setBroken] = useState(false);
  const board = useMemo(() => ({ __html: imigongo(id) }), [id]);
  const className = size === undefined ? 'cover' : `cover ${size}`;
  if (src === undefined || src === null || broken)
    return <span className={className} aria-hidden="true" dangerouslySetInnerHTML={board} />;
  return (
    <span className={className} aria-hidden="true">
      <img src={src} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />
    </span>
  );
}
