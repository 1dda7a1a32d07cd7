import { everyScreen } from './every-screen.ts';
import { adminEmail } from './small-country.ts';

everyScreen('Market', () => [
  [null, ['/app/market/overview', '/app/market/charts', '/app/market/economy']],
  [adminEmail, ['/app/market/sources', '/app/market/ask']],
]);
