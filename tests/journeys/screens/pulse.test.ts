import { everyScreen } from './every-screen.ts';

// A house that runs no demo has gathered no news and no chart: these are the screens of the first day.
everyScreen('Pulse', () => [
  [null, ['/app/pulse/digest', '/app/pulse/news', '/app/pulse/releases', '/app/pulse/gear']],
]);
