import type { ReactNode } from 'react';
import { Room, type Screen } from '../../shell/room.tsx';
import { Devices } from './devices.tsx';
import { ManualLog } from './manual-log.tsx';
import { RecentPlays } from './recent-plays.tsx';
import './track.css';

const screens: readonly Screen[] = [
  { path: '/app/track/recent', name: 'track.recent', show: () => <RecentPlays /> },
  { path: '/app/track/log', name: 'track.log', show: () => <ManualLog /> },
  {
    path: '/app/track/devices',
    name: 'track.devices',
    needs: 'devices.enrol',
    show: () => <Devices />,
  },
];

export function Track(): ReactNode {
  return <Room path="/app/track" name="room.track" screens={screens} />;
}
