import type { ReactNode } from 'react';
import { Room, type Screen } from '../../kit/room.tsx';
import { Digest } from './digest.tsx';
import { Movers } from './movers.tsx';
import { News } from './news.tsx';
import { useWords } from './words.ts';

const screens = [
  { path: '/app/pulse/digest', name: 'pulse.digest', show: () => <Digest /> },
  { path: '/app/pulse/charts', name: 'pulse.charts', show: () => <Movers /> },
  { path: '/app/pulse/news', name: 'pulse.news', show: () => <News kind="news" /> },
  { path: '/app/pulse/releases', name: 'pulse.releases', show: () => <News kind="releases" /> },
  { path: '/app/pulse/gear', name: 'pulse.gear', show: () => <News kind="gear" /> },
] as const satisfies readonly Screen[];

export function Pulse(): ReactNode {
  const { t } = useWords();
  return <Room path="/app/pulse" name="room.pulse" screens={screens} t={t} />;
}
