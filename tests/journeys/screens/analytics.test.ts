import { everyScreen } from './every-screen.ts';
import { adminEmail } from './small-country.ts';

everyScreen('Analytics', () => [[adminEmail, ['/app/analytics/artists', '/app/analytics/kept']]]);
