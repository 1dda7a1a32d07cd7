import type { ReactNode } from 'react';
import { Room, type Screen } from '../../kit/room.tsx';
import { Ask } from './ask.tsx';
import { Charts } from './charts.tsx';
import { Economy } from './economy.tsx';
import './market.css';
import { Overview } from './overview.tsx';
import { Sources } from './sources.tsx';
import { useWords } from './words.ts';

const screens = [
  { path: '/app/market/overview', name: 'market.overview', show: () => <Overview /> },
  { path: '/app/market/charts', name: 'market.charts', show: () => <Charts /> },
  { path: '/app/market/economy', name: 'market.economy', show: () => <Economy /> },
  {
    path: '/app/market/ask',
    name: 'market.ask',
    needs: 'assistant.ask',
    show: () => <Ask />,
  },
  {
    path: '/app/market/sources',
    name: 'market.sources',
    needs: 'harvest.read',
    show: () => <Sources />,
  },
] as const satisfies readonly Screen[];

export function Market(): ReactNode {
  const { t } = useWords();
  return <Room path="/app/market" name="room.market" screens={screens} t={t} />;
}
