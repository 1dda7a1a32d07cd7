import { everyScreen } from './every-screen.ts';
import { people } from './small-country.ts';

// With the screens of the frame, which belong to no room.
everyScreen('an account', () => [
  [null, ['/app/sign-in', '/app/register', '/app/first-admin', '/app/nowhere']],
  [people.listener.email, ['/app/settings', '/app/settings/scrobblers', '/app/more']],
]);
