import type { ReactNode } from 'react';
import { Claims } from '../../claims/claims.tsx';
import { UnknownSounds } from '../../claims/unknown-sounds.tsx';
import { Room, type Screen } from '../../shell/room.tsx';
import { AllPlays } from './all-plays.tsx';
import { Earnings } from './earnings.tsx';
import { MyRecordings } from './my-recordings.tsx';
import { OwnFindings } from './own-findings.tsx';
import { RecordingPlays } from './recording-plays.tsx';

const screens: readonly Screen[] = [
  { path: '/app/studio/plays', name: 'studio.overview', show: () => <AllPlays /> },
  { path: '/app/studio/recordings', name: 'studio.recordings', show: () => <MyRecordings /> },
  { path: '/app/studio/recordings/:id', show: ({ id = '' }) => <RecordingPlays id={id} /> },
  { path: '/app/studio/findings', name: 'findings.title', show: () => <OwnFindings /> },
  { path: '/app/studio/unknown', name: 'unknown.title', show: () => <UnknownSounds /> },
  { path: '/app/studio/claims', name: 'claims.title', show: () => <Claims /> },
  {
    path: '/app/studio/earnings',
    name: 'studio.earnings',
    needs: 'statements.own',
    show: () => <Earnings />,
  },
];

export function Studio(): ReactNode {
  return <Room path="/app/studio" name="room.studio" screens={screens} />;
}
