import type { ReactNode } from 'react';
import { Claims, UnknownSounds } from '../../kit/claims.ts';
import { Room, type Screen } from '../../kit/room.tsx';
import { AllPlays } from './all-plays.tsx';
import { Earnings } from './earnings.tsx';
import { MyRecordings } from './my-recordings.tsx';
import { OwnFindings } from './own-findings.tsx';
import { RecordingPlays } from './recording-plays.tsx';
import { useWords } from './words.ts';

const screens = [
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
] as const satisfies readonly Screen[];

export function Studio(): ReactNode {
  const { t } = useWords();
  return <Room path="/app/studio" name="room.studio" screens={screens} t={t} />;
}
