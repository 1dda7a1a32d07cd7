import type { ReactNode } from 'react';
import { Room, type Screen } from '../../kit/room.tsx';
import { ArtistMonth } from './artist-month.tsx';
import { Kept } from './kept.tsx';
import { useWords } from './words.ts';

const screens = [
  {
    path: '/app/analytics/artists',
    name: 'analytics.artists',
    needs: 'analytics.read',
    show: () => <ArtistMonth />,
  },
  {
    path: '/app/analytics/kept',
    name: 'analytics.keptTab',
    needs: 'analytics.read',
    show: () => <Kept />,
  },
] as const satisfies readonly Screen[];

export function Analytics(): ReactNode {
  const { t } = useWords();
  return <Room path="/app/analytics" name="room.analytics" screens={screens} t={t} />;
}
