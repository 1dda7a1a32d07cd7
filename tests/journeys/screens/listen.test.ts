import { everyScreen } from './every-screen.ts';
import { people } from './small-country.ts';

everyScreen('Listen', (made) => [
  [
    null,
    [
      '/',
      '/app/listen/search?q=umuhanda',
      '/app/listen/search?q=nothing-is-called-this',
      '/app/listen/releases',
      `/app/listen/releases/${made.releaseId}`,
      `/app/listen/artists/${made.artistId}`,
      `/app/listen/recordings/${made.recordingId}`,
    ],
  ],
  [people.listener.email, ['/', '/app/listen/identify']],
]);
