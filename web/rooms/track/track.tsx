import type { ReactNode } from 'react';
import { Claims, UnknownSounds } from '../../kit/claims.ts';
import { Room, type Screen } from '../../kit/room.tsx';
import { Devices } from './devices.tsx';
import { HistoryFiles } from './history-files.tsx';
import { ListenNow } from './listen-now/listen-now.tsx';
import { ManualLog } from './manual-log.tsx';
import { RecentPlays } from './recent-plays.tsx';
import { StationScreen } from './station.tsx';
import { Stations } from './stations.tsx';
import './track.css';
import { useWords } from './words.ts';

const screens = [
  { path: '/app/track/listen', name: 'now.title', show: () => <ListenNow /> },
  { path: '/app/track/recent', name: 'track.recent', show: () => <RecentPlays /> },
  { path: '/app/track/stations', name: 'stations.title', show: () => <Stations /> },
  { path: '/app/track/stations/:id', show: ({ id = '' }) => <StationScreen id={id} /> },
  { path: '/app/track/log', name: 'track.log', show: () => <ManualLog /> },
  { path: '/app/track/history', name: 'history.title', show: () => <HistoryFiles /> },
  { path: '/app/track/unknown', name: 'unknown.title', show: () => <UnknownSounds /> },
  { path: '/app/track/claims', name: 'claims.title', show: () => <Claims /> },
  {
    path: '/app/track/devices',
    name: 'track.devices',
    needs: 'devices.enrol',
    show: () => <Devices />,
  },
] as const satisfies readonly Screen[];

export function Track(): ReactNode {
  const { t } = useWords();
  return <Room path="/app/track" name="room.track" screens={screens} t={t} />;
}
