import { everyScreen } from './every-screen.ts';
import { people } from './small-country.ts';

everyScreen('Studio', (made) => [
  [
    people.artist.email,
    [
      '/app/studio/plays',
      '/app/studio/recordings',
      '/app/studio/findings',
      '/app/studio/unknown',
      '/app/studio/claims',
      `/app/studio/recordings/${made.recordingId}`,
      '/app/studio/earnings',
    ],
  ],
]);
